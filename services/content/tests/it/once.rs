//! A client may repeat a creating request.

use crate::stage::{Stage, all, id_of};
use events::content::Visibility;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_is_given_the_first_answer() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    let repeating = alice.with("idempotency-key", "one");
    let ask = json!({"content": "Rain.", "visibility": "public"});
    let first = repeating.post("/posts", ask.clone()).await;
    let again = repeating.post("/posts", ask.clone()).await;
    assert_eq!(again.headers["idempotent-replay"], "true");
    let post = first.expect(201);
    assert_eq!(post, again.expect(201));
    let other = json!({"content": "Sun.", "visibility": "public"});
    assert_eq!(
        repeating.post("/posts", other).await.refused(422),
        "IDEMPOTENCY_KEY_REUSED"
    );
    // The key is one's own.
    let bob = stage.person("bob");
    let bobs = bob
        .with("idempotency-key", "one")
        .post("/posts", ask)
        .await
        .expect(201);
    assert_ne!(id_of(&bobs["post"]), id_of(&post["post"]));

    let comment = json!({"content": "How lovely."});
    let path = format!("/posts/{}/comments", id_of(&post["post"]));
    let first = repeating.post(&path, comment.clone()).await.expect(201);
    assert_eq!(first, repeating.post(&path, comment.clone()).await.expect(201));
    let elsewhere = format!("/posts/{}/comments", id_of(&bobs["post"]));
    assert_eq!(
        repeating.post(&elsewhere, comment).await.refused(422),
        "IDEMPOTENCY_KEY_REUSED"
    );
    assert_eq!(alice.get(&path).await.expect(200)["total"], 1);
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_twice_at_once_makes_one_post() {
    let stage = Stage::new().await;
    let alice = stage.person("alice");
    for round in 0..5 {
        let repeating = alice.with("idempotency-key", &format!("round {round}"));
        let ask = json!({"content": format!("Round {round}."), "visibility": "public"});
        let (one, other) = tokio::join!(
            repeating.post("/posts", ask.clone()),
            repeating.post("/posts", ask)
        );
        assert_eq!(one.expect(201), other.expect(201));
    }
    let list = alice.get("/users/alice/posts").await.expect(200);
    assert_eq!(
        all(&list["posts"], "content"),
        ["Round 4.", "Round 3.", "Round 2.", "Round 1.", "Round 0."]
    );
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_not_kept() {
    let stage = Stage::new().await;
    let (alice, bob) = (stage.person("alice"), stage.person("bob"));
    let post = alice.publishes("Rain.", Visibility::Followers).await;
    let path = format!("/posts/{post}/comments");
    let repeating = bob.with("idempotency-key", "one");
    assert_eq!(
        repeating
            .post(&path, json!({"content": "Hi."}))
            .await
            .refused(403),
        "FORBIDDEN"
    );
    stage.follows(&bob, &alice, 1).await;
    repeating.post(&path, json!({"content": "Hi."})).await.expect(201);
    stage.app.at_rest().await;
}
