//! Pages: nothing twice, nothing missed, while others write.

use crate::stage::{Stage, all, property};
use events::AccountId;
use events::content::Visibility;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;
use testkit::Client;

/// Reads a list to its end in pages of this size, with something happening after each page.
async fn read_through(
    client: &Client,
    path: &str,
    noun: &str,
    limit: usize,
    between: impl AsyncFn(),
) -> Vec<Value> {
    let mut read = Vec::new();
    let mut cursor = String::new();
    loop {
        let answer = client
            .get(&format!("{path}?limit={limit}{cursor}"))
            .await
            .expect(200);
        let page = answer[noun].as_array().expect("a page");
        assert!(page.len() <= limit);
        read.extend(page.iter().cloned());
        let Some(next) = answer["nextCursor"].as_str() else {
            return read;
        };
        assert_eq!(page.len(), limit, "only the last page is short");
        cursor = format!("&cursor={next}");
        between().await;
    }
}

fn ids(items: &[Value]) -> Vec<Value> {
    items.iter().map(|item| item["id"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_pages_through_posts_meets_each_once_while_others_write() {
    let stage = Stage::new().await;
    let cases = (1_usize..8, 0_usize..20, 0_usize..3);
    property(8, cases, async |(limit, before, meanwhile)| {
        let me = stage.person(&format!("me_{}", AccountId::new()));
        let mut there = Vec::new();
        for n in 0..before {
            there.insert(
                0,
                Value::from(me.publishes(&n.to_string(), Visibility::Public).await),
            );
        }
        let paths = [
            "/posts/feed".to_owned(),
            format!("/users/{}/posts", me.principal.username),
        ];
        for path in &paths {
            let others = async || {
                for _ in 0..meanwhile {
                    me.publishes("meanwhile", Visibility::Public).await;
                }
            };
            let read = ids(&read_through(&me, path, "posts", limit, others).await);
            let old: Vec<_> = read.iter().filter(|id| there.contains(id)).cloned().collect();
            prop_assert_eq!(&old, &there, "{}", path);
            let distinct: BTreeSet<_> = read.iter().map(Value::to_string).collect();
            prop_assert_eq!(distinct.len(), read.len(), "{}", path);
        }
        Ok(())
    });
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_pages_through_comments_meets_also_what_is_written_meanwhile() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    property(6, (1_usize..5, 1_usize..12), async |(limit, before)| {
        let post = alice.publishes("Rain.", Visibility::Public).await;
        for n in 0..before {
            alice.comments(&post, &n.to_string()).await;
        }
        let path = format!("/posts/{post}/comments");
        let written = std::sync::atomic::AtomicUsize::new(0);
        let others = async || {
            if written.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 3 {
                alice.comments(&post, "meanwhile").await;
            }
        };
        let read = ids(&read_through(&alice, &path, "comments", limit, others).await);
        let list = alice.get(&format!("{path}?limit=100")).await.expect(200);
        prop_assert_eq!(read, all(&list["comments"], "id"));
        Ok(())
    });
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_of_the_same_moment_is_told_apart_by_its_id() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let mut post = String::new();
    for n in 0..7 {
        post = alice.publishes(&n.to_string(), Visibility::Public).await;
    }
    for n in 0..7 {
        let person = stage.person(&format!("person{n}"));
        person.comments(&post, "Hi.").await;
        person.reacts(&post, "like").await;
    }
    let moment = "'2026-01-02T03:04:05.678Z'";
    for change in ["post SET created_at", "comment SET created_at", "reaction SET at"] {
        stage.execute(&format!("UPDATE {change} = {moment}")).await;
    }
    for (path, noun) in [
        ("/posts", "posts"),
        ("/posts/feed", "posts"),
        ("/users/alice/posts", "posts"),
        (&format!("/posts/{post}/comments"), "comments"),
        (&format!("/posts/{post}/reactions"), "reactions"),
    ] {
        let read = read_through(&alice, path, noun, 2, async || {}).await;
        let whole = alice.get(&format!("{path}?limit=100")).await.expect(200);
        assert_eq!(Value::from(read.clone()), whole[noun], "{path}");
        assert_eq!(read.len(), 7, "{path}");
    }
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_from_no_list_is_refused() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    alice.publishes("Rain.", Visibility::Public).await;
    // A time that no database knows, in the form of a cursor: ["-200000-01-01T00:00:00Z", nil].
    let ancient = "WyItMjAwMDAwLTAxLTAxVDAwOjAwOjAwWiIsIjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMCJd";
    for cursor in [ancient, "WzFd"] {
        let answer = alice.get(&format!("/posts?cursor={cursor}")).await;
        assert_eq!(answer.refused(400), "VALIDATION_ERROR", "{cursor}");
    }
    stage.app.at_rest().await;
}
