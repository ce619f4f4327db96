//! Pictures are written anew: what becomes of them, and that nothing is lost whatever dies when.

use crate::world::{World, announce, confirm, jpeg, picture, png};
use chassis::{housekeep, work_once};
use chrono::{TimeDelta, Utc};
use diesel_async::SimpleAsyncConnection;
use events::content::Visibility;
use events::{Cause, Envelope, Event};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use serde_json::json;
use std::io::Cursor;

fn decoded(file: &[u8]) -> DynamicImage {
    image::load_from_memory(file).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_picture_comes_in_three_sizes_for_those_who_see_its_post() {
    let world = World::new().await;
    let (ana, ben) = (world.person("ana"), world.person("ben"));
    let id = world
        .sent(&ana, "image/jpeg", &picture(1600, 800, ImageFormat::Jpeg))
        .await;
    confirm(&ana.client, &id).await.expect(200);
    world.app.settle().await;
    assert_eq!(world.objects(), ["media"; 3], "and not what was sent");
    for (size, longer, shorter) in [
        ("thumb", 320, 160),
        ("1", 320, 160),
        ("320", 320, 160),
        ("large", 1280, 640),
        ("321", 1280, 640),
        ("1281", 1600, 800),
        ("original", 1600, 800),
    ] {
        let path = format!("/media/{id}/content?size={size}");
        let (nobody, hidden) = (world.nobody.get(&path).await, ben.client.get(&path).await);
        assert_eq!(
            (nobody.refused(401), hidden.refused(404)),
            ("UNAUTHENTICATED".into(), "MEDIA_NOT_FOUND".into())
        );
        let shown = world.seen(&ana.client, &id, size).await;
        assert_eq!(shown.headers()["content-type"], "image/jpeg");
        let image = decoded(&shown.bytes().await.unwrap());
        assert_eq!((image.width(), image.height()), (longer, shorter), "{size}");
    }
    world.post(&ana, &id, Visibility::Public).await;
    for size in ["thumb", "large", "original"] {
        assert_eq!(world.seen(&world.nobody, &id, size).await.status(), 200);
    }
    ana.client.delete(&format!("/media/{id}")).await.expect(200);
    assert_eq!(world.objects(), [""; 0], "its copies go with it");
    for size in ["thumb", "large", "original"] {
        let path = format!("/media/{id}/content?size={size}");
        assert_eq!(ana.client.get(&path).await.refused(404), "MEDIA_NOT_FOUND");
    }
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_seen_through_stays_so_and_what_moves_goes_on_moving() {
    let world = World::new().await;
    let ana = world.person("ana");
    let glass = DynamicImage::ImageRgba8(RgbaImage::from_pixel(500, 400, Rgba([200, 10, 10, 128])));
    for (format, mime) in [(ImageFormat::Png, "image/png"), (ImageFormat::WebP, "image/webp")] {
        let mut bytes = Cursor::new(Vec::new());
        glass.write_to(&mut bytes, format).unwrap();
        let id = world.sent(&ana, mime, &bytes.into_inner()).await;
        confirm(&ana.client, &id).await.expect(200);
        world.app.settle().await;
        let original = world.seen(&ana.client, &id, "original").await;
        assert_eq!(original.headers()["content-type"], mime);
        assert_eq!(decoded(&original.bytes().await.unwrap()), glass);
        let thumb = world.seen(&ana.client, &id, "thumb").await;
        assert_eq!(thumb.headers()["content-type"], "image/webp");
        let pixel = decoded(&thumb.bytes().await.unwrap())
            .to_rgba8()
            .get_pixel(160, 128)
            .0;
        assert!(pixel[0].abs_diff(200) < 3 && pixel[3] == 128, "{pixel:?}");
    }

    let moving = gif(400, 300, 3);
    let id = world.sent(&ana, "image/gif", &moving).await;
    confirm(&ana.client, &id).await.expect(200);
    world.app.settle().await;
    let original = world
        .seen(&ana.client, &id, "original")
        .await
        .bytes()
        .await
        .unwrap();
    let frames = |file: &[u8]| {
        let decoder = gif::DecodeOptions::new()
            .read_info(Cursor::new(file.to_vec()))
            .unwrap();
        let (mut decoder, mut frames) = (decoder, Vec::new());
        while let Some(frame) = decoder.read_next_frame().unwrap() {
            frames.push((frame.delay, frame.buffer.to_vec()));
        }
        (frames, decoder.repeat())
    };
    assert_eq!(frames(&original), frames(&moving));
    let thumb = world.seen(&ana.client, &id, "thumb").await;
    assert_eq!(thumb.headers()["content-type"], "image/jpeg");
    world.app.at_rest().await;
}

/// Stripes that wander.
fn gif(width: u16, height: u16, frames: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, width, height, &[255, 0, 0, 0, 0, 255]).unwrap();
    encoder.set_repeat(gif::Repeat::Finite(7)).unwrap();
    for number in 0..frames {
        let pixels = (0..u32::from(width) * u32::from(height))
            .map(|pixel| u8::from((pixel + u32::from(number)) % 40 < 20))
            .collect::<Vec<u8>>();
        let frame = gif::Frame {
            width,
            height,
            delay: 5 + number,
            buffer: pixels.into(),
            ..gif::Frame::default()
        };
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_cannot_be_read_has_failed_and_its_owner_is_told_why() {
    let world = World::new().await;
    let ana = world.person("ana");
    let whole = picture(300, 200, ImageFormat::Jpeg);
    let id = world.sent(&ana, "image/jpeg", &whole[..whole.len() / 2]).await;
    confirm(&ana.client, &id).await.expect(200);
    world.post(&ana, &id, Visibility::Public).await;
    world.app.settle().await;
    let record = ana.client.get(&format!("/media/{id}")).await.expect(200);
    assert_eq!(
        (&record["status"], &record["failedFor"], &record["url"]),
        (&json!("failed"), &json!("MEDIA_UNREADABLE"), &json!(null))
    );
    let path = format!("/media/{id}/content");
    assert_eq!(ana.client.get(&path).await.refused(404), "MEDIA_NOT_FOUND");
    assert_eq!(world.nobody.get(&path).await.refused(401), "UNAUTHENTICATED");
    assert_eq!(world.objects(), [""; 0]);
    let published = world.app.published().await;
    let Event::MediaRejected(rejected) = &published.last().unwrap().event else {
        panic!("published {published:?}")
    };
    assert_eq!(
        (rejected.reason.as_str(), published.last().unwrap().version),
        ("MEDIA_UNREADABLE", 3)
    );
    ana.client.delete(&format!("/media/{id}")).await.expect(200);
    assert_eq!(ana.client.get("/media").await.expect(200), json!({"media": []}));
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_again_or_late_cleans_nothing_twice() {
    let world = World::new().await;
    let ana = world.person("ana");
    let id = world.picture(&ana).await;
    let first = world.app.published().await.remove(0);
    // The same event, and the same news under another id.
    world.app.redeliver(&first).await;
    let again = Envelope::new(first.version, first.event.clone(), &Cause::system());
    world.app.redeliver(&again).await;
    ana.client.delete(&format!("/media/{id}")).await.expect(200);
    world
        .app
        .redeliver(&Envelope::new(
            first.version,
            first.event.clone(),
            &Cause::system(),
        ))
        .await;
    let kinds: Vec<_> = world
        .app
        .published()
        .await
        .iter()
        .map(|event| event.event.kind())
        .collect();
    assert_eq!(
        kinds,
        [
            "media.media-confirmed.v1",
            "media.media-ready.v1",
            "media.media-removed.v1"
        ]
    );
    assert_eq!(world.objects(), [""; 0]);
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_dies_with_a_picture_in_hand_leaves_it_to_others() {
    let world = World::new().await;
    let ana = world.person("ana");
    let id = world.sent(&ana, "image/png", &png(400, 300)).await;
    confirm(&ana.client, &id).await.expect(200);
    // Dropped in the middle of its work, at some point or other: nothing it has done counts.
    for _ in 0..2 {
        carry_events(&world).await;
        let work = work_once(&world.app.service);
        let dropped = tokio::time::timeout(std::time::Duration::from_millis(3), work).await;
        if dropped.is_ok() {
            break;
        }
        overdue(&world).await;
    }
    world.app.settle().await;
    assert_eq!(
        ana.client.get(&format!("/media/{id}")).await.expect(200)["status"],
        "ready"
    );
    // What the dead had written has a doom.
    let later = Utc::now() + TimeDelta::hours(2);
    housekeep(&world.app.service, later).await.unwrap();
    assert_eq!(world.objects(), ["media"; 2], "the picture and its small copy");
    assert_eq!(world.seen(&ana.client, &id, "thumb").await.status(), 200);
    world.app.at_rest().await;
}

/// Relays and consumes, and leaves the worker alone.
async fn carry_events(world: &World) {
    loop {
        let relayed = chassis::relay::once(&world.app.service, &world.app.transport)
            .await
            .unwrap();
        let consumed = chassis::consume_once(&world.app.service, &world.app.transport)
            .await
            .unwrap();
        if relayed.published == 0 && consumed.received == 0 {
            return;
        }
    }
}

/// As if the time of whoever has a picture in hand had passed.
async fn overdue(world: &World) {
    let mut conn = world.app.session().await;
    conn.batch_execute("UPDATE rendering SET due_at = now()")
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_kills_whoever_takes_it_is_given_up() {
    let world = World::new().await;
    let ana = world.person("ana");
    let id = world.sent(&ana, "image/png", &png(4, 3)).await;
    confirm(&ana.client, &id).await.expect(200);
    carry_events(&world).await;
    let mut conn = world.app.session().await;
    conn.batch_execute("UPDATE rendering SET taken = 3")
        .await
        .unwrap();
    world.app.settle().await;
    let record = ana.client.get(&format!("/media/{id}")).await.expect(200);
    assert_eq!(
        (&record["status"], &record["failedFor"]),
        (&json!("failed"), &json!("MEDIA_UNREADABLE"))
    );
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_do_not_take_the_same_picture() {
    let world = World::new().await;
    let ana = world.person("ana");
    let mut ids = Vec::new();
    for _ in 0..4 {
        let id = world.sent(&ana, "image/png", &png(400, 300)).await;
        confirm(&ana.client, &id).await.expect(200);
        ids.push(id);
    }
    carry_events(&world).await;
    let work = || work_once(&world.app.service);
    let (one, two, three, four) = tokio::join!(work(), work(), work(), work());
    let done: usize = [one, two, three, four].into_iter().map(Result::unwrap).sum();
    assert_eq!(done, 4);
    for id in ids {
        assert_eq!(
            ana.client.get(&format!("/media/{id}")).await.expect(200)["status"],
            "ready"
        );
    }
    assert_eq!(world.objects(), ["media"; 8]);
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_waits_for_a_storage_that_is_away_and_is_not_to_blame() {
    let mut world = World::new().await;
    let ana = world.person("ana");
    let id = world.sent(&ana, "image/jpeg", &jpeg(40, 30, 0)).await;
    confirm(&ana.client, &id).await.expect(200);
    carry_events(&world).await;
    world.close_storage().await;
    for _ in 0..5 {
        assert_eq!(work_once(&world.app.service).await.unwrap(), 0);
        assert_eq!(
            work_once(&world.app.service).await.unwrap(),
            0,
            "it is not tried again at once"
        );
        overdue(&world).await;
    }
    assert_eq!(
        ana.client.get(&format!("/media/{id}")).await.expect(200)["status"],
        "processing"
    );
    world.open_storage().await;
    world.app.settle().await;
    assert_eq!(
        ana.client.get(&format!("/media/{id}")).await.expect(200)["status"],
        "ready"
    );
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_leaves_what_waits_and_takes_what_nobody_confirmed() {
    let world = World::new().await;
    let ana = world.person("ana");
    let waiting = world.sent(&ana, "image/png", &png(4, 3)).await;
    confirm(&ana.client, &waiting).await.expect(200);
    announce(&ana.client, "image/png", &png(1, 1)).await;
    let later = Utc::now() + TimeDelta::hours(5);
    housekeep(&world.app.service, later).await.unwrap();
    assert_eq!(world.objects(), ["uploads"]);
    world.app.settle().await;
    assert_eq!(
        ana.client.get(&format!("/media/{waiting}")).await.expect(200)["status"],
        "ready"
    );
    // A removal while it is cleaned leaves nothing either.
    let id = world.sent(&ana, "image/png", &png(4, 3)).await;
    confirm(&ana.client, &id).await.expect(200);
    carry_events(&world).await;
    ana.client.delete(&format!("/media/{id}")).await.expect(200);
    world.app.settle().await;
    assert_eq!(world.objects(), ["media"]);
    world.app.at_rest().await;
}
