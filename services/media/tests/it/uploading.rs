use crate::world::{World, announce, confirm, png, url};
use image::RgbImage;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_announced_sent_confirmed_and_seen() {
    let world = World::new().await;
    let ana = world.person("ana");
    let bytes = png(640, 480);
    let ask = json!({"fileName": "C:\\me\\Über uns.PNG", "fileType": "image/png", "fileSize": bytes.len()});
    let answer = ana.client.post("/media/upload", ask).await.expect(200);
    assert_eq!(
        (&answer["expiresIn"], &answer["method"]),
        (&json!(900), &json!("PUT"))
    );
    assert_eq!(
        answer["headers"],
        json!({"Content-Type": "image/png", "If-None-Match": "*"})
    );
    assert!(
        !answer["uploadUrl"].as_str().unwrap().contains("ber"),
        "keys do not come from clients"
    );
    let id = answer["mediaId"].as_str().unwrap();
    assert_eq!(
        ana.client.get(&format!("/media/{id}")).await.expect(200)["status"],
        "pending"
    );
    assert_eq!(world.send(&answer, &bytes).await, 200);

    let early = confirm(&ana.client, id).await.expect(200)["media"].clone();
    assert_eq!(
        (&early["status"], &early["url"], &early["thumbnailUrl"]),
        (&json!("processing"), &json!(null), &json!(null)),
        "nothing is shown before it is cleaned"
    );
    world.app.settle().await;
    let media = ana.client.get(&format!("/media/{id}")).await.expect(200);
    let created = media["createdAt"].as_str().unwrap();
    assert!(
        created.ends_with('Z') && created.len() == "2026-01-01T00:00:00.000Z".len(),
        "{created}"
    );
    assert_eq!(
        media,
        json!({
            "id": id, "ownerId": ana.id, "kind": "image", "contentType": "image/png", "size": media["size"], "width": 640,
            "height": 480, "url": format!("/api/media/{id}/content"),
            "thumbnailUrl": format!("/api/media/{id}/content?size=thumb"), "altText": null, "status": "ready",
            "fileName": "Über uns.PNG", "createdAt": created,
        })
    );
    assert_eq!(confirm(&ana.client, id).await.expect(200)["media"], media);
    assert_eq!(
        ana.client.get("/media").await.expect(200),
        json!({"media": [media]})
    );

    let shown = ana
        .client
        .get(&format!("/media/{id}/content?size=original"))
        .await;
    assert_eq!(shown.status, 302);
    assert_eq!(shown.headers["cache-control"], "private, max-age=60");
    let file = world.fetch(shown.headers["location"].to_str().unwrap()).await;
    assert_eq!(
        (file.status().as_u16(), &file.headers()["content-type"]),
        (200, &"image/png".parse().unwrap())
    );
    assert_eq!(file.headers()["x-content-type-options"], "nosniff");
    let cleaned = file.bytes().await.unwrap();
    assert_eq!(media["size"], cleaned.len());
    assert_eq!(
        pixels(&cleaned),
        pixels(&bytes),
        "a PNG loses nothing that can be seen"
    );

    let download = ana.client.get(&format!("/media/{id}/download")).await.expect(200);
    let file = world.fetch(download["downloadUrl"].as_str().unwrap()).await;
    let disposition = file.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(
        disposition.starts_with("attachment; filename=\"_ber uns.PNG\""),
        "{disposition}"
    );
    assert_eq!(file.bytes().await.unwrap(), cleaned);
    world.app.at_rest().await;
}

fn pixels(file: &[u8]) -> RgbImage {
    image::load_from_memory(file).unwrap().into_rgb8()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_url_takes_one_file_of_one_type_and_length_and_nothing_else() {
    let world = World::new().await;
    let ana = world.person("ana");
    let bytes = png(2, 3);
    let answer = announce(&ana.client, "image/png", &bytes).await;
    let whole = answer["uploadUrl"].as_str().unwrap();
    let fine = [("content-type", "image/png"), ("if-none-match", "*")];
    let other = world
        .put(
            whole,
            &[("content-type", "text/html"), ("if-none-match", "*")],
            &bytes,
        )
        .await;
    assert_eq!(other, 403, "another type");
    assert_eq!(
        world.put(whole, &fine, &[&bytes[..], b"more"].concat()).await,
        403,
        "another length"
    );
    assert_eq!(
        world.put(whole, &fine[..1], &bytes).await,
        403,
        "without the condition"
    );
    let longer = whole.replace("X-Amz-Expires=900", "X-Amz-Expires=90000");
    assert_eq!(world.put(&longer, &fine, &bytes).await, 403, "for longer");
    let mut elsewhere = url(&answer["uploadUrl"]);
    elsewhere.set_path("/media/media/0123456789abcdef0123456789abcdef");
    assert_eq!(
        world.put(elsewhere.as_str(), &fine, &bytes).await,
        403,
        "under another key"
    );
    assert_eq!(world.fetch(whole).await.status(), 403, "it does not read");

    let mut others = bytes.clone();
    others.reverse();
    assert_eq!(world.send(&answer, &bytes).await, 200);
    assert_eq!(world.send(&answer, &others).await, 412, "a second time");
    let id = answer["mediaId"].as_str().unwrap();
    confirm(&ana.client, id).await.expect(200);
    assert_eq!(world.send(&answer, &others).await, 412, "before it is cleaned");
    world.app.settle().await;
    let media = confirm(&ana.client, id).await.expect(200);
    assert_eq!(
        (&media["media"]["width"], &media["media"]["height"]),
        (&json!(2), &json!(3))
    );

    // The URL still lives, and what was confirmed stays what it was.
    assert_eq!(world.send(&answer, &others).await, 200);
    let shown = ana.client.get(&format!("/media/{id}/content")).await;
    let file = world.fetch(shown.headers["location"].to_str().unwrap()).await;
    assert_eq!(pixels(&file.bytes().await.unwrap()), pixels(&bytes));
    world.app.settle().await;
    assert_eq!(confirm(&ana.client, id).await.expect(200), media);
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_uploaded_is_refused_with_all_its_faults() {
    let world = World::new().await;
    let ana = world.person("ana");
    let fields = |body: &Value| {
        let details = body["details"].as_array().cloned().unwrap_or_default();
        details
            .iter()
            .map(|detail| detail["field"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    const MB: i64 = 1024 * 1024;
    for (ask, wrong) in [
        (
            json!({"fileName": "", "fileType": "image/svg+xml", "fileSize": 1}),
            vec!["fileName", "fileType"],
        ),
        (
            json!({"fileName": "a/../..", "fileType": "image/png", "fileSize": 0}),
            vec!["fileName", "fileSize"],
        ),
        (
            json!({"fileName": "a", "fileType": "text/html", "fileSize": 1}),
            vec!["fileType"],
        ),
        (
            json!({"fileName": "a", "fileType": "image/png", "fileSize": -1}),
            vec!["fileSize"],
        ),
        (
            json!({"fileName": "a", "fileType": "image/png", "fileSize": 10 * MB + 1}),
            vec!["fileSize"],
        ),
        (
            json!({"fileName": "a", "fileType": "audio/mpeg", "fileSize": 50 * MB + 1}),
            vec!["fileSize"],
        ),
        (
            json!({"fileName": "a", "fileType": "video/mp4", "fileSize": 500 * MB + 1}),
            vec!["fileSize"],
        ),
        (
            json!({"fileName": "a", "fileType": "application/pdf", "fileSize": 25 * MB + 1}),
            vec!["fileSize"],
        ),
        (
            json!({"fileName": "a", "fileType": "image/png", "fileSize": "1"}),
            vec!["fileSize"],
        ),
        (
            json!({"fileName": "a", "fileType": "image/png", "fileSize": 1.5}),
            vec!["fileSize"],
        ),
        (json!({"fileType": "image/png", "fileSize": 1}), vec!["fileName"]),
    ] {
        let answer = ana.client.post("/media/upload", ask.clone()).await;
        let found = fields(&answer.json);
        assert_eq!(answer.refused(400), "VALIDATION_ERROR", "{ask}");
        assert_eq!(found, wrong, "{ask}");
    }
    let most = json!({"fileName": "a", "fileType": "image/png", "fileSize": 10 * MB});
    ana.client.post("/media/upload", most).await.expect(200);
    assert_eq!(
        ana.client.get("/media").await.expect(200)["media"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_announcement_is_one_upload() {
    let world = World::new().await;
    let ana = world.person("ana");
    let client = ana.client.with("idempotency-key", "one");
    let first = announce(&client, "image/png", &png(1, 1)).await;
    assert_eq!(announce(&client, "image/png", &png(1, 1)).await, first);
    let other = json!({"fileName": "file", "fileType": "image/png", "fileSize": 7});
    assert_eq!(
        client.post("/media/upload", other).await.refused(422),
        "IDEMPOTENCY_KEY_REUSED"
    );
    assert_eq!(
        ana.client.get("/media").await.expect(200)["media"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_files_come_in_pages() {
    let world = World::new().await;
    let (ana, ben) = (world.person("ana"), world.person("ben"));
    let mut announced = Vec::new();
    for _ in 0..5 {
        announced.push(announce(&ana.client, "image/png", &png(1, 1)).await["mediaId"].clone());
    }
    announced.reverse();
    let mut seen = Vec::new();
    let mut path = "/media?limit=2".to_owned();
    loop {
        let page = ana.client.get(&path).await.expect(200);
        seen.extend(
            page["media"]
                .as_array()
                .unwrap()
                .iter()
                .map(|media| media["id"].clone()),
        );
        let Some(cursor) = page["nextCursor"].as_str() else {
            break;
        };
        path = format!("/media?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, announced);
    assert_eq!(ben.client.get("/media").await.expect(200), json!({"media": []}));
    for path in ["/media?limit=0", "/media?cursor=x"] {
        assert_eq!(ana.client.get(path).await.refused(400), "VALIDATION_ERROR");
    }
}
