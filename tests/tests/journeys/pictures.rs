//! Somebody shows a picture, on a post and as their own.

use end_to_end::{TestNetwork, text};
use serde_json::{Value, json};

/// A PNG of one pixel.
const DOT: &str = "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63646060f80f0002870180eb47ba920000000049454e44ae426082";

fn dot() -> Vec<u8> {
    let digits = DOT.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

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
    let bytes = dot();
    let ask = json!({ "fileName": "dot.png", "fileType": "image/png", "fileSize": bytes.len() });
    let upload = ada.client.post("/api/media/upload", ask).await.expect(200);
    network.send(&upload, bytes).await;
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
