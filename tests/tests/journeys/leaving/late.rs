//! What comes late about somebody who is erased changes nothing, in whatever order it comes.

use super::erasure::{anew, leave, published, receipt, replay};
use super::life::{live, sign_up};
use super::traces::{in_rows, rows};
use diesel_async::SimpleAsyncConnection;
use end_to_end::{Person, TestNetwork, text};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;

/// All rows but those that say that a message came.
async fn lasting_rows(network: &TestNetwork) -> Vec<String> {
    let mut rows = rows(&mut network.database.session().await).await;
    rows.retain(|row| !row.split(' ').next().unwrap().contains(".inbox"));
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn late_events_of_whoever_is_erased_change_nothing_in_any_order() {
    let network = TestNetwork::start().await;
    let bob = network.sign_up("bob").await;
    network.settle().await;
    let life = live(&network, "zqada", &bob).await;
    let told = published(&network).await;
    leave(&life.person).await;
    network.settle().await;
    // What names the person; the numbers of others that were told since may not be overtaken by older ones either.
    let about: Vec<_> = told
        .into_iter()
        .filter(|body| body.contains(&life.person.id))
        .collect();
    assert!(about.len() > 30, "only {} events", about.len());
    let before = lasting_rows(&network).await;
    let config = Config {
        cases: 12,
        failure_persistence: None,
        max_shrink_iters: 20,
        ..Config::default()
    };
    let runtime = tokio::runtime::Handle::current();
    let any_order = Just(about).prop_shuffle();
    let outcome = tokio::task::block_in_place(|| {
        TestRunner::new(config).run(&any_order, |bodies| {
            let after = runtime.block_on(async {
                let bodies: Vec<_> = bodies.iter().map(|body| anew(body)).collect();
                replay(&network, &bodies).await;
                lasting_rows(&network).await
            });
            let changed: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
            prop_assert!(changed.is_empty(), "changed: {changed:#?}");
            prop_assert_eq!(after.len(), before.len());
            Ok(())
        })
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    network.at_rest().await;
}

/// Somebody comes, does a little of everything, and leaves before any of it was carried anywhere. Answers what was to be
/// carried, which now nobody will, and where the receipt is read.
async fn come_and_go(network: &TestNetwork, word: &str, bob: &Person, theirs: &str) -> (Vec<String>, String) {
    let person = sign_up(network, word).await;
    let (client, say) = (&person.client, |what: &str| format!("{word} {what}"));
    let profile = json!({ "bio": say("bio"), "vanityUrl": format!("{word}-here") });
    client.patch("/api/users/me", profile).await.expect(200);
    let follow = format!("/api/social/follow/{}", bob.id);
    client.post(&follow, json!({})).await.expect(200);
    for what in ["kept", "removed"] {
        let ask = json!({ "content": say(what), "visibility": "public" });
        let post = text(&client.post("/api/posts", ask).await.expect(201), "/post/id");
        let edit = json!({ "content": say("edited") });
        client
            .patch(&format!("/api/posts/{post}"), edit)
            .await
            .expect(200);
        if what == "removed" {
            client.delete(&format!("/api/posts/{post}")).await.expect(200);
        }
    }
    let said = json!({ "content": say("comment") });
    client.post(&format!("{theirs}/comments"), said).await.expect(201);
    client
        .put(&format!("{theirs}/reaction"), json!({ "type": "like" }))
        .await
        .expect(200);
    let path = leave(&person).await;
    let mut bodies = published(network).await;
    bodies.retain(|body| body.contains(&person.id));
    let mut conn = network.database.session().await;
    for service in network.network.services() {
        let sql = format!(
            "UPDATE {}.outbox SET published_at = now() WHERE published_at IS NULL",
            service.schema()
        );
        conn.batch_execute(&sql).await.unwrap();
    }
    (bodies, path)
}

/// Also in the middle of all that is under way: some of it comes before a service hears of the erasure, some after.
#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_is_heard_of_among_other_events_in_any_order_leaves_nothing() {
    let network = TestNetwork::start().await;
    let bob = network.sign_up("bob").await;
    let ask = json!({ "content": "hello", "visibility": "public" });
    let theirs = text(&bob.client.post("/api/posts", ask).await.expect(201), "/post/id");
    let theirs = format!("/api/posts/{theirs}");
    network.settle().await;
    let config = Config {
        cases: 8,
        failure_persistence: None,
        max_shrink_iters: 8,
        ..Config::default()
    };
    let runtime = tokio::runtime::Handle::current();
    let mut number = 0;
    let any_order = (proptest::collection::vec(any::<u16>(), 40), 1..6_usize);
    let outcome = tokio::task::block_in_place(|| {
        let number = std::cell::RefCell::new(&mut number);
        TestRunner::new(config).run(&any_order, |(keys, at_a_time)| {
            let word = {
                let mut number = number.borrow_mut();
                **number += 1;
                format!("zq{number}wanderer")
            };
            let (left, status) = runtime.block_on(async {
                let (bodies, path) = come_and_go(&network, &word, &bob, &theirs).await;
                assert!(bodies.len() > 12, "only {} events", bodies.len());
                let mut bodies: Vec<_> = keys.iter().cycle().zip(bodies).collect();
                bodies.sort_by_key(|(key, _)| **key);
                let bodies: Vec<_> = bodies.into_iter().map(|(_, body)| body).collect();
                for some in bodies.chunks(at_a_time) {
                    replay(&network, some).await;
                }
                let status = receipt(&network, &path).await["status"].clone();
                (in_rows(&network, &word).await, status)
            });
            prop_assert_eq!(left, [""; 0]);
            prop_assert_eq!(status, "erased");
            Ok(())
        })
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let me = bob.client.get("/api/users/me").await.expect(200);
    assert_eq!([&me["followerCount"], &me["followingCount"]], [0, 0]);
    let post = bob.client.get(&theirs).await.expect(200);
    assert_eq!(
        (&post["likeCount"], &post["commentCount"]),
        (&json!(0), &json!(0))
    );
    network.at_rest().await;
}
