use crate::world::{World, announce, confirm, jpeg, mp4, png, png_header};
use events::{Event, media::Kind};
use futures::future::join_all;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn asked_again_or_by_many_at_once_it_happens_once() {
    let world = World::new().await;
    let ana = world.person("ana");
    let id = world.sent(&ana, "image/png", &png(4, 5)).await;
    let answers = join_all((0..8).map(|_| confirm(&ana.client, &id))).await;
    let first = confirm(&ana.client, &id).await.expect(200);
    for answer in answers {
        assert_eq!(answer.expect(200), first);
    }
    assert_eq!(first["media"]["status"], "processing");
    world.app.settle().await;
    assert_eq!(
        confirm(&ana.client, &id).await.expect(200)["media"]["status"],
        "ready"
    );
    let published = world.app.published().await;
    let [confirmed, ready] = &published[..] else {
        panic!("published {} times", published.len())
    };
    assert_eq!(
        (confirmed.event.kind(), confirmed.version),
        ("media.media-confirmed.v1", 2)
    );
    let Event::MediaReady(media) = &ready.event else {
        panic!("published {:?}", ready.event)
    };
    assert_eq!(
        (media.media_id.to_string(), media.owner_id, media.kind),
        (id, ana.id, Kind::Image)
    );
    assert_eq!((media.width, media.height, ready.version), (Some(4), Some(5), 3));
    assert_eq!(ready.cause.actor, Some(ana.id));
    assert_eq!(
        world.objects(),
        ["media"],
        "one copy, and nothing where the upload was"
    );
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_sent_yet_can_still_be_sent() {
    let world = World::new().await;
    let ana = world.person("ana");
    let bytes = png(1, 1);
    let answer = announce(&ana.client, "image/png", &bytes).await;
    let id = answer["mediaId"].as_str().unwrap();
    assert_eq!(confirm(&ana.client, id).await.refused(400), "MEDIA_NOT_UPLOADED");
    assert_eq!(world.send(&answer, &bytes).await, 200);
    confirm(&ana.client, id).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_of_another_kind_are_removed_and_the_reason_stays() {
    let world = World::new().await;
    let ana = world.person("ana");
    for (mime, bytes, code) in [
        (
            "image/png",
            b"<script>alert(1)</script>".to_vec(),
            "MEDIA_TYPE_MISMATCH",
        ),
        (
            "image/png",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(),
            "MEDIA_TYPE_MISMATCH",
        ),
        ("image/jpeg", png(1, 1), "MEDIA_TYPE_MISMATCH"),
        (
            "application/pdf",
            b"MZ\x90\0\x03 %PDF-1.4".to_vec(),
            "MEDIA_TYPE_MISMATCH",
        ),
        ("video/mp4", b"\0".to_vec(), "MEDIA_TYPE_MISMATCH"),
        ("image/png", png_header(60_000, 60_000), "MEDIA_TOO_MANY_PIXELS"),
        ("image/png", png_header(0, 1), "MEDIA_TOO_MANY_PIXELS"),
        ("video/mp4", mp4()[..30].to_vec(), "MEDIA_UNREADABLE"),
        (
            "application/pdf",
            b"%PDF-1.4 and no end".to_vec(),
            "MEDIA_UNREADABLE",
        ),
        (
            "image/jpeg",
            b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec(),
            "MEDIA_UNREADABLE",
        ),
        ("image/jpeg", jpeg(2, 2, 1_200_000), "MEDIA_UNREADABLE"),
    ] {
        let id = world.sent(&ana, mime, &bytes).await;
        assert_eq!(confirm(&ana.client, &id).await.refused(400), code, "{mime}");
        assert_eq!(
            confirm(&ana.client, &id).await.refused(400),
            code,
            "again: {mime}"
        );
        assert_eq!(
            ana.client.get(&format!("/media/{id}")).await.refused(404),
            "MEDIA_NOT_FOUND"
        );
        assert_eq!(world.objects(), [""; 0], "{mime}");
    }
    assert_eq!(ana.client.get("/media").await.expect(200), json!({"media": []}));
    assert!(world.app.published().await.is_empty());
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_measured_even_behind_a_long_preview() {
    let world = World::new().await;
    let ana = world.person("ana");
    for before in [0, 7_000, 200_000] {
        let id = world.sent(&ana, "image/jpg", &jpeg(640, 480, before)).await;
        let ask = json!({"mediaId": id, "width": 1, "height": 1});
        let media = ana.client.post("/media/confirm", ask).await.expect(200)["media"].clone();
        assert_eq!(
            (&media["width"], &media["height"]),
            (&json!(640), &json!(480)),
            "{before}"
        );
        assert_eq!(media["contentType"], "image/jpeg");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sounds_and_videos_are_described_by_their_owner() {
    let world = World::new().await;
    let ana = world.person("ana");
    let video = world.sent(&ana, "video/mp4", &mp4()).await;
    let ask = json!({"mediaId": video, "width": 1920, "height": 1080, "duration": 12.5});
    let media = ana.client.post("/media/confirm", ask).await.expect(200)["media"].clone();
    assert_eq!(
        (&media["kind"], &media["width"], &media["duration"]),
        (&json!("video"), &json!(1920), &json!(12.5))
    );
    assert_eq!(
        (&media["status"], &media["thumbnailUrl"]),
        (&json!("ready"), &json!(null)),
        "what is not decoded is ready at once"
    );
    let shown = world.seen(&ana.client, &video, "thumb").await;
    assert_eq!(shown.headers()["content-type"], "video/mp4");
    assert_eq!(shown.headers()["content-disposition"], "inline");
    assert_eq!(shown.headers()["x-content-type-options"], "nosniff");
    assert_eq!(shown.bytes().await.unwrap(), mp4());

    let sound = world.sent(&ana, "audio/mp3", b"ID3\x04\0\0\0\0\0\0").await;
    let ask = json!({"mediaId": sound, "width": 5, "height": 5, "duration": 3});
    let media = ana.client.post("/media/confirm", ask).await.expect(200)["media"].clone();
    assert_eq!(
        (&media["kind"], &media["width"], &media["duration"]),
        (&json!("audio"), &json!(null), &json!(3.0))
    );

    for (ask, field) in [
        (json!({"mediaId": sound, "duration": -1}), "duration"),
        (json!({"mediaId": sound, "duration": 1e300}), "duration"),
        (json!({"mediaId": sound, "width": 1}), "width"),
        (json!({"mediaId": sound, "width": 0, "height": 1}), "width"),
        (
            json!({"mediaId": sound, "width": 1_000_000, "height": 1_000_000}),
            "width",
        ),
        (json!({"mediaId": "me"}), "mediaId"),
        (json!({}), "mediaId"),
    ] {
        let answer = ana.client.post("/media/confirm", ask.clone()).await;
        assert_eq!(answer.json["details"][0]["field"], field, "{ask}");
        assert_eq!(answer.refused(400), "VALIDATION_ERROR");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_confirms_what_is_somebody_elses() {
    let world = World::new().await;
    let (ana, eve) = (world.person("ana"), world.person("eve"));
    let id = world.sent(&ana, "image/png", &png(1, 1)).await;
    let ready = world.picture(&ana).await;
    for id in [&id, &ready, "0197a2d0-0000-7000-8000-000000000000"] {
        assert_eq!(confirm(&eve.client, id).await.refused(404), "MEDIA_NOT_FOUND");
        assert_eq!(confirm(&world.nobody, id).await.refused(401), "UNAUTHENTICATED");
    }
    assert_eq!(
        world.app.outsider().get("/media").await.refused(403),
        "NOT_THROUGH_THE_EDGE"
    );
    confirm(&ana.client, &id).await.expect(200);
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pdf_is_saved_and_not_shown() {
    let world = World::new().await;
    let ana = world.person("ana");
    let bytes = b"%PDF-1.7\n1 0 obj << /S /JavaScript >>\n%%EOF\n";
    let id = world.sent(&ana, "application/pdf", bytes).await;
    confirm(&ana.client, &id).await.expect(200);
    let shown = world.seen(&ana.client, &id, "original").await;
    let disposition = shown.headers()["content-disposition"].to_str().unwrap();
    assert!(
        disposition.starts_with("attachment; filename=\"file.pdf\""),
        "{disposition}"
    );
    assert_eq!(shown.headers()["content-type"], "application/pdf");
    assert_eq!(shown.headers()["x-content-type-options"], "nosniff");
}
