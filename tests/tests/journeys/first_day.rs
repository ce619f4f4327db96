//! Two people sign up, follow, post, find, react, comment, and show each other pictures.

use end_to_end::{TestNetwork, text};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn two_people_meet() {
    meet(&TestNetwork::start().await).await;
}

/// What they do on their first day.
pub(crate) async fn meet(network: &TestNetwork) {
    let ada = network.sign_up("ada").await;
    // Readable in the same second, before any event was carried.
    assert_eq!(
        ada.client.get("/api/users/me").await.expect(200)["username"],
        "ada"
    );
    let bob = network.sign_up("bob").await;
    network.settle().await;

    bob.client
        .post(&format!("/api/social/follow/{}", ada.id), json!({}))
        .await
        .expect(200);
    let ask =
        json!({ "content": "A walk in the rain, narrated", "tags": ["voice"], "visibility": "followers" });
    let post = text(&ada.client.post("/api/posts", ask).await.expect(201), "/post/id");
    network.settle().await;

    let feed = bob.client.get("/api/posts/feed").await.expect(200);
    assert_eq!(text(&feed, "/posts/0/id"), post);
    assert_eq!(text(&feed, "/posts/0/author/username"), "ada");
    let found = bob.client.get("/api/search/posts?q=rain").await.expect(200);
    assert_eq!(text(&found, "/posts/0/id"), post);
    let people = bob.client.get("/api/search/users?q=ada").await.expect(200);
    assert_eq!(text(&people, "/users/0/id"), ada.id);

    bob.client
        .put(&format!("/api/posts/{post}/reaction"), json!({ "type": "like" }))
        .await
        .expect(200);
    bob.client
        .post(
            &format!("/api/posts/{post}/comments"),
            json!({ "content": "Lovely." }),
        )
        .await
        .expect(201);
    network.settle().await;
    let seen = ada.client.get(&format!("/api/posts/{post}")).await.expect(200);
    assert_eq!(
        (&seen["likeCount"], &seen["commentCount"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        ada.client.get("/api/users/me").await.expect(200)["followerCount"],
        1
    );

    // Not meant for everybody: nobody sees it, and a stranger neither.
    let cleo = network.sign_up("cleo").await;
    network.settle().await;
    network
        .nobody()
        .get(&format!("/api/posts/{post}"))
        .await
        .expect(401);
    cleo.client.get(&format!("/api/posts/{post}")).await.expect(403);
    assert_eq!(
        cleo.client.get("/api/search/posts?q=rain").await.expect(200)["posts"],
        json!([])
    );

    ada.client.delete(&format!("/api/posts/{post}")).await.expect(200);
    network.settle().await;
    bob.client.get(&format!("/api/posts/{post}")).await.expect(404);
    assert_eq!(
        bob.client.get("/api/search/posts?q=rain").await.expect(200)["posts"],
        json!([])
    );
    network.at_rest().await;
}
