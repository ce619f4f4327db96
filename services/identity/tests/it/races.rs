//! What may happen once, asked twice at the same moment. `RACES=1000` for as many rounds each: `make races`.

use crate::harness::{Identity, PASSWORD, start};
use chassis::config::Environment;
use serde_json::json;
use testkit::Answer;

/// How often each race is run.
fn rounds() -> u32 {
    let environment = Environment::of_process();
    let mut reader = environment.read();
    let rounds = reader.or("RACES", 50, "how many rounds each race is run");
    reader.finish().expect("a number");
    rounds
}

async fn log_in(identity: &Identity, code: &str) -> Answer {
    let ask = json!({ "email": "ada@mail.example", "password": PASSWORD, "twoFactorCode": code });
    identity.visitor().post("/auth/login", ask).await
}

/// How many of them were let in, and that all others were refused for the right reason.
fn winners(answers: [Answer; 2], loses: u16) -> usize {
    for answer in &answers {
        assert!([200, loses].contains(&answer.status.as_u16()), "{}", answer.text);
    }
    answers.iter().filter(|answer| answer.status == 200).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_log_ins_with_one_code_of_an_app_exactly_one_is_let_in() {
    let identity = start().await;
    let (_ada, phone, _) = identity.with_phone("ada").await;
    for round in 0..rounds() {
        identity.execute("UPDATE two_factor SET last_step = 0").await;
        let code = phone.code(0);
        let (one, other) = tokio::join!(log_in(&identity, &code), log_in(&identity, &code));
        assert_eq!(winners([one, other], 401), 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_log_ins_with_one_recovery_code_exactly_one_is_let_in() {
    let identity = start().await;
    let (_ada, _phone, given) = identity.with_phone("ada").await;
    for round in 0..rounds() {
        identity.execute("UPDATE recovery_code SET used_at = NULL").await;
        let code = &given[usize::try_from(round).unwrap() % given.len()];
        let (one, other) = tokio::join!(log_in(&identity, code), log_in(&identity, code));
        assert_eq!(winners([one, other], 401), 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_follow_one_link_exactly_one_sets_a_password() {
    let identity = start().await;
    identity.sign_up("ada").await;
    let ask = json!({ "email": "ada@mail.example" });
    identity
        .visitor()
        .post("/auth/forgot-password", ask)
        .await
        .expect(200);
    let token = identity.mailed_token("ada@mail.example").await;
    let reset = async || {
        let ask = json!({ "token": token, "newPassword": PASSWORD });
        identity.visitor().post("/auth/reset-password", ask).await
    };
    for round in 0..rounds() {
        identity.execute("UPDATE password_reset SET used_at = NULL").await;
        let (one, other) = tokio::join!(reset(), reset());
        assert_eq!(winners([one, other], 404), 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_enter_the_first_code_exactly_one_is_given_recovery_codes() {
    let identity = start().await;
    let ada = identity.principal(identity.sign_up("ada").await).await;
    let (phone, _) = identity.phone_of(&identity.app.logged_in(ada.clone())).await;
    let enable = async |code: &str| {
        let ada = identity.app.logged_in(ada.clone());
        ada.post("/auth/2fa/enable", json!({ "code": code })).await
    };
    for round in 0..rounds() {
        identity
            .execute("UPDATE two_factor SET last_step = 0, enabled_at = NULL, set_up_at = now()")
            .await;
        let code = phone.code(0);
        let (one, other) = tokio::join!(enable(&code), enable(&code));
        let statuses = [one.status.as_u16(), other.status.as_u16()];
        assert_eq!(
            statuses.iter().filter(|status| **status == 200).count(),
            1,
            "round {round}: {statuses:?}"
        );
        // Whoever comes later finds it used, or already on.
        assert!(
            statuses.iter().all(|status| [200, 400, 409].contains(status)),
            "{statuses:?}"
        );
        assert_eq!(identity.count("recovery_code").await, 10);
    }
}

/// None of them is a failure of ours: each is done, or told that another was quicker.
#[tokio::test(flavor = "multi_thread")]
async fn of_log_ins_and_changes_of_the_password_at_the_same_moment_none_fails() {
    let identity = start().await;
    let ada = identity.principal(identity.sign_up("ada").await).await;
    let (_phone, codes) = identity.phone_of(&identity.app.logged_in(ada.clone())).await;
    let ask = json!({ "email": "ada@mail.example" });
    identity
        .visitor()
        .post("/auth/forgot-password", ask)
        .await
        .expect(200);
    let token = identity.mailed_token("ada@mail.example").await;
    let change = async || {
        let ask = json!({ "currentPassword": PASSWORD, "newPassword": PASSWORD });
        let ada = identity.app.logged_in(ada.clone());
        ada.post("/auth/change-password", ask).await
    };
    let reset = async || {
        let ask = json!({ "token": token, "newPassword": PASSWORD });
        identity.visitor().post("/auth/reset-password", ask).await
    };
    for round in 0..rounds() {
        identity
            .execute("UPDATE password_reset SET used_at = NULL; UPDATE recovery_code SET used_at = NULL")
            .await;
        let (one, other, changed, again, set) = tokio::join!(
            log_in(&identity, &codes[0]),
            log_in(&identity, &codes[1]),
            change(),
            change(),
            reset()
        );
        for (answer, others) in [
            (one, &[401][..]),
            (other, &[401]),
            (changed, &[409]),
            (again, &[409]),
            (set, &[404]),
        ] {
            let status = answer.status.as_u16();
            assert!(
                status == 200 || others.contains(&status),
                "round {round}: {}",
                answer.text
            );
        }
    }
}
