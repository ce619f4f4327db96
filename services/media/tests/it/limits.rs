//! How often somebody may upload.

use crate::world::{World, announce, png};
use media::Settings;
use serde_json::json;
use std::num::NonZeroU16;
use testkit::TestService;

#[tokio::test(flavor = "multi_thread")]
async fn fifty_files_an_hour_are_enough_for_one_person() {
    let world = World::new().await;
    let ask = json!({"fileName": "file", "fileType": "image/png", "fileSize": 100});
    let answer = world
        .person("ana")
        .client
        .post("/media/upload", ask.clone())
        .await;
    assert_eq!(
        (
            &answer.headers["x-ratelimit-limit"],
            &answer.headers["x-ratelimit-remaining"]
        ),
        (&"50".parse().unwrap(), &"49".parse().unwrap())
    );
    answer.expect(200);

    let settings = Settings::with_uploads_per_hour(NonZeroU16::new(2).unwrap());
    let storage = world.storage.clone();
    let app = TestService::start(|config| media::service_with(config, storage.clone(), settings)).await;
    let (ana, eve) = (app.member("ana"), app.member("eve"));
    let repeating = ana.with("idempotency-key", "one");
    for _ in 0..3 {
        announce(&repeating, "image/png", &png(1, 1)).await;
    }
    announce(&ana, "image/png", &png(1, 1)).await;
    let third = ana.post("/media/upload", ask).await;
    assert!(third.headers.contains_key("retry-after"));
    assert_eq!(third.refused(429), "RATE_LIMITED");
    announce(&eve, "image/png", &png(1, 1)).await;
    app.at_rest().await;
}
