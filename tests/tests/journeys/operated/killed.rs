//! A service is killed in the middle of a batch: before anything of it lasts, and between its effects and the word to the queue.
//! The batch comes again; what was done is not done twice.

use super::stage::{CONSUMER, Looks, Stage};
use diesel_async::SimpleAsyncConnection;
use end_to_end::text;
use serde_json::json;

/// Its sessions, and those of them that wait for somebody's lock.
const SESSIONS: &str =
    "pg_stat_activity WHERE datname = current_database() AND usename = 'valine_search_indexer'";
const BLOCKED: &str = "pg_stat_activity WHERE datname = current_database() AND usename = 'valine_search_indexer' \
     AND wait_event_type = 'Lock'";

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_whose_consumer_is_killed_comes_again_and_is_done_once() {
    let journey = "a service that is killed in the middle of a batch";
    let Some(mut stage) = Stage::on_queues("TEST_KILLED_STACK", journey).await else {
        return;
    };
    let first = text(&stage.post("first").await, "/post/id");
    stage.network.at_rest().await;
    before_its_effects(&mut stage, &first).await;
    after_its_effects(&mut stage).await;
    assert_eq!(
        stage.count("search_indexer.failure").await,
        0,
        "a kill is nobody's failure"
    );
    stage.end().await;
}

/// While its handler waits for a table that the test holds.
async fn before_its_effects(stage: &mut Stage, first: &str) {
    kill(stage).await;
    let change = json!({ "content": "walrus first, again" });
    let path = format!("/api/posts/{first}");
    stage.ada.client.patch(&path, change).await.expect(200);
    a_batch_waits(stage, ["second", "third", "fourth", "fifth"], 5).await;
    let mut holder = stage.network.database.session().await;
    // Readers pass.
    let hold = "BEGIN; LOCK TABLE search_indexer.post IN SHARE MODE";
    holder.batch_execute(hold).await.unwrap();
    let before = stage.rows().await;
    stage.network.start_again(CONSUMER).await;
    until_so_many(stage, BLOCKED, |sessions| sessions > 0).await;
    let in_hand = stage.depth().await.in_flight;
    assert!(in_hand >= 5, "{in_hand} messages are in hand");
    kill(stage).await;
    holder.batch_execute("ROLLBACK").await.unwrap();
    until_so_many(stage, SESSIONS, |sessions| sessions == 0).await;
    assert_eq!(stage.rows().await, before, "of a batch all is done or nothing");

    comes_again(stage).await;
    assert_eq!(stage.found().await, 5);
    let again = stage
        .ada
        .client
        .get("/api/search/posts?q=again")
        .await
        .expect(200);
    assert_eq!(text(&again, "/posts/0/id"), first);
}

/// While it says to the queue that all is done.
async fn after_its_effects(stage: &mut Stage) {
    kill(stage).await;
    a_batch_waits(stage, ["sixth", "seventh", "eighth"], 3).await;
    let queue = stage.queues().url("");
    stage.queues().passage.hold_acknowledgements(Some(&queue));
    stage.network.start_again(CONSUMER).await;
    let mut looks = Looks::begin();
    while stage.queues().passage.held() < 3 {
        looks.next("the batch is done").await;
    }
    assert_eq!(stage.found().await, 8);
    let done = stage.rows().await;
    kill(stage).await;
    stage.queues().passage.hold_acknowledgements(None);

    comes_again(stage).await;
    assert_eq!(stage.rows().await, done, "what was done is done again");
}

async fn kill(stage: &mut Stage) {
    stage.network.kill(CONSUMER).await;
}

/// Waits until so many messages for the consumer, which is down, are on its queue.
async fn a_batch_waits<const N: usize>(stage: &Stage, posts: [&str; N], messages: i64) {
    // What it left waiting when it was killed takes none of them.
    stage.queues().passage.end_leases(&stage.queues().url("")).await;
    for words in posts {
        stage.post(words).await;
    }
    let mut looks = Looks::begin();
    while stage.depth().await.ready < messages {
        looks.next("the batch is on its queue").await;
    }
}

/// Its lease ends, which is a minute later where nobody ends it; the service runs again.
async fn comes_again(stage: &mut Stage) {
    stage.queues().passage.end_leases(&stage.queues().url("")).await;
    stage.network.start_again(CONSUMER).await;
    // Nothing waits, and nothing is dead.
    stage.network.at_rest().await;
}

async fn until_so_many(stage: &mut Stage, rows: &str, is_wanted: impl Fn(i64) -> bool) {
    let mut looks = Looks::begin();
    loop {
        let found = stage.count(rows).await;
        if is_wanted(found) {
            return;
        }
        looks.next(&format!("{found} of {rows}")).await;
    }
}
