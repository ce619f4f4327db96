//! `POST /auth/forgot-password`, `POST /auth/reset-password`.

use crate::harness::{Identity, PASSWORD, start};
use chassis::Secrets;
use serde_json::{Value, json};
use testkit::Answer;

const NEW: &str = "a horse of another colour";

async fn forgot(identity: &Identity, email: &str) -> Value {
    let ask = json!({ "email": email });
    let answer = identity.visitor().post("/auth/forgot-password", ask).await;
    answer.expect(200)
}

async fn reset(identity: &Identity, token: &str, password: &str) -> Answer {
    let ask = json!({ "token": token, "newPassword": password });
    identity.visitor().post("/auth/reset-password", ask).await
}

/// Somebody who has forgotten their password, and the token they were sent.
async fn forgetful(identity: &Identity) -> String {
    identity.sign_up("ada").await;
    identity.mails("ada@mail.example").await;
    forgot(identity, " ADA@mail.example ").await;
    identity.mailed_token("ada@mail.example").await
}

/// As if it had been a while since somebody asked.
async fn let_time_pass(identity: &Identity, minutes: u8) {
    let back = format!(
        "UPDATE password_reset SET created_at = created_at - interval '{minutes} minutes', \
         expires_at = expires_at - interval '{minutes} minutes'"
    );
    identity.execute(&back).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_sets_a_password_once_and_ends_every_session() {
    let identity = start().await;
    let token = forgetful(&identity).await;
    let session = identity.log_in_again("ada").await;
    let answer = reset(&identity, &token, NEW).await;
    assert!(identity.token(&answer).is_none(), "a link is no log-in");
    answer.expect(200);
    assert_eq!(
        identity.recognise(session.session).await.refused(404),
        "SESSION_NOT_FOUND"
    );
    let old = identity.log_in("ada@mail.example", PASSWORD).await;
    assert_eq!(old.refused(401), "INVALID_CREDENTIALS");
    identity.log_in("ada@mail.example", NEW).await.expect(200);

    let again = reset(&identity, &token, PASSWORD).await;
    assert_eq!(again.refused(404), "TOKEN_NOT_FOUND");
    let mails = identity.mails("ada@mail.example").await;
    assert_eq!(mails[0].subject, "Your password was set anew");
    let revoked = identity.published().await;
    let revoked = revoked
        .iter()
        .filter(|kind| **kind == "identity.session-revoked.v1");
    assert_eq!(revoked.count(), 2, "the first session and the second");
    assert_eq!(
        identity
            .count("security_event WHERE type = 'password-reset'")
            .await,
        1
    );
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weak_password_is_refused_and_the_link_stays() {
    let identity = start().await;
    let token = forgetful(&identity).await;
    for weak in ["short", "password", "ada@mail.example", "ada of Joint"] {
        let refused = reset(&identity, &token, weak).await;
        assert_eq!(refused.refused(400), "VALIDATION_ERROR", "{weak}");
    }
    reset(&identity, &token, NEW).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_none_too_old_or_for_another_address_sets_nothing() {
    let identity = start().await;
    let token = forgetful(&identity).await;
    let proof = identity.mails("ada@mail.example").await;
    let proof = proof.last().unwrap().links[0]
        .split_once("token=")
        .unwrap()
        .1
        .to_owned();
    for text in ["", "x", "💥", &proof, &Secrets::random().to_hex()] {
        assert_eq!(
            reset(&identity, text, NEW).await.refused(404),
            "TOKEN_NOT_FOUND",
            "{text}"
        );
    }
    for gone in [
        "UPDATE account SET state = 'suspended'",
        "UPDATE account SET state = 'active', normalized_email = 'countess@mail.example'",
    ] {
        identity.execute(gone).await;
        assert_eq!(
            reset(&identity, &token, NEW).await.refused(404),
            "TOKEN_NOT_FOUND",
            "{gone}"
        );
    }
    identity
        .execute("UPDATE account SET normalized_email = 'ada@mail.example'")
        .await;
    let_time_pass(&identity, 61).await;
    assert_eq!(
        reset(&identity, &token, NEW).await.refused(404),
        "TOKEN_NOT_FOUND"
    );
    identity.log_in_again("ada").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_is_told_the_same_and_a_mailbox_is_not_filled() {
    let identity = start().await;
    forgetful(&identity).await;
    let told = forgot(&identity, "nobody@mail.example").await;
    for email in ["ada@mail.example", "nonsense", "", &"x".repeat(254)] {
        assert_eq!(forgot(&identity, email).await, told);
    }
    assert_eq!(
        identity.mails("ada@mail.example").await.len(),
        2,
        "not twice within a minute"
    );
    for _ in 0..6 {
        let_time_pass(&identity, 2).await;
        forgot(&identity, "ada@mail.example").await;
        identity.app.settle().await;
    }
    let sent = identity.mails("ada@mail.example").await.len();
    assert_eq!(
        sent,
        1 + 5,
        "the link that confirms the address, and five in an hour"
    );
    assert_eq!(
        identity.count("link_request").await,
        0,
        "nobody's address is kept"
    );
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_links_the_one_that_is_used_makes_the_other_worth_nothing() {
    let identity = start().await;
    let first = forgetful(&identity).await;
    let_time_pass(&identity, 2).await;
    forgot(&identity, "ada@mail.example").await;
    let second = identity.mailed_token("ada@mail.example").await;
    assert_ne!(first, second);
    reset(&identity, &second, NEW).await.expect(200);
    assert_eq!(
        reset(&identity, &first, PASSWORD).await.refused(404),
        "TOKEN_NOT_FOUND"
    );
}

/// A log-in that is on its way when the password is set anew: its session is ended, or never begins.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_by_the_old_password_does_not_outlive_the_new_one() {
    let identity = start().await;
    let token = forgetful(&identity).await;
    for _ in 0..20 {
        identity.execute("UPDATE password_reset SET used_at = NULL").await;
        let (logged_in, done) = tokio::join!(
            identity.log_in("ada@mail.example", PASSWORD),
            reset(&identity, &token, NEW)
        );
        done.expect(200);
        if let Some(token) = identity.token(&logged_in) {
            identity.recognise(token.session).await.expect(404);
        }
        identity.execute("UPDATE password_reset SET used_at = NULL").await;
        reset(&identity, &token, PASSWORD).await.expect(200);
    }
    assert_eq!(identity.count("session WHERE revoked_at IS NULL").await, 0);
}
