//! The table "Search".

use super::{Rows, has, has_not};
use end_to_end::{TestNetwork, text};
use serde_json::{Value, json};

const PERSON: &str = "id username displayName avatarUrl title";

#[tokio::test(flavor = "multi_thread")]
async fn searches_answer_as_their_table_says() {
    let network = TestNetwork::start().await;
    let mut rows = Rows::default();
    let (ada, walter) = (network.sign_up("walrus").await, network.sign_up("walter").await);
    walter
        .client
        .patch(
            "/api/users/me",
            json!({ "displayName": "Walrus Walter", "bio": "walrus walrus" }),
        )
        .await
        .expect(200);
    let credit = json!({ "title": "The Walrus", "role": "Narrator" });
    ada.client.post("/api/users/me/credits", credit).await.expect(201);
    for words in ["A walrus sings", "Another walrus"] {
        let ask = json!({ "content": words, "visibility": "public", "tags": ["sea"] });
        ada.client.post("/api/posts", ask).await.expect(201);
    }
    network.settle().await;
    let nobody = network.nobody();
    let people = rows
        .ask(
            &nobody,
            "GET /search/users?q=walrus&limit=1",
            &[],
            Value::Null,
            200,
        )
        .await;
    has(&people, "", "users total query nextCursor");
    has(&people, "/users/0", PERSON);
    has_not(&people, "/users/0", "email");
    assert_eq!(
        (&people["query"], &people["total"]),
        (&json!("walrus"), &json!(2))
    );
    assert_eq!(
        people["users"][0]["username"], "walrus",
        "the exact user name first"
    );

    let since = "2020-01-01";
    let query = format!("q=walrus&tag=sea&authorId={}&since={since}&limit=1", ada.id);
    let posts = rows
        .ask(
            &nobody,
            &format!("GET /search/posts?{query}"),
            &[],
            Value::Null,
            200,
        )
        .await;
    has(&posts, "", "posts total query nextCursor");
    has(
        &posts,
        "/posts/0",
        "id authorId author content tags visibility createdAt excerpt",
    );
    assert!(text(&posts, "/posts/0/excerpt").contains("walrus"), "{posts}");
    for none in ["q=walrus&tag=land", "q=walrus&since=2999-01-01", "q=zebra"] {
        let found = rows
            .ask(
                &nobody,
                &format!("GET /search/posts?{none}"),
                &[],
                Value::Null,
                200,
            )
            .await;
        assert_eq!(found["total"], 0, "{none}");
    }
    let all = rows
        .ask(&nobody, "GET /search?q=walrus", &[], Value::Null, 200)
        .await;
    has(&all, "", "users posts credits");
    has(&all, "/credits/0", "id title user");
    let some = rows
        .ask(
            &nobody,
            "GET /search?q=walrus&type=credits",
            &[],
            Value::Null,
            200,
        )
        .await;
    assert_eq!(some["credits"].as_array().map(Vec::len), Some(1));
    rows.ask(
        &nobody,
        "GET /search?q=walrus&type=planets",
        &[],
        Value::Null,
        400,
    )
    .await;
    let typed = rows
        .ask(&nobody, "GET /search/suggest?q=w", &[], Value::Null, 200)
        .await;
    has(&typed, "/suggestions/0", "id username displayName avatarUrl");
    rows.end(&network, &["/search"]).await;
}
