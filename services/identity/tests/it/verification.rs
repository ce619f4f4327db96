//! `POST /auth/verify-email`, `POST /auth/resend-verification`.

use crate::harness::{PASSWORD, application, start, start_with};
use chassis::Secrets;
use events::Event;
use identity::Settings;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_link_in_the_mail_confirms_the_address_once() {
    let identity = start().await;
    let ada = identity.sign_up("ada").await;
    let token = identity.mailed_token("ada@mail.example").await;
    for _ in 0..2 {
        let answer = identity.verify(&token).await.expect(200);
        assert_eq!(answer, json!({"message": "Your e-mail address is confirmed"}));
    }
    let me = identity.with_session(ada).await.get("/auth/me").await.expect(200);
    assert_eq!(me["user"]["emailVerified"], true);

    let published = identity.app.published().await;
    let verified: Vec<_> = published
        .iter()
        .filter(|envelope| envelope.event.kind() == "identity.account-verified.v1")
        .collect();
    assert_eq!(verified.len(), 1);
    let Event::AccountVerified(account) = &verified[0].event else {
        panic!("{verified:?}")
    };
    assert_eq!((account.email_verified, verified[0].version), (true, 2));
    assert_eq!(account.account_id, ada.account);
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn used_twice_at_the_same_moment_it_confirms_once() {
    let identity = start().await;
    identity.sign_up("ada").await;
    let token = identity.mailed_token("ada@mail.example").await;
    let confirmed = "UPDATE account SET email_verified_at = now()";
    let answer = identity
        .behind(
            "SELECT FROM account FOR UPDATE",
            confirmed,
            identity.verify(&token),
        )
        .await;
    answer.expect(200);
    let told = identity.published().await;
    assert!(
        !told.contains(&"identity.account-verified.v1"),
        "the other one told it"
    );
    assert_eq!(
        identity
            .count("security_event WHERE type = 'email-verified'")
            .await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_enforced_the_link_opens_the_door() {
    let identity = start_with(Settings::default().enforcing_verification()).await;
    identity
        .visitor()
        .post("/auth/signup", application("ada"))
        .await
        .expect(201);
    let refused = identity.log_in("ada@mail.example", PASSWORD).await;
    assert_eq!(refused.refused(403), "EMAIL_NOT_VERIFIED");
    let token = identity.mailed_token("ada@mail.example").await;
    let answer = identity.verify(&token).await;
    assert!(identity.token(&answer).is_none(), "a link is not a password");
    answer.expect(200);
    identity.log_in_again("ada").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_none_of_ours_too_old_or_for_another_address_is_refused() {
    let identity = start().await;
    identity.sign_up("ada").await;
    let token = identity.mailed_token("ada@mail.example").await;
    let mut bent = token.clone();
    bent.replace_range(30..31, if token.as_bytes()[30] == b'A' { "B" } else { "A" });
    for text in ["", "x", "💥", &bent, &Secrets::random().to_hex()] {
        assert_eq!(
            identity.verify(text).await.refused(404),
            "TOKEN_NOT_FOUND",
            "{text}"
        );
    }
    identity
        .execute("UPDATE verification SET expires_at = now()")
        .await;
    assert_eq!(identity.verify(&token).await.refused(400), "TOKEN_EXPIRED");
    identity
        .execute("UPDATE verification SET expires_at = now() + interval '1 hour'")
        .await;
    identity
        .execute("UPDATE account SET normalized_email = 'countess@mail.example'")
        .await;
    assert_eq!(identity.verify(&token).await.refused(404), "TOKEN_NOT_FOUND");
    assert_eq!(
        identity
            .count("account WHERE email_verified_at IS NOT NULL")
            .await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_link_comes_to_who_waits_for_one_and_nobody_learns_who_does() {
    let identity = start().await;
    let ada = identity.sign_up("ada").await;
    let first = identity.mailed_token("ada@mail.example").await;
    let resend = async |email: &str| {
        let ask = json!({ "email": email });
        identity
            .visitor()
            .post("/auth/resend-verification", ask)
            .await
            .expect(200)
    };
    let told = resend("ada@mail.example").await;
    identity.app.settle().await;
    assert_eq!(
        identity.mails("ada@mail.example").await.len(),
        1,
        "not twice within a minute"
    );

    identity
        .execute("UPDATE verification SET created_at = created_at - interval '2 minutes'")
        .await;
    for email in [
        " ADA@mail.example",
        "ada@mail.example",
        "nobody@mail.example",
        "nonsense",
    ] {
        assert_eq!(resend(email).await, told);
    }
    assert_eq!(identity.mails("ada@mail.example").await.len(), 2);
    let second = identity.mailed_token("ada@mail.example").await;
    assert_ne!(first, second);
    identity.verify(&first).await.expect(200);
    identity.verify(&second).await.expect(200);

    identity
        .execute("UPDATE verification SET created_at = created_at - interval '2 minutes'")
        .await;
    let ada = identity.with_session(ada).await;
    ada.post("/auth/resend-verification", json!({})).await.expect(200);
    assert_eq!(
        identity.mails("ada@mail.example").await.len(),
        2,
        "there is nothing left to confirm"
    );
    let nobody = identity
        .visitor()
        .post("/auth/resend-verification", json!({}))
        .await;
    assert_eq!(nobody.refused(400), "VALIDATION_ERROR");
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_not_filled_with_links_that_nobody_follows() {
    let identity = start().await;
    identity.sign_up("ada").await;
    for _ in 0..7 {
        identity
            .execute("UPDATE verification SET created_at = created_at - interval '2 minutes'")
            .await;
        let ask = json!({ "email": "ada@mail.example" });
        let asked = identity.visitor().post("/auth/resend-verification", ask).await;
        asked.expect(200);
        identity.app.settle().await;
    }
    let sent = identity.mails("ada@mail.example").await.len();
    assert_eq!(sent, 5, "in an hour, with the one of the sign-up");
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_ask_for_a_link_at_once_one_is_heard() {
    let identity = start().await;
    identity.sign_up("ada").await;
    identity.mails("ada@mail.example").await;
    identity
        .execute("UPDATE verification SET created_at = created_at - interval '2 minutes'")
        .await;
    let visitor = identity.visitor();
    let ask = || visitor.post("/auth/resend-verification", json!({"email": "ada@mail.example"}));
    let (one, other) = tokio::join!(ask(), ask());
    one.expect(200);
    other.expect(200);
    assert_eq!(identity.mails("ada@mail.example").await.len(), 2);
    assert_eq!(identity.count("link_request").await, 0);
}
