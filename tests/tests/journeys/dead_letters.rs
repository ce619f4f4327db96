//! An admin sees that a consumer is broken, and sends what it left aside again once it is mended; in a browser, that is, by
//! the HTTP API.

use chassis::Role;
use diesel_async::SimpleAsyncConnection;
use end_to_end::{TestNetwork, text};
use serde_json::{Value, json};
use testkit::{Client, hasten};

/// In the consumer's own schema, as if its disk were full for posts alone.
const BREAK: &str = "CREATE FUNCTION search_indexer.away() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'the list of words is away'; END $$; \
     CREATE TRIGGER away BEFORE INSERT OR UPDATE ON search_indexer.post FOR EACH ROW EXECUTE FUNCTION search_indexer.away()";
const MEND: &str = "DROP TRIGGER away ON search_indexer.post";

async fn queue(admin: &Client) -> Value {
    let all = admin.get("/api/admin/queues").await.expect(200);
    let mut queues = all["queues"].as_array().expect("queues").iter();
    let queue = queues.find(|queue| queue["name"] == "search-indexer");
    queue.expect("the queue of search-indexer").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_broken_consumer_left_aside_is_seen_and_sent_again_over_http() {
    let network = TestNetwork::start().await;
    let (ada, admin) = (network.sign_up("ada").await, network.sign_up("oskar").await);
    network.give_role(&admin, Role::Admin).await;
    network.settle().await;
    let mut conn = network.database.session().await;
    conn.batch_execute(BREAK).await.expect("it breaks");
    let ask = json!({ "content": "walrus", "visibility": "public" });
    ada.client.post("/api/posts", ask).await.expect(201);
    for _try in 0..6 {
        network.settle().await;
        hasten(&network.database, "search-indexer").await;
    }
    assert_eq!(queue(&admin.client).await["dead"], 1);

    let list = "/api/admin/dead-letters?consumer=search-indexer&error=list%20of%20words";
    let listed = admin.client.get(list).await.expect(200);
    assert_eq!(
        listed["deadLetters"].as_array().expect("a list").len(),
        1,
        "{listed}"
    );
    let id = text(&listed, "/deadLetters/0/id");
    let path = format!("/api/admin/dead-letters/{id}");
    let shown = admin.client.get(&path).await.expect(200);
    assert!(!shown.to_string().contains("walrus"), "{shown}");
    let revealed = admin.client.get(&format!("{path}?reveal=true")).await.expect(200);
    assert_eq!(revealed["envelope"]["data"]["content"], "walrus");

    conn.batch_execute(MEND).await.expect("it is mended");
    for _twice in 0..2 {
        admin
            .client
            .post(&format!("{path}/replay"), json!({}))
            .await
            .expect(200);
    }
    network.at_rest().await;
    let found = ada.client.get("/api/search/posts?q=walrus").await.expect(200);
    assert_eq!(found["total"], 1);
    let audit = admin.client.get("/api/admin/audit").await.expect(200);
    let done: Vec<_> = audit["entries"].as_array().expect("entries")[..4]
        .iter()
        .map(|entry| {
            (
                text(entry, "/type"),
                text(entry, "/actor/id"),
                text(entry, "/detail/subjectId"),
            )
        })
        .collect();
    let by_admin = |deed: &str| (deed.to_owned(), admin.id.clone(), id.clone());
    assert_eq!(
        done,
        [
            by_admin("dead-letter-replayed"),
            by_admin("dead-letter-replay-begun"),
            by_admin("dead-letter-revealed"),
            by_admin("dead-letter-shown")
        ],
        "asked twice, done once"
    );
    let quiet = queue(&admin.client).await;
    assert_eq!((&quiet["dead"], &quiet["ready"]), (&json!(0), &json!(0)));
}
