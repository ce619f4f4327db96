//! A site that is open to its owner and those the owner lets in.

use crate::harness::{Identity, PASSWORD, application, start_with};
use identity::Settings;
use serde_json::json;

async fn owned() -> Identity {
    let settings = Settings::default().owned_by(&["Owner@mail.example"]).unwrap();
    start_with(settings).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_owners_and_those_on_the_list_may_sign_up() {
    let identity = owned().await;
    let sign_up = async |name: &str| identity.visitor().post("/auth/signup", application(name)).await;
    assert_eq!(sign_up("stranger").await.refused(403), "NOT_ON_ALLOWLIST");
    assert_eq!(identity.count("account").await, 0);
    sign_up("OWNER").await.expect(201);
    identity
        .execute("INSERT INTO allow_list (normalized_email) VALUES ('guest@mail.example')")
        .await;
    sign_up("Guest").await.expect(201);
    assert_eq!(sign_up("stranger").await.refused(403), "NOT_ON_ALLOWLIST");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_on_the_list_must_be_proved() {
    let identity = owned().await;
    let answer = identity
        .visitor()
        .post("/auth/signup", application("owner"))
        .await;
    assert!(identity.token(&answer).is_none(), "anybody could have typed it");
    answer.expect(201);
    let refused = identity.log_in("owner@mail.example", PASSWORD).await;
    assert_eq!(refused.refused(403), "EMAIL_NOT_VERIFIED");
    let token = identity.mailed_token("owner@mail.example").await;
    identity.verify(&token).await.expect(200);
    identity.log_in_again("owner").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn being_refused_is_not_kept_with_the_key() {
    let identity = owned().await;
    let guest = identity.visitor().with("idempotency-key", "one");
    assert_eq!(
        guest
            .post("/auth/signup", application("guest"))
            .await
            .refused(403),
        "NOT_ON_ALLOWLIST"
    );
    identity
        .execute("INSERT INTO allow_list (normalized_email) VALUES ('guest@mail.example')")
        .await;
    let answer = guest.post("/auth/signup", application("guest")).await.expect(201);
    assert_eq!(answer["user"]["emailVerified"], json!(false));
}
