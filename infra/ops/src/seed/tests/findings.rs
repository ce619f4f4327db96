//! The verification finds what is lost, doubled or different, and only that.

use std::path::Path;

use serde_json::{Value, json};
use uuid::Uuid;

use super::fake::{Fake, Weather};
use super::world::World;
use super::{Args, args, run};

/// Seeds, lets `harm` do its work, verifies, and gives the findings as (subject, fault), sorted, each kind once.
async fn after(harm: impl FnOnce(&mut World)) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::start(Weather::Fair).await;
    assert!(run(args(&fake, folder.path())).await.0.success());
    harm(&mut fake.world());
    findings(&fake, folder.path()).await
}

async fn findings(fake: &Fake, folder: &Path) -> Vec<(String, String)> {
    let (outcome, verified) = run(Args {
        verify: true,
        ..args(fake, folder)
    })
    .await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let found = verified["findings"].as_array().unwrap().iter();
    let mut found: Vec<_> = found
        .map(|finding| (text(&finding["subject"]), text(&finding["fault"])))
        .collect();
    assert_eq!(outcome.success(), found.is_empty());
    found.sort();
    found.dedup();
    found
}

fn are(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(subject, fault)| ((*subject).to_owned(), (*fault).to_owned()))
        .collect()
}

#[tokio::test]
async fn of_an_unharmed_network_nothing() {
    assert_eq!(after(|_| {}).await, are(&[]));
}

#[tokio::test]
async fn a_post_that_is_gone() {
    let found = after(|world| drop(world.posts.remove(7))).await;
    for finding in are(&[
        ("posts", "lost"),
        ("lists of posts", "lost"),
        ("lists of posts", "different"),
        ("comments", "lost"),
    ]) {
        assert!(found.contains(&finding), "{finding:?} is missing in {found:?}");
    }
}

#[tokio::test]
async fn a_post_that_was_published_twice() {
    let found = after(|world| {
        let mut twin = world.posts[7].clone();
        twin["id"] = json!(Uuid::now_v7());
        world.posts.push(twin);
    });
    assert_eq!(
        found.await,
        are(&[("lists of posts", "different"), ("lists of posts", "doubled")])
    );
}

#[tokio::test]
async fn a_post_that_a_list_shows_twice() {
    let found = after(|world| {
        let same = world.posts[7].clone();
        world.posts.push(same);
    });
    assert_eq!(
        found.await,
        are(&[("lists of posts", "different"), ("lists of posts", "doubled")])
    );
}

#[tokio::test]
async fn a_post_with_other_words_tags_or_audience() {
    for (field, value) in [
        ("content", json!("Something else.")),
        ("tags", json!(["else"])),
        ("visibility", json!("nobody")),
    ] {
        let found = after(|world| world.posts[7][field] = value).await;
        assert!(
            found.contains(&are(&[("posts", "different")])[0]),
            "{field}: {found:?}"
        );
    }
}

#[tokio::test]
async fn a_reaction_that_is_gone_or_another() {
    let gone = after(|world| {
        let any = *world.reactions.keys().next().unwrap();
        world.reactions.remove(&any);
    });
    assert_eq!(gone.await, are(&[("posts", "different"), ("reactions", "lost")]));
    let other = after(|world| *world.reactions.values_mut().next().unwrap() = "shrug".to_owned());
    assert_eq!(
        other.await,
        are(&[("posts", "different"), ("reactions", "different")])
    );
}

#[tokio::test]
async fn a_comment_that_is_gone_doubled_or_below_another() {
    let gone = after(|world| drop(world.comments.remove(3)));
    assert_eq!(gone.await, are(&[("comments", "lost"), ("posts", "different")]));
    let doubled = after(|world| {
        let mut twin = world.comments[3].clone();
        twin["id"] = json!(Uuid::now_v7());
        world.comments.push(twin);
    });
    assert_eq!(
        doubled.await,
        are(&[("comments", "doubled"), ("posts", "different")])
    );
    let moved = after(|world| {
        let answer = world
            .comments
            .iter_mut()
            .find(|comment| comment.get("parentId").is_some())
            .unwrap();
        answer["parentId"] = json!(Uuid::now_v7());
    });
    assert_eq!(moved.await, are(&[("comments", "different")]));
    let attributed = after(|world| world.comments[3]["author"]["id"] = json!(Uuid::now_v7()));
    assert_eq!(attributed.await, are(&[("comments", "different")]));
}

#[tokio::test]
async fn a_follow_that_is_gone_doubled_or_invented() {
    let gone = after(|world| world.members.values_mut().next().unwrap().following.truncate(1));
    assert_eq!(gone.await, are(&[("follows", "lost")]));
    for second in [None, Some(Uuid::now_v7())] {
        let more = after(|world| {
            let following = &mut world.members.values_mut().next().unwrap().following;
            following.push(second.unwrap_or(following[0]));
        });
        assert_eq!(more.await, are(&[("follows", "doubled")]));
    }
}

#[tokio::test]
async fn a_person_with_another_name_or_without_a_credit() {
    let renamed =
        after(|world| world.members.values_mut().next().unwrap().account["displayName"] = json!("Nobody"));
    assert_eq!(renamed.await, are(&[("people", "different")]));
    let edited = after(|world| world.members.values_mut().next().unwrap().profile["bio"] = json!(""));
    assert_eq!(edited.await, are(&[("people", "different")]));
    for (again, fault) in [(false, "lost"), (true, "doubled")] {
        let found = after(|world| {
            let credits = world
                .members
                .values_mut()
                .find_map(|member| member.account.get_mut("credits"))
                .unwrap();
            let credits = credits.as_array_mut().unwrap();
            if again {
                let mut twin = credits[0].clone();
                twin["id"] = json!(Uuid::now_v7());
                credits.push(twin);
            } else {
                credits.remove(0);
            }
        });
        assert_eq!(found.await, are(&[("people", fault)]));
    }
}

#[tokio::test]
async fn a_picture_that_is_gone() {
    let found = after(|world| world.media.values_mut().for_each(|file| *file = None));
    assert_eq!(found.await, are(&[("pictures", "lost")]));
}

#[tokio::test]
async fn what_was_never_acknowledged_may_be_there_but_once() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::start(Weather::Fair).await;
    assert!(run(args(&fake, folder.path())).await.0.success());
    // As if the seed had died before it could write down its last post and comment.
    let journal = folder.path().join("journal");
    let lines = std::fs::read_to_string(&journal).unwrap();
    let kept: Vec<&str> = lines
        .lines()
        .filter(|line| !line.contains("post/59/") && !line.contains("/59/"))
        .collect();
    assert!(kept.len() < lines.lines().count());
    std::fs::write(&journal, kept.join("\n") + "\n").unwrap();
    assert_eq!(findings(&fake, folder.path()).await, are(&[]));

    let mut twin = fake.world().posts.last().unwrap().clone();
    twin["id"] = json!(Uuid::now_v7());
    fake.world().posts.push(twin);
    assert_eq!(
        findings(&fake, folder.path()).await,
        are(&[("lists of posts", "different"), ("lists of posts", "doubled")])
    );
}
