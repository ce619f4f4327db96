//! The table "Moderators and operators", and the addresses of "Health".

use super::{Rows, has};
use chassis::Role;
use diesel_async::SimpleAsyncConnection;
use end_to_end::{Person, TestNetwork, text};
use serde_json::{Value, json};
use testkit::{Client, hasten};

#[tokio::test(flavor = "multi_thread")]
async fn staff_are_answered_as_their_table_says() {
    let network = TestNetwork::start().await;
    let mut rows = Rows::default();
    let mut people = Vec::new();
    for name in ["ada", "bob", "mona", "max", "chief"] {
        people.push(network.sign_up(name).await);
    }
    let [ada, bob, mo, max, chief] = &people[..] else {
        panic!("five")
    };
    network.give_role(mo, Role::Moderator).await;
    network.give_role(max, Role::Moderator).await;
    network.give_role(chief, Role::Admin).await;
    network.settle().await;
    moderate(&network, &mut rows, [ada, bob, mo, max, chief]).await;
    let audit = rows
        .ask(&chief.client, "GET /moderation/audit", &[], Value::Null, 200)
        .await;
    has(
        &audit,
        "/deeds/0",
        "id at actorId deed subjectKind subjectId requestId",
    );
    administer(&network, &mut rows, &chief.client, ada).await;
    operate(&network, &mut rows, &chief.client, bob).await;
    let audit = rows
        .ask(&chief.client, "GET /admin/audit", &[], Value::Null, 200)
        .await;
    has(&audit, "/entries/0", "type at actor account detail");
    rows.end(&network, &["/moderation/", "/admin/"]).await;
}

async fn moderate(network: &TestNetwork, rows: &mut Rows, [ada, bob, mo, max, chief]: [&Person; 5]) {
    let mut reports = Vec::new();
    let mut post = String::new();
    for number in 0..3 {
        let ask = json!({ "content": format!("Number {number}"), "visibility": "public" });
        post = text(&ada.client.post("/api/posts", ask).await.expect(201), "/post/id");
        let path = format!("/api/posts/{post}/report");
        let told = bob.client.post(&path, json!({ "reason": "Spam" })).await;
        reports.push(text(&told.expect(201), "/report/id"));
    }
    network.settle().await;
    let open = rows
        .ask(
            &mo.client,
            "GET /moderation/reports?state=open&limit=2",
            &[],
            Value::Null,
            200,
        )
        .await;
    has(&open, "", "reports total nextCursor");
    has(&open, "/reports/0", "id post reason reporter state");
    has(&open, "/reports/0/post/author", "id username");
    assert_eq!(open["total"], 3);
    let take = "POST /moderation/reports/{id}/take";
    let (one, other) = {
        let path = format!("/api/moderation/reports/{}/take", reports[0]);
        tokio::join!(
            mo.client.post(&path, json!({})),
            max.client.post(&path, json!({}))
        )
    };
    let mut both = [one.status.as_u16(), other.status.as_u16()];
    both.sort_unstable();
    assert_eq!(both, [200, 409], "two at once: one wins");
    let taken = rows.ask(&mo.client, take, &[&reports[1]], Value::Null, 200).await;
    assert_eq!(taken["report"]["state"], "taken");
    // Nor does an admin take it away.
    for late in [max, chief] {
        let late = rows.answer(&late.client, take, &[&reports[1]], Value::Null).await;
        assert_eq!(late.refused(409), "CONFLICT");
    }
    let note = json!({ "note": "Seen" });
    for (route, report, state) in [
        ("POST /moderation/reports/{id}/resolve", &reports[1], "resolved"),
        ("POST /moderation/reports/{id}/dismiss", &reports[2], "dismissed"),
    ] {
        let done = rows.ask(&mo.client, route, &[report], note.clone(), 200).await;
        assert_eq!(
            (&done["report"]["state"], &done["report"]["note"]),
            (&json!(state), &json!("Seen"))
        );
    }
    let hide = "POST /moderation/posts/{id}/hide";
    rows.ask(&mo.client, hide, &[&post], json!({}), 400).await;
    rows.ask(&mo.client, hide, &[&post], json!({ "reason": "Spam" }), 200)
        .await;
    network
        .nobody()
        .get(&format!("/api/posts/{post}"))
        .await
        .expect(404);
    mo.client.get(&format!("/api/posts/{post}")).await.expect(200);
    rows.ask(
        &mo.client,
        "POST /moderation/posts/{id}/restore",
        &[&post],
        json!({}),
        200,
    )
    .await;
    network
        .nobody()
        .get(&format!("/api/posts/{post}"))
        .await
        .expect(200);
    let history = rows
        .ask(
            &mo.client,
            "GET /moderation/posts/{id}/history",
            &[&post],
            Value::Null,
            200,
        )
        .await;
    let changes: Vec<_> = history["history"]
        .as_array()
        .expect("a history")
        .iter()
        .map(|one| text(one, "/change"))
        .collect();
    assert_eq!(changes, ["restored", "hidden", "published"]);
}

async fn administer(network: &TestNetwork, rows: &mut Rows, chief: &Client, ada: &Person) {
    let found = rows
        .ask(chief, "GET /admin/accounts?q=ada", &[], Value::Null, 200)
        .await;
    has(
        &found,
        "/accounts/0",
        "id username displayName role state createdAt suspension",
    );
    let ask = json!({ "reason": "Spam", "until": "2999-01-01T00:00:00Z" });
    let suspended = rows
        .ask(chief, "POST /admin/accounts/{id}/suspend", &[&ada.id], ask, 200)
        .await;
    assert_eq!(suspended["account"]["state"], "suspended");
    assert_eq!(
        ada.client.get("/api/auth/me").await.refused(401),
        "UNAUTHENTICATED"
    );
    let log_in = async |password: &str| {
        let ask = json!({ "email": ada.email, "password": password });
        network.nobody().post("/api/auth/login", ask).await
    };
    assert_eq!(log_in(&ada.password).await.refused(403), "ACCOUNT_SUSPENDED");
    assert_eq!(log_in("a guess").await.refused(401), "INVALID_CREDENTIALS");
    let restored = rows
        .ask(
            chief,
            "POST /admin/accounts/{id}/restore",
            &[&ada.id],
            Value::Null,
            200,
        )
        .await;
    assert_eq!(restored["account"]["state"], "active");
    for (role, status) in [("moderator", 200), ("member", 200), ("king", 400)] {
        let ask = json!({ "role": role });
        rows.ask(chief, "POST /admin/accounts/{id}/role", &[&ada.id], ask, status)
            .await;
    }
    let friend = json!({ "email": "friend@mail.example" });
    let added = rows
        .ask(chief, "POST /admin/allow-list", &[], friend.clone(), 201)
        .await;
    has(&added, "", "message entry");
    let list = rows
        .ask(chief, "GET /admin/allow-list", &[], Value::Null, 200)
        .await;
    has(&list, "/allowList/0", "email");
    rows.ask(chief, "DELETE /admin/allow-list", &[], friend, 200)
        .await;
}

/// In the consumer's own schema, as if its disk were full for posts alone.
const BREAK: &str = "CREATE FUNCTION search_indexer.away() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN RAISE EXCEPTION 'away'; END $$; \
     CREATE TRIGGER away BEFORE INSERT OR UPDATE ON search_indexer.post FOR EACH ROW EXECUTE FUNCTION search_indexer.away()";

async fn operate(network: &TestNetwork, rows: &mut Rows, chief: &Client, bob: &Person) {
    // What was done before is consumed before, so that the dead letters are of what follows.
    network.settle().await;
    let mut conn = network.database.session().await;
    conn.batch_execute(BREAK).await.expect("it breaks");
    for words in ["walrus", "zebra"] {
        let ask = json!({ "content": words, "visibility": "public" });
        bob.client.post("/api/posts", ask).await.expect(201);
    }
    for _try in 0..6 {
        network.settle().await;
        hasten(&network.database, "search-indexer").await;
    }
    let queues = rows.ask(chief, "GET /admin/queues", &[], Value::Null, 200).await;
    has(
        &queues,
        "/queues/0",
        "name ready inFlight delayed dead oldestSeconds",
    );
    let dead = rows
        .ask(chief, "GET /admin/dead-letters", &[], Value::Null, 200)
        .await;
    has(&dead, "/deadLetters/0", "id consumer eventType cause tries");
    let (first, second) = (text(&dead, "/deadLetters/0/id"), text(&dead, "/deadLetters/1/id"));
    let one = rows
        .ask(chief, "GET /admin/dead-letters/{id}", &[&first], Value::Null, 200)
        .await;
    assert!(!one.to_string().contains("walrus"), "redacted: {one}");
    let one = rows
        .ask(
            chief,
            "GET /admin/dead-letters/{id}?reveal=true",
            &[&first],
            Value::Null,
            200,
        )
        .await;
    assert!(one.to_string().contains("walrus"), "{one}");
    conn.batch_execute("DROP TRIGGER away ON search_indexer.post")
        .await
        .expect("it is mended");
    rows.ask(
        chief,
        "POST /admin/dead-letters/{id}/replay",
        &[&first],
        Value::Null,
        200,
    )
    .await;
    let ask = json!({ "reason": "Nobody misses it" });
    rows.ask(
        chief,
        "POST /admin/dead-letters/{id}/discard",
        &[&second],
        ask,
        200,
    )
    .await;
    network.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_documents_are_at_the_root() {
    let network = TestNetwork::start().await;
    let nobody = network.nobody();
    nobody.get("/health").await.expect(200);
    for path in ["/ready", "/api/ready"] {
        nobody.get(path).await.expect(200);
    }
    let document = nobody.get("/openapi.json").await.expect(200);
    assert!(
        text(&document, "/openapi").starts_with("3.1"),
        "{}",
        document["openapi"]
    );
    for path in ["/api/health", "/api/openapi.json", "/api/docs"] {
        assert_eq!(nobody.get(path).await.status, 404, "{path}");
    }
}
