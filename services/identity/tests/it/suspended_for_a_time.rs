//! Suspensions that end by themselves.

use crate::admin::{admin, suspend, told};
use crate::harness::{PASSWORD, start};
use chassis::housekeep;
use chrono::{TimeDelta, Utc};
use diesel_async::SimpleAsyncConnection;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_ends_by_itself_when_its_time_has_come() {
    let identity = start().await;
    let (chief, _) = admin(&identity, "chief").await;
    let session = identity.sign_up("ada").await;
    let ada = session.account.to_string();
    let now = Utc::now();
    let yesterday = json!({ "reason": "spam", "until": now - TimeDelta::days(1) });
    assert_eq!(
        suspend(&chief, &ada, yesterday).await.refused(400),
        "VALIDATION_ERROR"
    );
    let for_a_day = json!({ "reason": "spam", "until": now + TimeDelta::days(1) });
    suspend(&chief, &ada, for_a_day).await.expect(200);
    housekeep(&identity.app.service, now + TimeDelta::hours(23))
        .await
        .unwrap();
    assert_eq!(
        identity.log_in("ada@mail.example", PASSWORD).await.refused(403),
        "ACCOUNT_SUSPENDED"
    );
    for _ in 0..2 {
        housekeep(&identity.app.service, now + TimeDelta::hours(25))
            .await
            .unwrap();
    }
    identity.log_in_again("ada").await;
    assert_eq!(told(&identity, "identity.account-restored.v1", &ada).await, [3]);
    let noted = "security_event WHERE type = 'account-restored' AND actor_id IS NULL";
    assert_eq!(identity.count(noted).await, 1);
    assert_eq!(identity.count("suspension").await, 0);
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_that_is_over_is_ended_before_anybody_tidies_up() {
    let identity = start().await;
    let (chief, _) = admin(&identity, "chief").await;
    let session = identity.sign_up("ada").await;
    let ada = session.account.to_string();
    let for_a_day = json!({ "reason": "spam", "until": Utc::now() + TimeDelta::days(1) });
    suspend(&chief, &ada, for_a_day).await.expect(200);
    identity.app.settle().await;
    let log_in = async || identity.log_in("ada@mail.example", PASSWORD).await;
    assert_eq!(log_in().await.refused(403), "ACCOUNT_SUSPENDED");
    let mut conn = identity.app.session().await;
    conn.batch_execute("UPDATE suspension SET until = now()")
        .await
        .unwrap();
    identity.app.settle().await;
    log_in().await.expect(200);
}
