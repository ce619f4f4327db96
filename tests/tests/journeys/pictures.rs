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
    show(&TestNetwork::start().await).await;
}

/// Somebody uploads one, and somebody else sees it.
pub(crate) async fn show(network: &TestNetwork) {
    let (dora, emil) = (network.sign_up("dora").await, network.sign_up("emil").await);
    network.settle().await;
    let ask = json!({ "fileName": "dot.png", "fileType": "image/png", "fileSize": PIXEL.len() });
    let upload = dora.client.post("/api/media/upload", ask).await.expect(200);
    network.send(&upload, PIXEL.to_vec()).await;
    let id = text(&upload, "/mediaId");
    dora.client
        .post("/api/media/confirm", json!({ "mediaId": id }))
        .await
        .expect(200);
    network.settle().await;

    let ask = json!({ "avatarMediaId": id, "bannerMediaId": id });
    dora.client.patch("/api/users/me", ask).await.expect(200);
    let ask = json!({ "content": "A small picture", "visibility": "public", "mediaIds": [id] });
    dora.client.post("/api/posts", ask).await.expect(201);
    emil.client
        .post(&format!("/api/social/follow/{}", dora.id), json!({}))
        .await
        .expect(200);
    network.settle().await;

    for path in [
        "/api/users/dora",
        "/api/posts",
        "/api/posts/feed",
        "/api/search?q=small",
        "/api/search/users?q=dora",
        "/api/social/following",
    ] {
        let mut found = Vec::new();
        addresses(&emil.client.get(path).await.expect(200), &mut found);
        assert!(!found.is_empty(), "{path} shows no picture");
        for address in found {
            assert_eq!(emil.client.get(&address).await.status, 302, "{path}: {address}");
        }
    }
    let mut found = Vec::new();
    addresses(&dora.client.get("/api/auth/me").await.expect(200), &mut found);
    assert_eq!(dora.client.get(&found[0]).await.status, 302, "{found:?}");
    network.at_rest().await;
}
