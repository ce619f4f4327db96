use crate::support::{cards, image_of, person, start};
use events::media::{Kind, Media, MediaRemoved};
use events::{Event, MediaId};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_an_image_of_ones_own_that_is_ready() {
    let app = start().await;
    let (ada, ben) = (person(&app, "ada").await, person(&app, "ben").await);
    let image = image_of(ada.id());
    let ask = json!({"avatarMediaId": image.media_id, "bannerMediaId": image.media_id});
    let early = ada.client.patch("/users/me", ask.clone()).await;
    assert_eq!(early.headers["retry-after"], "1");
    assert_eq!(early.refused(409), "MEDIA_NOT_READY");
    app.consume(1, Event::MediaReady(image.clone())).await;
    let user = ada.client.patch("/users/me", ask.clone()).await.expect(200)["user"].clone();
    let address = |size: &str| json!(format!("/api/media/{}/content?size={size}", image.media_id));
    assert_eq!(
        (&user["avatarUrl"], &user["bannerUrl"]),
        (&address("thumb"), &address("large"))
    );

    // Somebody else's is as good as unknown; a sound is no picture.
    assert_eq!(
        ben.client.patch("/users/me", ask).await.refused(409),
        "MEDIA_NOT_READY"
    );
    let sound = Media {
        media_id: MediaId::new(),
        kind: Kind::Audio,
        ..image_of(ben.id())
    };
    app.consume(1, Event::MediaReady(sound.clone())).await;
    let ask = json!({"avatarMediaId": sound.media_id});
    assert_eq!(
        ben.client.patch("/users/me", ask).await.refused(400),
        "VALIDATION_ERROR"
    );

    let cleared = ada
        .client
        .patch("/users/me", json!({"avatarMediaId": null}))
        .await
        .expect(200);
    assert_eq!(
        (&cleared["user"]["avatarUrl"], &cleared["user"]["bannerUrl"]),
        (&Value::Null, &address("large"))
    );
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_picture_leaves_the_profile_and_cannot_come_back() {
    let app = start().await;
    let ada = person(&app, "ada").await;
    let image = image_of(ada.id());
    app.consume(1, Event::MediaReady(image.clone())).await;
    let ask = json!({"avatarMediaId": image.media_id});
    ada.client.patch("/users/me", ask.clone()).await.expect(200);
    let removed = MediaRemoved {
        media_id: image.media_id,
        owner_id: ada.id(),
    };
    app.consume(2, Event::MediaRemoved(removed)).await;
    assert_eq!(
        ada.client.get("/users/me").await.expect(200)["avatarUrl"],
        Value::Null
    );
    let told: Vec<_> = cards(&app)
        .await
        .into_iter()
        .map(|(_, card)| card.avatar_media_id)
        .collect();
    assert_eq!(told, [None, Some(image.media_id), None]);

    app.consume(1, Event::MediaReady(image)).await;
    assert_eq!(
        ada.client.patch("/users/me", ask).await.refused(404),
        "MEDIA_NOT_FOUND"
    );
    app.at_rest().await;
}
