//! `/auth/2fa`, and logging in with a second factor.

use crate::harness::{Identity, PASSWORD, Phone, start};
use serde_json::{Value, json};
use testkit::{Answer, Client};

async fn log_in(identity: &Identity, code: Option<&str>) -> Answer {
    let ask = json!({ "email": "ada@mail.example", "password": PASSWORD, "twoFactorCode": code });
    identity.visitor().post("/auth/login", ask).await
}

async fn with_code(client: &Client, deed: &str, password: &str, code: &str) -> Answer {
    let ask = json!({ "password": password, "code": code });
    client.post(&format!("/auth/2fa/{deed}"), ask).await
}

fn codes(answer: &Value) -> Vec<String> {
    let codes = answer["recoveryCodes"].as_array().unwrap();
    codes
        .iter()
        .map(|code| code.as_str().unwrap().to_owned())
        .collect()
}

/// As if no code had been used yet.
async fn forget_steps(identity: &Identity) {
    identity.execute("UPDATE two_factor SET last_step = 0").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_counts_once_its_first_code_was_entered() {
    let identity = start().await;
    let ada = identity.member("ada").await;
    let proposed = ada
        .post("/auth/2fa/setup", json!({ "password": PASSWORD }))
        .await
        .expect(200);
    assert!(
        proposed["otpauthUrl"]
            .as_str()
            .unwrap()
            .starts_with("otpauth://totp/Joint:ada")
    );
    assert!(
        proposed["qrCode"]
            .as_str()
            .unwrap()
            .starts_with("data:image/png;base64,")
    );
    log_in(&identity, None).await.expect(200);

    let phone = Phone::of(&proposed);
    for wrong in ["", "000", "abcd-efgh"] {
        let answer = ada.post("/auth/2fa/enable", json!({ "code": wrong })).await;
        assert_eq!(answer.refused(400), "VALIDATION_ERROR", "{wrong}");
    }
    let enabled = ada
        .post("/auth/2fa/enable", json!({ "code": phone.code(0) }))
        .await
        .expect(200);
    let given = codes(&enabled);
    assert_eq!(given.len(), 10);
    assert_eq!(identity.count("recovery_code").await, 10);
    let me = ada.get("/auth/me").await.expect(200);
    assert_eq!(me["user"]["twoFactorEnabled"], true);
    assert_eq!(
        identity.mails("ada@mail.example").await[0].subject,
        "Your second factor was switched on"
    );

    let asked = log_in(&identity, None).await;
    assert!(identity.token(&asked).is_none());
    assert_eq!(asked.refused(401), "TWO_FACTOR_REQUIRED");
    for wrong in ["000000", "abcd-efgh-ijkl-mnop"] {
        assert_eq!(
            log_in(&identity, Some(wrong)).await.refused(401),
            "TWO_FACTOR_REQUIRED",
            "{wrong}"
        );
    }
    log_in(&identity, Some(&phone.code(1))).await.expect(200);
    let again = ada.post("/auth/2fa/setup", json!({ "password": PASSWORD })).await;
    assert_eq!(again.refused(409), "TWO_FACTOR_ENABLED");
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_factor_is_asked_for_only_after_the_right_password() {
    let identity = start().await;
    let (ada, phone, _) = identity.with_phone("ada").await;
    let ask = json!({ "email": "ada@mail.example", "password": "wrong horse battery", "twoFactorCode": phone.code(1) });
    let answer = identity.visitor().post("/auth/login", ask).await;
    assert_eq!(answer.refused(401), "INVALID_CREDENTIALS");
    log_in(&identity, Some(&phone.code(1))).await.expect(200);
    drop(ada);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_once_also_the_one_that_switched_it_on() {
    let identity = start().await;
    let (ada, phone, given) = identity.with_phone("ada").await;
    // The code that switched it on, and the one before it, are used up.
    for used in [phone.code(0), phone.code(-1)] {
        assert_eq!(
            log_in(&identity, Some(&used)).await.refused(401),
            "TWO_FACTOR_REQUIRED"
        );
    }
    log_in(&identity, Some(&phone.code(1))).await.expect(200);
    assert_eq!(
        log_in(&identity, Some(&phone.code(1))).await.refused(401),
        "TWO_FACTOR_REQUIRED"
    );
    let renewed = with_code(&ada, "recovery-codes", PASSWORD, &phone.code(1)).await;
    assert_eq!(renewed.refused(400), "VALIDATION_ERROR");

    log_in(&identity, Some(&given[0])).await.expect(200);
    assert_eq!(
        log_in(&identity, Some(&given[0])).await.refused(401),
        "TWO_FACTOR_REQUIRED"
    );
    log_in(&identity, Some(&given[1].to_uppercase().replace('-', " ")))
        .await
        .expect(200);
    let mails = identity.mails("ada@mail.example").await;
    assert_eq!(
        mails
            .iter()
            .filter(|mail| mail.subject == "A recovery code was used")
            .count(),
        2
    );
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_switched_off_by_password_and_code_and_by_nothing_less() {
    let identity = start().await;
    let (ada, phone, given) = identity.with_phone("ada").await;
    forget_steps(&identity).await;
    for (password, code) in [
        ("wrong horse battery", phone.code(0)),
        (PASSWORD, "000000".to_owned()),
        (PASSWORD, String::new()),
    ] {
        let refused = with_code(&ada, "disable", password, &code).await;
        assert_eq!(refused.refused(400), "VALIDATION_ERROR", "{code}");
    }
    assert_eq!(log_in(&identity, None).await.refused(401), "TWO_FACTOR_REQUIRED");
    let renewed = codes(
        &with_code(&ada, "recovery-codes", PASSWORD, &phone.code(0))
            .await
            .expect(200),
    );
    assert!(renewed.iter().all(|code| !given.contains(code)));
    assert_eq!(
        log_in(&identity, Some(&given[0])).await.refused(401),
        "TWO_FACTOR_REQUIRED"
    );
    with_code(&ada, "disable", PASSWORD, &renewed[0])
        .await
        .expect(200);
    log_in(&identity, None).await.expect(200);
    assert_eq!(identity.count("recovery_code").await, 0);
    let off = with_code(&ada, "disable", PASSWORD, &phone.code(1)).await;
    assert_eq!(off.refused(409), "TWO_FACTOR_NOT_ENABLED");
    assert_eq!(
        identity.mails("ada@mail.example").await[0].subject,
        "Your second factor was switched off"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_leaves_the_second_factor_where_it_is() {
    let identity = start().await;
    let (_ada, phone, _) = identity.with_phone("ada").await;
    identity
        .visitor()
        .post("/auth/forgot-password", json!({ "email": "ada@mail.example" }))
        .await
        .expect(200);
    let token = identity.mailed_token("ada@mail.example").await;
    let ask = json!({ "token": token, "newPassword": PASSWORD });
    identity
        .visitor()
        .post("/auth/reset-password", ask)
        .await
        .expect(200);
    assert_eq!(log_in(&identity, None).await.refused(401), "TWO_FACTOR_REQUIRED");
    log_in(&identity, Some(&phone.code(1))).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_proposed_waits_an_hour_and_the_secret_is_at_rest_nowhere() {
    let identity = start().await;
    let ada = identity.member("ada").await;
    let nothing = ada.post("/auth/2fa/enable", json!({ "code": "123456" })).await;
    assert_eq!(nothing.refused(409), "TWO_FACTOR_NOT_SET_UP");
    let ask = json!({ "password": PASSWORD });
    let first = Phone::of(&ada.post("/auth/2fa/setup", ask.clone()).await.expect(200));
    let second = Phone::of(&ada.post("/auth/2fa/setup", ask).await.expect(200));
    let old = ada
        .post("/auth/2fa/enable", json!({ "code": first.code(0) }))
        .await;
    assert_eq!(
        old.refused(400),
        "VALIDATION_ERROR",
        "only the last proposal counts"
    );
    let hex = second.in_hex();
    assert_eq!(
        identity
            .count(&format!(
                "two_factor WHERE encode(sealed_secret, 'hex') LIKE '%{hex}%'"
            ))
            .await,
        0
    );
    identity
        .execute("UPDATE two_factor SET set_up_at = set_up_at - interval '61 minutes'")
        .await;
    let late = ada
        .post("/auth/2fa/enable", json!({ "code": second.code(0) }))
        .await;
    assert_eq!(late.refused(409), "TWO_FACTOR_NOT_SET_UP");
}
