//! What files show, in words.

use crate::world::{Person, World, confirm, png};
use diesel_async::RunQueryDsl;
use events::content::Visibility;
use events::{Event, media::Media};
use serde_json::{Value, json};
use testkit::Answer;

async fn describe(person: &Person, id: &str, alt_text: Value) -> Answer {
    let ask = json!({ "altText": alt_text });
    person.client.patch(&format!("/media/{id}"), ask).await
}

/// What was published of files that can be used or are being cleaned: each version with its words.
async fn told(world: &World) -> Vec<(i64, Option<String>)> {
    let published = world.app.published().await;
    let words = |file: &Media| file.alt_text.clone();
    published
        .iter()
        .filter_map(|envelope| match &envelope.event {
            Event::MediaConfirmed(file) | Event::MediaReady(file) => Some((envelope.version, words(file))),
            _ => None,
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_described_when_it_is_confirmed_and_again_later() {
    let world = World::new().await;
    let ana = world.person("ana");
    let id = world.sent(&ana, "image/png", &png(2, 3)).await;
    let ask = json!({ "mediaId": id, "altText": " A dog,\r\nasleep. " });
    let confirmed = ana.client.post("/media/confirm", ask).await.expect(200);
    assert_eq!(confirmed["media"]["altText"], "A dog,\nasleep.");
    assert_eq!(
        confirm(&ana.client, &id).await.expect(200),
        confirmed,
        "asked again"
    );
    // While it is being cleaned, and once it is ready.
    let changed = describe(&ana, &id, json!("A dog.")).await.expect(200);
    assert_eq!(
        (&changed["media"]["altText"], &changed["media"]["status"]),
        (&json!("A dog."), &json!("processing"))
    );
    world.app.settle().await;
    let changed = describe(&ana, &id, json!("Two dogs.")).await.expect(200);
    assert_eq!(
        (&changed["media"]["altText"], &changed["media"]["status"]),
        (&json!("Two dogs."), &json!("ready"))
    );
    // What changes nothing is not told.
    describe(&ana, &id, json!("Two dogs. ")).await.expect(200);
    ana.client
        .patch(&format!("/media/{id}"), json!({}))
        .await
        .expect(200);
    let read = ana.client.get(&format!("/media/{id}")).await.expect(200);
    assert_eq!(read["altText"], "Two dogs.");
    for nothing in [json!(null), json!("  ")] {
        assert_eq!(
            describe(&ana, &id, nothing).await.expect(200)["media"]["altText"],
            Value::Null
        );
    }
    let words = |text: &str| Some(text.to_owned());
    assert_eq!(
        told(&world).await,
        [
            (2, words("A dog,\nasleep.")),
            (3, words("A dog.")),
            (4, words("A dog.")),
            (5, words("Two dogs.")),
            (6, None)
        ]
    );
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_has_heard_of_is_described_in_silence() {
    let world = World::new().await;
    let ana = world.person("ana");
    let id = world.sent(&ana, "image/png", &png(2, 3)).await;
    let described = describe(&ana, &id, json!("A dog.")).await.expect(200);
    assert_eq!(
        (&described["media"]["altText"], &described["media"]["status"]),
        (&json!("A dog."), &json!("pending"))
    );
    let kept = confirm(&ana.client, &id).await.expect(200);
    assert_eq!(kept["media"]["altText"], "A dog.", "confirming says nothing else");
    world.app.settle().await;

    let announced = world.sent(&ana, "image/png", &png(2, 3)).await;
    describe(&ana, &announced, json!("A cat.")).await.expect(200);
    ana.client
        .delete(&format!("/media/{announced}"))
        .await
        .expect(200);
    let about = |envelope: &events::Envelope| envelope.subject == announced;
    assert!(!world.app.published().await.iter().any(about));
    let left = diesel::sql_query("SELECT 1 FROM media WHERE alt_text = 'A cat.'")
        .execute(&mut world.app.session().await)
        .await;
    assert_eq!(left, Ok(0), "words go with the file");
    world.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_owner_describes_a_file() {
    let world = World::new().await;
    let (ana, eve) = (world.person("ana"), world.person("eve"));
    let id = world.picture(&ana).await;
    assert_eq!(
        describe(&eve, &id, json!("A cat.")).await.refused(404),
        "MEDIA_NOT_FOUND"
    );
    world.post(&ana, &id, Visibility::Public).await;
    assert_eq!(
        describe(&eve, &id, json!("A cat.")).await.refused(403),
        "FORBIDDEN"
    );
    let nobody = world
        .nobody
        .patch(&format!("/media/{id}"), json!({ "altText": "A cat." }))
        .await;
    assert_eq!(nobody.refused(401), "UNAUTHENTICATED");
    let seen = eve.client.get(&format!("/media/{id}")).await.expect(200);
    assert_eq!(seen["altText"], Value::Null);
    describe(&ana, &id, json!("A dog.")).await.expect(200);
    let seen = eve.client.get(&format!("/media/{id}")).await.expect(200);
    assert_eq!(seen["altText"], "A dog.");
    for (wrong, message) in [
        (
            json!("a".repeat(1001)),
            "Alt text must have at most 1000 characters",
        ),
        (
            json!("a\u{202e}b"),
            "Alt text must not contain control characters",
        ),
    ] {
        let answer = describe(&ana, &id, wrong).await;
        assert_eq!(answer.json["details"][0]["message"], message);
        assert_eq!(answer.refused(400), "VALIDATION_ERROR");
    }
    ana.client.delete(&format!("/media/{id}")).await.expect(200);
    assert_eq!(
        describe(&ana, &id, json!("A dog.")).await.refused(404),
        "MEDIA_NOT_FOUND"
    );
    world.app.at_rest().await;
}
