//! Somebody shows a picture, on a post and as their own.

use end_to_end::{PIXEL, TestNetwork, text};
use serde_json::{Value, json};

/// Every address of a picture in an answer.
fn addresses(answer: &Value, found: &mut Vec<String>) {
    match answer {
        Value::Array(items) => items.iter().for_each(|item| addresses(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| addresses(field, found)),
        Value::String(text) if text.starts_with("/api/media/") => found.push(text.clone()),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_shown_wherever_its_address_stands() {
    let network = TestNetwork::start().await;
    let (ada, bob) = (network.sign_up("ada").await, network.sign_up("bob").await);
    network.settle().await;
    let ask = json!({ "fileName": "dot.png", "fileType": "image/png", "fileSize": PIXEL.len() });
    let upload = ada.client.post("/api/media/upload", ask).await.expect(200);
    network.send(&upload, PIXEL.to_vec()).await;
    let id = text(&upload, "/mediaId");
    ada.client
        .post("/api/media/confirm", json!({ "mediaId": id }))
        .await
        .expect(200);
    network.settle().await;

    let ask = json!({ "avatarMediaId": id, "bannerMediaId": id });
    ada.client.patch("/api/users/me", ask).await.expect(200);
    let ask = json!({ "content": "A small picture", "visibility": "public", "mediaIds": [id] });
    ada.client.post("/api/posts", ask).await.expect(201);
    bob.client
        .post(&format!("/api/social/follow/{}", ada.id), json!({}))
        .await
        .expect(200);
    network.settle().await;

    for path in [
        "/api/users/ada",
        "/api/posts",
        "/api/posts/feed",
        "/api/search?q=small",
        "/api/search/users?q=ada",
        "/api/social/following",
    ] {
        let mut found = Vec::new();
        addresses(&bob.client.get(path).await.expect(200), &mut found);
        assert!(!found.is_empty(), "{path} shows no picture");
        for address in found {
            assert_eq!(bob.client.get(&address).await.status, 302, "{path}: {address}");
        }
    }
    let mut found = Vec::new();
    addresses(&ada.client.get("/api/auth/me").await.expect(200), &mut found);
    assert_eq!(ada.client.get(&found[0]).await.status, 302, "{found:?}");
    network.at_rest().await;
}
