//! The table "Profile".

use super::{Rows, has, has_not};
use end_to_end::{TestNetwork, text};
use serde_json::{Value, json};
use testkit::Client;

const PUBLIC: &str = "id username displayName bio title avatarUrl bannerUrl vanityUrl credits education links \
    followerCount followingCount createdAt";
const OWN: &str =
    "email location theme emailVerified isOnboarded connectionCount postCount privacy updatedAt";

#[tokio::test(flavor = "multi_thread")]
async fn profiles_answer_as_their_table_says() {
    let network = TestNetwork::start().await;
    let mut rows = Rows::default();
    let ada = network.sign_up("ada").await;
    // Before any event was carried.
    let me = rows
        .ask(&ada.client, "GET /users/me", &[], Value::Null, 200)
        .await;
    has(&me, "", PUBLIC);
    has(&me, "", OWN);
    network.settle().await;
    let edit = json!({ "displayName": "Ada Byron", "bio": "Narrator", "title": "Voice", "location": "London",
        "theme": "dark", "pronouns": "she/her", "roles": ["narrator"], "skills": ["reading"], "vanityUrl": "ada-reads",
        "isOnboarded": true, "privacy": { "searchable": false, "showConnections": true, "showLocation": false } });
    let saved = rows
        .ask(&ada.client, "PATCH /users/me", &[], edit.clone(), 200)
        .await;
    has(&saved, "", "message user");
    for (field, value) in edit.as_object().expect("fields") {
        assert_eq!(&saved["user"][field], value, "{field}");
    }
    network.settle().await;
    let nobody = network.nobody();
    for name in ["ada", "ADA", "ada-reads"] {
        let shown = rows
            .ask(&nobody, "GET /users/{username}", &[name], Value::Null, 200)
            .await;
        has(&shown, "", PUBLIC);
        has_not(&shown, "", "email location theme privacy");
    }
    let unknown = rows
        .answer(&nobody, "GET /users/{username}", &["nobody"], Value::Null)
        .await;
    assert_eq!(unknown.refused(404), "USER_NOT_FOUND");
    let bob = network.sign_up("bob").await;
    let taken = bob
        .client
        .patch("/api/users/me", json!({ "vanityUrl": "ada-reads" }))
        .await;
    assert_eq!(taken.refused(409), "VANITY_URL_TAKEN");

    for visibility in ["public", "private"] {
        let ask = json!({ "content": "A walk", "visibility": visibility });
        ada.client.post("/api/posts", ask).await.expect(201);
    }
    network.settle().await;
    let route = "GET /users/{username}/posts?limit=1";
    let seen = rows.ask(&nobody, route, &["ada"], Value::Null, 200).await;
    assert_eq!((&seen["total"], seen.get("nextCursor")), (&json!(1), None));
    let own = rows.ask(&ada.client, route, &["ada"], Value::Null, 200).await;
    has(&own, "", "posts total nextCursor");
    assert_eq!(own["total"], 2);

    keep_entries(&mut rows, &ada.client).await;
    rows.end(&network, &["/users/"]).await;
}

/// Credits, education and links are made, read, changed and removed alike.
async fn keep_entries(rows: &mut Rows, ada: &Client) {
    for (path, noun, made, change, fields) in [
        (
            "credits",
            "credit",
            json!({ "title": "The Lighthouse", "role": "Narrator", "company": "Harbour", "year": 2024, "description": "Six parts" }),
            json!({ "year": 2025 }),
            "id title role company year description position",
        ),
        (
            "education",
            "education",
            json!({ "institution": "RADA", "degree": "BA", "field": "Acting", "startYear": 2001, "endYear": 2001 }),
            json!({ "endYear": 2004 }),
            "id institution degree field startYear endYear",
        ),
        (
            "links",
            "link",
            json!({ "platform": "Home", "url": "http://ada.example/" }),
            json!({ "url": "https://ada.example/" }),
            "id platform url",
        ),
    ] {
        let mut ids = Vec::new();
        for _ in 0..2 {
            let route = format!("POST /users/me/{path}");
            let answer = rows.ask(ada, &route, &[], made.clone(), 201).await;
            has(&answer, "", &format!("message {noun}"));
            has(&answer, &format!("/{noun}"), fields);
            ids.push(text(&answer, &format!("/{noun}/id")));
        }
        if path == "credits" {
            ids.reverse();
            let ordered = rows
                .ask(
                    ada,
                    "PUT /users/me/credits/order",
                    &[],
                    json!({ "ids": ids }),
                    200,
                )
                .await;
            let first = &ordered["credits"][0];
            assert_eq!(first["id"], ids[0]);
            assert!(first["position"].as_i64() < ordered["credits"][1]["position"].as_i64());
        }
        let list = format!("GET /users/me/{path}");
        let listed = rows.ask(ada, &list, &[], Value::Null, 200).await;
        has(&listed, &format!("/{path}/1"), fields);
        let one = format!("PATCH /users/me/{path}/{{id}}");
        let changed = rows.ask(ada, &one, &[&ids[0]], change.clone(), 200).await;
        let (field, value) = change
            .as_object()
            .and_then(|fields| fields.iter().next())
            .expect("a field");
        assert_eq!(&changed[noun][field], value);
        let remove = format!("DELETE /users/me/{path}/{{id}}");
        rows.ask(ada, &remove, &[&ids[0]], Value::Null, 200).await;
        rows.ask(ada, &remove, &[&ids[0]], Value::Null, 404).await;
        rows.ask(ada, &one, &[&ids[0]], change, 404).await;
    }
}
