//! Whoever enters an account and whoever changes it at the same moment wait for each other, and never in a circle.

use crate::harness::{Identity, PASSWORD, start};
use http::Method;
use serde_json::json;
use testkit::{Answer, Client};

const NEW: &str = "another horse battery";

async fn change_password(client: &Client) -> Answer {
    let ask = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
    client.post("/auth/change-password", ask).await
}

async fn log_in(identity: &Identity, code: Option<&str>) -> Answer {
    let ask = json!({ "email": "ada@mail.example", "password": PASSWORD, "twoFactorCode": code });
    identity.visitor().post("/auth/login", ask).await
}

fn statuses(answers: &[Answer; 2]) -> [u16; 2] {
    [answers[0].status.as_u16(), answers[1].status.as_u16()]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_and_a_change_of_the_password_wait_for_each_other_in_one_order() {
    let identity = start().await;
    let ada = identity.member("ada").await;
    let both = identity
        .both_behind(
            "SELECT FROM credential FOR UPDATE",
            log_in(&identity, None),
            change_password(&ada),
        )
        .await;
    assert_eq!(statuses(&both), [200, 200], "{} {}", both[0].text, both[1].text);
    let opened = identity.token(&both[0]).expect("a session");
    assert_eq!(
        identity.recognise(opened.session).await.refused(404),
        "SESSION_NOT_FOUND",
        "whoever had the old password is out"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_that_is_used_and_new_ones_that_are_made_wait_for_each_other_in_one_order() {
    let identity = start().await;
    let (ada, phone, codes) = identity.with_phone("ada").await;
    identity.execute("UPDATE two_factor SET last_step = 0").await;
    let ask = json!({ "password": PASSWORD, "code": phone.code(0) });
    let both = identity
        .both_behind(
            "SELECT FROM credential FOR UPDATE",
            log_in(&identity, Some(&codes[0])),
            ada.post("/auth/2fa/recovery-codes", ask),
        )
        .await;
    assert_eq!(statuses(&both), [200, 200], "{} {}", both[0].text, both[1].text);
    assert_eq!(identity.count("recovery_code WHERE used_at IS NULL").await, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_sets_a_password_and_a_change_of_it_wait_for_each_other_in_one_order() {
    let identity = start().await;
    let ada = identity.member("ada").await;
    let ask = json!({ "email": "ada@mail.example" });
    identity
        .visitor()
        .post("/auth/forgot-password", ask)
        .await
        .expect(200);
    let token = identity.mailed_token("ada@mail.example").await;
    let ask = json!({ "token": token, "newPassword": "a third horse battery" });
    let both = identity
        .both_behind(
            "SELECT FROM credential FOR UPDATE",
            identity.visitor().post("/auth/reset-password", ask),
            change_password(&ada),
        )
        .await;
    assert_eq!(statuses(&both), [200, 409], "{} {}", both[0].text, both[1].text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_another_address_and_a_change_of_the_password_wait_for_each_other_in_one_order() {
    let identity = start().await;
    let ada = identity.member("ada").await;
    let ask = json!({ "newEmail": "countess@mail.example", "password": PASSWORD });
    ada.post("/auth/change-email", ask).await.expect(200);
    let token = identity.mailed_token("countess@mail.example").await;
    let both = identity
        .both_behind(
            "SELECT FROM account FOR UPDATE",
            change_password(&ada),
            identity.verify(&token),
        )
        .await;
    assert_eq!(statuses(&both), [200, 404], "{} {}", both[0].text, both[1].text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_and_a_log_in_wait_for_each_other_in_one_order() {
    let identity = start().await;
    let (ada, _phone, codes) = identity.with_phone("ada").await;
    let ask = json!({ "password": PASSWORD });
    let both = identity
        .both_behind(
            "SELECT FROM credential FOR UPDATE",
            ada.send(Method::DELETE, "/auth/account", Some(ask)),
            log_in(&identity, Some(&codes[0])),
        )
        .await;
    assert_eq!(statuses(&both), [202, 401], "{} {}", both[0].text, both[1].text);
    assert_eq!(identity.count("session").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_suspended_while_they_log_in_is_not_let_in() {
    let identity = start().await;
    identity.sign_up("ada").await;
    let suspend = "UPDATE account SET state = 'suspended'; UPDATE session SET revoked_at = now()";
    let answer = identity.behind(suspend, "SELECT", log_in(&identity, None)).await;
    assert_eq!(answer.refused(401), "INVALID_CREDENTIALS");
    assert_eq!(identity.count("session WHERE revoked_at IS NULL").await, 0);
}
