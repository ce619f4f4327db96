//! What is over is forgotten, and nothing else.

use crate::harness::{PASSWORD, start};
use chassis::housekeep;
use chrono::{TimeDelta, Utc};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn sessions_links_and_tries_that_are_long_over_are_forgotten() {
    let identity = start().await;
    let ada = identity.member("ada").await;
    identity.log_in_again("ada").await;
    identity
        .visitor()
        .post("/auth/forgot-password", json!({ "email": "ada@mail.example" }))
        .await
        .expect(200);
    identity.app.settle().await;
    ada.post("/auth/2fa/setup", json!({ "password": PASSWORD }))
        .await
        .expect(200);
    identity.log_in("ada@mail.example", "a guess").await.expect(401);
    let now = Utc::now();
    let rows = async || {
        let mut rows = Vec::new();
        for table in [
            "session",
            "verification",
            "password_reset",
            "two_factor",
            "throttle",
        ] {
            rows.push(identity.count(table).await > 0);
        }
        rows
    };
    housekeep(&identity.app.service, now + TimeDelta::hours(47))
        .await
        .unwrap();
    assert_eq!(
        rows().await,
        [true; 5],
        "everything is kept for as long as somebody may ask"
    );
    housekeep(&identity.app.service, now + TimeDelta::days(3))
        .await
        .unwrap();
    assert_eq!(
        rows().await,
        [true, true, true, true, false],
        "tries are forgiven"
    );
    // A session lasts for a week, a link for an hour or a day; all are kept for thirty days more.
    housekeep(&identity.app.service, now + TimeDelta::days(32))
        .await
        .unwrap();
    assert_eq!(rows().await, [true, false, false, false, false]);
    housekeep(&identity.app.service, now + TimeDelta::days(38))
        .await
        .unwrap();
    assert_eq!(rows().await, [false; 5]);
    assert!(identity.count("security_event").await > 0, "the log only grows");
    assert_eq!(identity.count("account").await, 1);
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_that_is_on_is_never_forgotten() {
    let identity = start().await;
    identity.with_phone("ada").await;
    housekeep(&identity.app.service, Utc::now() + TimeDelta::days(400))
        .await
        .unwrap();
    assert_eq!(identity.count("two_factor WHERE enabled_at IS NOT NULL").await, 1);
    assert_eq!(identity.count("recovery_code").await, 10);
}
