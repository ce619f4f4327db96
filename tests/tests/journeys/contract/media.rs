//! The table "Media".

use super::{Rows, has};
use end_to_end::{PIXEL, TestNetwork, text};
use http::header;
use serde_json::{Value, json};

const MEDIA: &str = "id ownerId kind contentType size width height url thumbnailUrl status altText createdAt";

fn announcement(kind: &str, size: i64) -> Value {
    json!({ "fileName": "a file", "fileType": kind, "fileSize": size })
}

#[tokio::test(flavor = "multi_thread")]
async fn files_answer_as_their_table_says() {
    let network = TestNetwork::start().await;
    let mut rows = Rows::default();
    let (ada, bob) = (
        network.sign_up("ada").await.client,
        network.sign_up("bob").await.client,
    );
    network.settle().await;
    let size = i64::try_from(PIXEL.len()).expect("small");
    let upload = rows
        .ask(
            &ada,
            "POST /media/upload",
            &[],
            announcement("image/png", size),
            200,
        )
        .await;
    has(&upload, "", "uploadUrl mediaId expiresIn method headers");
    assert_eq!(
        (&upload["expiresIn"], &upload["method"]),
        (&json!(900), &json!("PUT"))
    );
    assert_eq!(upload["headers"]["If-None-Match"], "*");
    let id = text(&upload, "/mediaId");
    let confirmation = json!({ "mediaId": id, "altText": "A dot" });
    let early = rows
        .answer(&ada, "POST /media/confirm", &[], confirmation.clone())
        .await;
    early.refused(400);
    network.send(&upload, PIXEL.to_vec()).await;
    let foreign = rows
        .answer(&bob, "POST /media/confirm", &[], confirmation.clone())
        .await;
    assert_eq!(foreign.refused(404), "MEDIA_NOT_FOUND");
    let confirmed = rows
        .ask(&ada, "POST /media/confirm", &[], confirmation.clone(), 200)
        .await;
    has(&confirmed, "/media", MEDIA);
    assert_eq!(
        (&confirmed["media"]["status"], &confirmed["media"]["url"]),
        (&json!("processing"), &Value::Null),
        "null until the file is cleaned"
    );
    network.settle().await;
    let again = rows
        .ask(&ada, "POST /media/confirm", &[], confirmation, 200)
        .await;
    let stable = format!("/api/media/{id}/content");
    assert_eq!(
        (
            &again["media"]["status"],
            &again["media"]["url"],
            &again["media"]["thumbnailUrl"]
        ),
        (
            &json!("ready"),
            &json!(stable),
            &json!(format!("{stable}?size=thumb"))
        )
    );

    let own = rows.ask(&ada, "GET /media?limit=1", &[], Value::Null, 200).await;
    has(&own, "/media/0", MEDIA);
    let record = rows.ask(&ada, "GET /media/{id}", &[&id], Value::Null, 200).await;
    has(&record, "", MEDIA);
    let words = json!({ "altText": "One pixel" });
    let changed = rows
        .ask(&ada, "PATCH /media/{id}", &[&id], words.clone(), 200)
        .await;
    assert_eq!(changed["media"]["altText"], "One pixel");
    let download = rows
        .ask(&ada, "GET /media/{id}/download", &[&id], Value::Null, 200)
        .await;
    let bytes = reqwest::get(text(&download, "/downloadUrl"))
        .await
        .expect("an answer");
    assert!(
        bytes.headers()["content-disposition"]
            .to_str()
            .expect("ASCII")
            .starts_with("attachment")
    );
    for (route, body) in [
        ("GET /media/{id}", Value::Null),
        ("GET /media/{id}/download", Value::Null),
        ("GET /media/{id}/content", Value::Null),
        ("PATCH /media/{id}", words),
        ("DELETE /media/{id}", Value::Null),
    ] {
        let hidden = rows.answer(&bob, route, &[&id], body).await;
        assert_eq!(
            hidden.refused(404),
            "MEDIA_NOT_FOUND",
            "{route}: it is on no post"
        );
    }
    let ask = json!({ "content": "Look", "visibility": "public", "mediaIds": [id] });
    let post = ada.post("/api/posts", ask).await.expect(201);
    has(
        &post,
        "/post/media/0",
        "id kind contentType width height url thumbnailUrl status altText",
    );
    assert_eq!(post["post"]["mediaUrls"], json!([stable]));
    network.settle().await;
    let found = bob.get("/api/search/posts?q=look").await.expect(200);
    let shown = format!("/api/posts/{}", text(&post, "/post/id"));
    let shown = bob.get(&shown).await.expect(200);
    assert_eq!(shown["media"][0]["altText"], "One pixel");
    for field in ["media", "mediaUrls"] {
        assert_eq!(
            found["posts"][0][field], shown[field],
            "a search shows the files of a post as everybody else does"
        );
    }
    for client in [&bob, &network.nobody()] {
        let shown = rows
            .answer(client, "GET /media/{id}/content?size=thumb", &[&id], Value::Null)
            .await;
        assert_eq!(shown.status, 302, "{}", shown.text);
        let location = shown.headers[header::LOCATION].to_str().expect("ASCII");
        let shown = reqwest::get(location).await.expect("an answer");
        assert_eq!(shown.headers()["content-type"], "image/png");
    }
    rows.ask(&bob, "DELETE /media/{id}", &[&id], Value::Null, 403)
        .await;
    rows.ask(&ada, "DELETE /media/{id}", &[&id], Value::Null, 200)
        .await;
    rows.ask(&ada, "GET /media/{id}", &[&id], Value::Null, 404).await;
    rows.end(&network, &["/media"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_may_be_as_large_as_its_type_allows_and_not_a_byte_larger() {
    const MB: i64 = 1024 * 1024;
    let network = TestNetwork::start().await;
    let ada = network.sign_up("ada").await.client;
    for (kind, most) in [
        ("image/jpeg", 10 * MB),
        ("audio/mpeg", 50 * MB),
        ("video/mp4", 500 * MB),
        ("application/pdf", 25 * MB),
    ] {
        for (size, status) in [(most, 200), (most + 1, 400), (0, 400), (1, 200)] {
            let answer = ada.post("/api/media/upload", announcement(kind, size)).await;
            assert_eq!(answer.status, status, "{kind} of {size}: {}", answer.text);
        }
    }
    for kind in ["image/svg+xml", "text/html", "application/zip", "image", ""] {
        let answer = ada.post("/api/media/upload", announcement(kind, 100)).await;
        assert_eq!(
            answer.json["details"][0]["field"], "fileType",
            "{kind}: {}",
            answer.text
        );
        assert_eq!(answer.refused(400), "VALIDATION_ERROR");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_of_another_type_or_length_are_refused_and_removed() {
    let network = TestNetwork::start().await;
    let ada = network.sign_up("ada").await.client;
    network.settle().await;
    let program = vec![0x7f; PIXEL.len()];
    let size = i64::try_from(program.len()).expect("small");
    let upload = ada
        .post("/api/media/upload", announcement("image/png", size))
        .await
        .expect(200);
    network.send(&upload, program).await;
    let ask = json!({ "mediaId": text(&upload, "/mediaId") });
    let code = ada.post("/api/media/confirm", ask.clone()).await.refused(400);
    assert!(code.starts_with("MEDIA_"), "{code}");
    assert_eq!(
        ada.post("/api/media/confirm", ask).await.refused(400),
        code,
        "the same answer"
    );
    let list = ada.get("/api/media").await.expect(200);
    assert_eq!(list["media"], json!([]));
}
