//! The bus is away: people's writes are answered as ever, what they decided waits in outboxes, and when the bus is back everything
//! arrives once.
//!
//! Its minute is one of attempts, not of the clock: each event was refused at least twice after whatever the SDK tried by itself,
//! and the relays have begun to pause. More of a minute would be more of the same pauses, and nothing else.

use super::stage::{Looks, Stage};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use end_to_end::{Bus, Person, text};
use serde_json::json;

/// Who publishes something here.
const PUBLISHERS: [&str; 3] = ["content", "profile", "social_graph"];

/// What waits in an outbox, and how often the bus refused what it refused least.
#[derive(Debug, QueryableByName)]
struct Waiting {
    #[diesel(sql_type = BigInt)]
    pending: i64,
    #[diesel(sql_type = BigInt)]
    attempts: i64,
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_while_the_bus_is_away() {
    let journey = "a bus that refuses, breaks off and loses its answers";
    let Some(mut stage) = Stage::on_queues("TEST_OUTAGE_STACK", journey).await else {
        return;
    };
    let bob = stage.network.sign_up("bob").await;
    stage.network.settle().await;

    stage.queues().passage.let_the_bus(Bus::Refuses);
    let follow = format!("/api/social/follow/{}", stage.ada.id);
    bob.client.post(&follow, json!({})).await.expect(200);
    write(&stage, ["one", "two", "three"]).await;
    until_refused(&mut stage, 2).await;
    let first = waiting(&mut stage, "content").await.pending;
    assert!(first >= 3, "{first} events of content wait");
    let doctor = stage.network.valine(&["doctor"]).await;
    assert!(
        doctor.code == Some(1) && doctor.data.contains("were refused by the bus"),
        "{doctor:?}"
    );

    stage.queues().passage.let_the_bus(Bus::Breaks);
    write(&stage, ["four", "five"]).await;
    until_refused(&mut stage, 1).await;
    let second = waiting(&mut stage, "content").await.pending;
    assert!(
        second >= first + 2,
        "{second} events of content wait after {first}"
    );
    assert_eq!(stage.found().await, 0, "nobody has heard of anything");

    // The bus has them now, and nobody here knows: they are published again.
    stage.queues().passage.let_the_bus(Bus::LosesAnswers);
    write(&stage, ["six"]).await;
    stage.until_found(6).await;
    assert!(waiting(&mut stage, "content").await.pending > 0);

    stage.queues().passage.let_the_bus(Bus::Open);
    stage.network.at_rest().await;
    everything_is_there_once(&stage, &bob).await;
    let dead = stage.valine(&["list"]).await;
    assert_eq!(dead.talk, "No dead letters.\n");
    stage.end().await;
}

/// Each is answered, and read by its author at once. The last title stands.
async fn write<const N: usize>(stage: &Stage, words: [&str; N]) {
    let ada = &stage.ada.client;
    for words in words {
        let post = text(&stage.post(words).await, "/post/id");
        let read = ada.get(&format!("/api/posts/{post}")).await.expect(200);
        assert_eq!(read["content"], format!("walrus {words}"));
        let title = json!({ "title": format!("Narrator {words}") });
        ada.patch("/api/users/me", title).await.expect(200);
    }
}

async fn waiting(stage: &mut Stage, schema: &str) -> Waiting {
    let query = format!(
        "SELECT count(*) AS pending, coalesce(min(attempts), 0)::bigint AS attempts FROM {schema}.outbox \
         WHERE published_at IS NULL"
    );
    diesel::sql_query(query)
        .get_result(&mut stage.conn)
        .await
        .unwrap()
}

/// Waits until everything that was decided was refused so often.
async fn until_refused(stage: &mut Stage, attempts: i64) {
    for schema in PUBLISHERS {
        let mut looks = Looks::begin();
        loop {
            let waiting = waiting(stage, schema).await;
            if waiting.pending > 0 && waiting.attempts >= attempts {
                break;
            }
            looks
                .next(&format!("{schema} was refused {attempts} times: {waiting:?}"))
                .await;
        }
    }
    assert!(stage.queues().passage.failed() > 0, "by nobody");
}

async fn everything_is_there_once(stage: &Stage, bob: &Person) {
    assert_eq!(stage.found().await, 6);
    let me = stage.ada.client.get("/api/users/me").await.expect(200);
    assert_eq!(
        (&me["postCount"], &me["followerCount"], &me["title"]),
        (&json!(6), &json!(1), &json!("Narrator six"))
    );
    let feed = bob.client.get("/api/posts/feed").await.expect(200);
    let posts = feed["posts"].as_array().unwrap().iter();
    let said: Vec<_> = posts.map(|post| text(post, "/content")).collect();
    let wanted = ["six", "five", "four", "three", "two", "one"];
    assert_eq!(said, wanted.map(|words| format!("walrus {words}")));
    // Versions came in any order, and the last one stands.
    let found = bob
        .client
        .get("/api/search/users?q=narrator+six")
        .await
        .expect(200);
    assert_eq!(text(&found, "/users/0/title"), "Narrator six", "{found}");
}
