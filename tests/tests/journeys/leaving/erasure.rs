//! An account is deleted: nothing of it is left anywhere, the numbers of others are right, and nothing brings it back.

use super::life::{Life, live, sign_up, unheard_of};
use super::traces::{in_files, in_rows, objects};
use chassis::schema_of;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use end_to_end::{Person, TestNetwork, cookie, text};
use events::EventId;
use events::account::SERVICES;
use http::Method;
use ops::doctor;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Answer, hasten, witness};

/// Asks for the deletion of an account.
pub(crate) async fn delete(person: &Person, password: &str) -> Answer {
    let ask = json!({ "password": password });
    person
        .client
        .send(Method::DELETE, "/api/auth/account", Some(ask))
        .await
}

/// Deletes an account; answers where the receipt is read.
pub(crate) async fn leave(person: &Person) -> String {
    let answer = delete(person, &person.password).await;
    assert!(
        answer.headers["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Max-Age=0"),
        "{:?}",
        answer.headers
    );
    let url = text(&answer.expect(202), "/receiptUrl");
    let path = url.strip_prefix("http://127.0.0.1:8080").unwrap();
    path.to_owned()
}

/// What a receipt says, to whoever has no session.
pub(crate) async fn receipt(network: &TestNetwork, path: &str) -> Value {
    network.nobody().get(path).await.expect(200)
}

/// The services that have confirmed.
pub(crate) fn confirmed(receipt: &Value) -> Vec<String> {
    let services = receipt["services"].as_array().unwrap().iter();
    let confirmed = services.filter(|service| service["confirmedAt"].is_string());
    confirmed.map(|service| text(service, "/name")).collect()
}

/// Everything that any service has published: whose it is, and its body.
pub(crate) async fn published(network: &TestNetwork) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Body {
        #[diesel(sql_type = Text)]
        body: String,
    }
    let mut bodies = Vec::new();
    for service in network.network.services() {
        let mut conn = network.database.session_of(service.name).await;
        let query = diesel::sql_query("SELECT envelope::text AS body FROM outbox ORDER BY id");
        let rows: Vec<Body> = query.load(&mut conn).await.unwrap();
        bodies.extend(rows.into_iter().map(|row| row.body));
    }
    bodies
}

/// The same event as if it had never come before: the inbox does not know it.
pub(crate) fn anew(body: &str) -> String {
    let mut envelope: Value = serde_json::from_str(body).unwrap();
    envelope["id"] = json!(EventId::new());
    envelope.to_string()
}

/// Puts messages onto the queue of everybody who consumes what is in them, and carries them to their end.
pub(crate) async fn replay(network: &TestNetwork, bodies: &[String]) {
    for member in &network.network.members {
        let wanted = member.service.manifest.subscriptions();
        for body in bodies {
            let envelope: Value = serde_json::from_str(body).unwrap();
            if wanted.contains(&envelope["type"].as_str().unwrap()) {
                let name = member.service.name;
                member.transport.send(name, body, Duration::ZERO).await.unwrap();
            }
        }
    }
    network.settle().await;
}

/// Two messages that name the person and cannot be read: one is put aside with its failure, one waits for another try.
async fn leave_messages_behind(network: &TestNetwork, life: &Life) {
    let member = |name: &str| {
        network
            .network
            .members
            .iter()
            .find(|it| it.service.name == name)
            .unwrap()
    };
    let body = json!({ "id": EventId::new(), "type": "profile.profile-changed.v1", "subject": life.person.id,
        "data": { "accountId": life.person.id, "bio": life.word } });
    for (name, receives) in [("search-indexer", 6), ("content", 1)] {
        let member = member(name);
        member
            .transport
            .send(name, &body.to_string(), Duration::ZERO)
            .await
            .unwrap();
        for _ in 0..receives {
            hasten(&network.database, name).await;
            network.settle().await;
        }
    }
    let depth = member("search-indexer")
        .transport
        .depth("search-indexer")
        .await
        .unwrap();
    assert_eq!(depth.dead, 1, "{depth:?}");
    let depth = member("content").transport.depth("content").await.unwrap();
    assert_eq!(depth.delayed, 1, "{depth:?}");
}

/// What searching for a word answers, in each way.
async fn searched(network: &TestNetwork, by: &Person, word: &str) -> String {
    let mut answers = String::new();
    for client in [network.nobody(), by.client.clone()] {
        for path in [
            "/api/search?q=",
            "/api/search/users?q=",
            "/api/search/posts?q=",
            "/api/search/suggest?q=",
        ] {
            let answer = client.get(&format!("{path}{word}")).await;
            let mut json = answer.expect(200);
            // What was asked is said again.
            if let Some(fields) = json.as_object_mut() {
                fields.remove("query");
            }
            answers.push_str(&json.to_string());
        }
    }
    answers.to_lowercase()
}

/// Nothing of a word, anywhere; and it never was in the log, not even while its person was there.
pub(crate) async fn assert_no_trace(network: &TestNetwork, by: &Person, word: &str) {
    assert_eq!(in_rows(network, word).await, [""; 0], "in the database");
    assert_eq!(in_files(network, word), [""; 0], "in the storage");
    assert_eq!(witness().logged(word), [""; 0], "in the log");
    let answers = searched(network, by, word).await;
    assert!(!answers.contains(word), "in what a search answers: {answers}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_whoever_leaves_and_nothing_brings_it_back() {
    let network = TestNetwork::start().await;
    assert_eq!(unheard_of(&network).await, [""; 0]);
    let bob = network.sign_up("bob").await;
    network.settle().await;
    let objects_of_others = objects(&network);
    let life = live(&network, "zqada", &bob).await;
    leave_messages_behind(&network, &life).await;
    let word = &life.word;

    // It is there: else its absence would prove nothing.
    let before = in_rows(&network, word).await;
    for table in [
        "identity.account",
        "identity.session",
        "identity.security_event",
        "identity.mail",
        "identity.card",
        "identity.reply",
        "identity.outbox",
        "profile.profile",
        "profile.credit",
        "profile.education",
        "profile.link",
        "profile.reply",
        "profile.outbox",
        "content.author",
        "content.post ",
        "content.post_history",
        "content.post_tag",
        "content.comment",
        "content.report",
        "content.reply",
        "content.outbox",
        "media.media",
        "social_graph.account",
        "search_indexer.person",
        "search_indexer.credit",
        "search_indexer.post",
        "bus.search_indexer_dead",
        "bus.content",
        "bus.operator_action",
        "orchestrator.conversation",
        "orchestrator.interaction",
    ] {
        assert!(
            before.iter().any(|row| row.starts_with(table)),
            "{table} has nothing of {word}"
        );
    }
    assert!(!in_files(&network, word).is_empty());
    assert!(searched(&network, &bob, word).await.contains(word));
    let me = bob.client.get("/api/users/me").await.expect(200);
    assert_eq!(
        [
            &me["followerCount"],
            &me["followingCount"],
            &me["connectionCount"]
        ],
        [1, 1, 1]
    );
    let told = published(&network).await;

    let receipt_path = leave(&life.person).await;
    // At once, before any event was carried.
    assert_eq!(
        life.person.client.get("/api/auth/me").await.refused(401),
        "UNAUTHENTICATED"
    );
    assert_eq!(
        life.elsewhere.get("/api/auth/me").await.refused(401),
        "UNAUTHENTICATED"
    );
    let ask = json!({ "email": life.person.email, "password": life.person.password });
    let answer = network.nobody().post("/api/auth/login", ask).await;
    assert_eq!(answer.refused(401), "INVALID_CREDENTIALS");
    let receipt_now = receipt(&network, &receipt_path).await;
    assert_eq!(
        (&receipt_now["status"], &receipt_now["completedAt"]),
        (&json!("erasing"), &Value::Null)
    );
    network.settle().await;

    assert_no_trace(&network, &bob, word).await;
    assert_eq!(
        objects(&network),
        objects_of_others,
        "{:#?}",
        super::traces::files(network.folder())
    );
    let receipt_then = receipt(&network, &receipt_path).await;
    assert_eq!(receipt_then["status"], "erased", "{receipt_then}");
    assert_eq!(confirmed(&receipt_then), SERVICES);

    // What others have is right, and theirs.
    let me = bob.client.get("/api/users/me").await.expect(200);
    assert_eq!(
        [
            &me["followerCount"],
            &me["followingCount"],
            &me["connectionCount"]
        ],
        [0, 0, 0]
    );
    let posts = network.nobody().get("/api/users/bob/posts").await.expect(200);
    let hello = posts["posts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|post| text(post, "/content") == "bob says hello");
    let hello = hello.unwrap();
    assert_eq!(
        (&hello["reactionCounts"]["love"], &hello["commentCount"]),
        (&json!(0), &json!(0))
    );
    let path = format!("/api/posts/{}", life.post);
    assert_eq!(bob.client.get(&path).await.refused(404), "POST_NOT_FOUND");
    assert_eq!(
        bob.client.get("/api/users/zqada").await.refused(404),
        "USER_NOT_FOUND"
    );
    let follow = format!("/api/social/follow/{}", life.person.id);
    assert_eq!(
        bob.client.post(&follow, json!({})).await.refused(404),
        "USER_NOT_FOUND"
    );
    let content = format!("/api/media/{}/content", life.media);
    assert_eq!(bob.client.get(&content).await.refused(404), "MEDIA_NOT_FOUND");
    let differences = doctor::differences(&mut network.database.session().await)
        .await
        .unwrap();
    assert_eq!(differences, [""; 0]);

    // Everything that was ever said comes again, before the end and of the end: as the same messages, and as if nobody had
    // ever heard of them.
    let told = [told, published(&network).await].concat();
    replay(&network, &told).await;
    replay(&network, &told.iter().map(|body| anew(body)).collect::<Vec<_>>()).await;
    assert_no_trace(&network, &bob, word).await;
    let differences = doctor::differences(&mut network.database.session().await)
        .await
        .unwrap();
    assert_eq!(differences, [""; 0]);

    // The name leads to nobody else, ever; the address is free.
    let ask = json!({ "email": "other@mail.example", "password": "a long word indeed", "username": "ZqAda", "displayName": "o" });
    assert_eq!(
        network.nobody().post("/api/auth/signup", ask).await.refused(409),
        "USERNAME_TAKEN"
    );
    let ask = json!({ "email": life.person.email, "password": "a long word indeed", "username": "newcomer", "displayName": "o" });
    let answer = network.nobody().post("/api/auth/signup", ask).await;
    let newcomer = network.nobody().with("cookie", &cookie(&answer));
    network.settle().await;
    assert_eq!(newcomer.get("/api/users/me").await.expect(200)["postCount"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_whoever_knows_the_password_deletes_an_account_and_guessing_ends() {
    let network = TestNetwork::start().await;
    let ada = network.sign_up("ada").await;
    network.settle().await;
    assert_eq!(
        network.nobody().delete("/api/auth/account").await.refused(401),
        "UNAUTHENTICATED"
    );
    let mut guesses = 0;
    let refused = loop {
        let answer = delete(&ada, "a guess").await;
        if answer.status != 400 {
            break answer;
        }
        guesses += 1;
        assert!(guesses < 100, "it may be guessed for ever");
    };
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(refused.refused(429), "RATE_LIMITED");
    assert_eq!(delete(&ada, &ada.password).await.refused(429), "RATE_LIMITED");
    ada.client.get("/api/auth/me").await.expect(200);
    network.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_read_by_its_secret_alone_for_thirty_days() {
    let network = TestNetwork::start().await;
    let (ada, bob) = (sign_up(&network, "ada").await, network.sign_up("bob").await);
    network.settle().await;
    let path = leave(&ada).await;
    network.settle().await;
    let (folder, secret) = path.rsplit_once('/').unwrap();
    for wrong in [
        "x".to_owned(),
        format!("{secret}x"),
        secret.chars().skip(1).collect(),
        secret.to_lowercase(),
    ] {
        let answer = bob.client.get(&format!("{folder}/{wrong}")).await;
        assert_eq!(answer.refused(404), "RECEIPT_NOT_FOUND", "{wrong}");
    }
    assert_eq!(
        in_rows(&network, &secret.to_lowercase()).await,
        [""; 0],
        "the secret is at rest"
    );
    let mut conn = network.database.session_of("identity").await;
    let age = "UPDATE erasure SET readable_until = readable_until - interval '30 days'";
    diesel::sql_query(age).execute(&mut conn).await.unwrap();
    assert_eq!(
        network.nobody().get(&path).await.refused(404),
        "RECEIPT_NOT_FOUND"
    );
    // Then it is forgotten, and the tombstone is not.
    let identity = network
        .network
        .services()
        .into_iter()
        .find(|service| service.name == "identity")
        .unwrap();
    chassis::housekeep(&identity, chrono::Utc::now()).await.unwrap();
    for (schema, left) in SERVICES
        .iter()
        .map(|name| (schema_of(name), 1))
        .chain([("identity.erasure".to_owned(), 0)])
    {
        let table = if left == 1 {
            format!("{schema}.erased_account")
        } else {
            schema
        };
        let rows = in_rows(&network, &ada.id).await;
        let found = rows
            .iter()
            .filter(|row| row.starts_with(&format!("{table} ")))
            .count();
        assert_eq!(found, left, "{table}");
    }
}
