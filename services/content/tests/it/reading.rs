//! What is kept by those who read, and how often somebody may publish.

use crate::stage::Stage;
use content::Settings;
use events::content::Visibility;
use serde_json::json;
use std::num::NonZeroU16;
use testkit::TestService;

/// A kept answer is confirmed only while it is what this asker would be given.
#[tokio::test(flavor = "multi_thread")]
async fn a_kept_post_is_confirmed_until_it_or_who_may_see_it_changes() {
    let stage = Stage::new().await;
    let (alice, bob) = (stage.person("alice"), stage.person("bob"));
    let post = alice.publishes("Rain.", Visibility::Public).await;
    let path = format!("/posts/{post}");
    let tag_of = async || {
        let answer = bob.get(&path).await;
        assert_eq!(answer.headers["cache-control"], "private, no-cache");
        answer.headers["etag"].to_str().unwrap().to_owned()
    };
    let tag = tag_of().await;
    let again = bob.with("if-none-match", &tag).get(&path).await;
    assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""));
    alice.patch(&path, json!({"content": "Sun."})).await.expect(200);
    let changed = bob.with("if-none-match", &tag).get(&path).await.expect(200);
    assert_eq!(changed["content"], "Sun.");
    let kept = bob.with("if-none-match", &tag_of().await);
    assert_eq!(kept.get(&path).await.status, 304);
    alice
        .patch(&path, json!({"visibility": "private"}))
        .await
        .expect(200);
    assert_eq!(kept.get(&path).await.refused(403), "FORBIDDEN");
    alice
        .patch(&path, json!({"visibility": "public"}))
        .await
        .expect(200);
    stage.blocks(&alice, &bob, 1).await;
    assert_eq!(kept.get(&path).await.refused(404), "POST_NOT_FOUND");
    stage.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_posts_an_hour_are_enough_for_one_person() {
    let app = TestService::start(content::service).await;
    let stage = Stage { app };
    let answer = stage
        .person("alice")
        .post("/posts", json!({"content": "Rain."}))
        .await;
    assert_eq!(
        (
            &answer.headers["x-ratelimit-limit"],
            &answer.headers["x-ratelimit-remaining"]
        ),
        (&"100".parse().unwrap(), &"99".parse().unwrap())
    );
    answer.expect(201);
    stage.app.at_rest().await;

    let settings = Settings::with_posts_per_hour(NonZeroU16::new(2).unwrap());
    let app = TestService::start(|config| content::service_with(config, settings)).await;
    let stage = Stage { app };
    let (alice, bob) = (stage.person("alice"), stage.person("bob"));
    for content in ["One.", "Two."] {
        alice.publishes(content, Visibility::Public).await;
    }
    let third = alice.post("/posts", json!({"content": "Three."})).await;
    assert!(third.headers.contains_key("retry-after"));
    assert_eq!(third.refused(429), "RATE_LIMITED");
    bob.publishes("One.", Visibility::Public).await;
    assert_eq!(alice.get("/users/alice/posts").await.expect(200)["total"], 2);
    stage.app.at_rest().await;
}
