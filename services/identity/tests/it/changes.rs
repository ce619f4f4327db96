//! `POST /auth/change-password`, `/auth/change-email`, `/auth/change-username`.

use crate::harness::{Identity, PASSWORD, start, start_with};
use events::{Envelope, Event};
use identity::Settings;
use serde_json::json;
use testkit::{Answer, Client};

const NEW: &str = "a horse of another colour";

async fn change_password(client: &Client, current: &str, new: &str) -> Answer {
    let ask = json!({ "currentPassword": current, "newPassword": new });
    client.post("/auth/change-password", ask).await
}

async fn change_email(client: &Client, email: &str, password: &str) -> Answer {
    let ask = json!({ "newEmail": email, "password": password });
    client.post("/auth/change-email", ask).await
}

async fn change_username(client: &Client, username: &str) -> Answer {
    let ask = json!({ "newUsername": username, "password": PASSWORD });
    client.post("/auth/change-username", ask).await
}

async fn last_of(identity: &Identity, kind: &str) -> Envelope {
    let published = identity.app.published().await;
    let found = published
        .into_iter()
        .rev()
        .find(|envelope| envelope.event.kind() == kind);
    found.unwrap_or_else(|| panic!("{kind} was not published"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_the_other_sessions_and_is_told_by_mail() {
    let identity = start().await;
    let here = identity.sign_up("ada").await;
    let elsewhere = identity.log_in_again("ada").await;
    let ada = identity.with_session(here).await;
    change_password(&ada, PASSWORD, NEW).await.expect(200);
    identity.recognise(here.session).await.expect(200);
    identity.recognise(elsewhere.session).await.expect(404);
    assert_eq!(
        identity.log_in("ada@mail.example", PASSWORD).await.refused(401),
        "INVALID_CREDENTIALS"
    );
    identity.log_in("ada@mail.example", NEW).await.expect(200);
    let mails = identity.mails("ada@mail.example").await;
    assert_eq!(mails[0].subject, "Your password was changed");
    assert_eq!(mails[0].links, ["http://127.0.0.1:8080/forgot-password"]);
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_alone_changes_nothing() {
    let identity = start().await;
    let ada = identity.member("ada").await;
    let wrong = "not her password";
    for answer in [
        change_password(&ada, wrong, NEW).await,
        change_email(&ada, "countess@mail.example", wrong).await,
        ada.post(
            "/auth/change-username",
            json!({ "newUsername": "countess", "password": wrong }),
        )
        .await,
    ] {
        assert_eq!(answer.json["details"][0]["message"], "This is not your password");
        assert_eq!(answer.refused(400), "VALIDATION_ERROR");
    }
    assert_eq!(
        change_password(&ada, PASSWORD, "password").await.refused(400),
        "VALIDATION_ERROR"
    );
    identity.log_in_again("ada").await;
    assert_eq!(identity.mails("countess@mail.example").await.len(), 0);
    assert_eq!(identity.count("account WHERE username = 'ada'").await, 1);
    assert_eq!(
        identity
            .count("security_event WHERE type = 'confirmation-failed'")
            .await,
        3
    );
    for path in ["change-password", "change-email", "change-username"] {
        let nobody = identity.visitor().post(&format!("/auth/{path}"), json!({})).await;
        assert_eq!(nobody.refused(401), "UNAUTHENTICATED");
    }
}

/// What was checked outside of the transaction must still hold inside.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_changed_meanwhile_confirms_nothing() {
    let identity = start().await;
    let ada = identity.member("ada").await;
    let changed = "UPDATE credential SET password_hash = '$2b$04$another'";
    let lock = "SELECT FROM credential FOR UPDATE";
    let answer = identity
        .behind(lock, changed, change_password(&ada, PASSWORD, NEW))
        .await;
    assert_eq!(answer.refused(409), "CONFLICT");
    assert_eq!(
        identity
            .count("credential WHERE password_hash = '$2b$04$another'")
            .await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_address_counts_once_it_is_confirmed_and_the_old_one_is_told_at_once() {
    let identity = start().await;
    let ada = identity.member("ada").await;
    change_email(&ada, "Countess@mail.example", PASSWORD)
        .await
        .expect(200);
    let told = identity.mails("ada@mail.example").await;
    assert_eq!(told[0].subject, "Somebody asked to change your e-mail address");
    assert!(
        !told[0].text.to_lowercase().contains("countess@"),
        "no words of anybody's"
    );
    identity.log_in_again("ada").await;

    let token = identity.mailed_token("countess@mail.example").await;
    for _ in 0..2 {
        identity.verify(&token).await.expect(200);
    }
    let user = identity
        .log_in("COUNTESS@mail.example", PASSWORD)
        .await
        .expect(200)["user"]
        .take();
    assert_eq!(
        (&user["email"], &user["emailVerified"]),
        (&json!("Countess@mail.example"), &json!(true))
    );
    identity.log_in("ada@mail.example", PASSWORD).await.refused(401);
    let told = identity.mails("ada@mail.example").await;
    assert_eq!(told[0].subject, "Your e-mail address was changed");
    let verified = last_of(&identity, "identity.account-verified.v1").await;
    assert_eq!(verified.version, 2);
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_somebody_else_has_or_takes_first_is_refused() {
    let identity = start().await;
    let ada = identity.member("ada").await;
    identity.sign_up("bob").await;
    assert_eq!(
        change_email(&ada, "BOB@mail.example", PASSWORD)
            .await
            .refused(409),
        "EMAIL_TAKEN"
    );
    for none in ["", "nonsense", "Ada@mail.example"] {
        assert_eq!(
            change_email(&ada, none, PASSWORD).await.refused(400),
            "VALIDATION_ERROR"
        );
    }
    change_email(&ada, "cleo@mail.example", PASSWORD)
        .await
        .expect(200);
    let token = identity.mailed_token("cleo@mail.example").await;
    identity.sign_up("cleo").await;
    assert_eq!(identity.verify(&token).await.refused(409), "EMAIL_TAKEN");
    identity.log_in_again("ada").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_last_wish_for_another_address_counts_and_a_new_password_ends_it() {
    let identity = start().await;
    let ada = identity.member("ada").await;
    change_email(&ada, "one@mail.example", PASSWORD).await.expect(200);
    let one = identity.mailed_token("one@mail.example").await;
    change_email(&ada, "two@mail.example", PASSWORD).await.expect(200);
    let two = identity.mailed_token("two@mail.example").await;
    assert_eq!(identity.verify(&one).await.refused(404), "TOKEN_NOT_FOUND");
    change_password(&ada, PASSWORD, NEW).await.expect(200);
    assert_eq!(identity.verify(&two).await.refused(404), "TOKEN_NOT_FOUND");
    for count in 3..=5 {
        change_email(&ada, &format!("n{count}@mail.example"), NEW)
            .await
            .expect(200);
    }
    let sixth = change_email(&ada, "n6@mail.example", NEW).await;
    assert!(sixth.headers.contains_key("retry-after"));
    assert_eq!(sixth.refused(429), "RATE_LIMITED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_site_stays_closed_for_new_addresses() {
    let settings = Settings::default().owned_by(&["ada@mail.example"]).unwrap();
    let identity = start_with(settings).await;
    let application = crate::harness::application("ada");
    identity
        .visitor()
        .post("/auth/signup", application)
        .await
        .expect(201);
    let token = identity.mailed_token("ada@mail.example").await;
    identity.verify(&token).await.expect(200);
    let session = identity.log_in_again("ada").await;
    let ada = identity.with_session(session).await;
    let refused = change_email(&ada, "stranger@mail.example", PASSWORD).await;
    assert_eq!(refused.refused(403), "NOT_ON_ALLOWLIST");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_is_told_with_a_grown_version_and_the_old_one_stays_its_owners() {
    let identity = start().await;
    let ada = identity.member("ada").await;
    change_username(&ada, "Countess").await.expect(200);
    let renamed = last_of(&identity, "identity.account-renamed.v1").await;
    let Event::AccountRenamed(account) = &renamed.event else {
        panic!("{renamed:?}")
    };
    assert_eq!((account.username.as_str(), renamed.version), ("Countess", 2));
    let me = ada.get("/auth/me").await.expect(200);
    assert_eq!(me["user"]["username"], "Countess");

    let mut squatter = crate::harness::application("bob");
    squatter["username"] = json!("ADA");
    let refused = identity.visitor().post("/auth/signup", squatter).await;
    assert_eq!(refused.refused(409), "USERNAME_TAKEN");
    let bob = identity.member("bob").await;
    for name in ["ada", "COUNTESS"] {
        assert_eq!(
            change_username(&bob, name).await.refused(409),
            "USERNAME_TAKEN",
            "{name}"
        );
    }
    for wrong in ["", "ad", "admin", "ada!"] {
        assert_eq!(
            change_username(&ada, wrong).await.refused(400),
            "VALIDATION_ERROR",
            "{wrong}"
        );
    }
    change_username(&ada, "Ada").await.expect(200);
    change_username(&ada, "Ada").await.expect(200);
    let back = last_of(&identity, "identity.account-renamed.v1").await;
    assert_eq!(back.version, 3, "what changes nothing is not told");
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_collects_names() {
    let identity = start().await;
    let ada = identity.member("ada").await;
    for name in ["ada_2", "ada_3"] {
        change_username(&ada, name).await.expect(200);
    }
    assert_eq!(change_username(&ada, "ada_4").await.refused(429), "RATE_LIMITED");
    change_username(&ada, "ada").await.expect(200);
    identity
        .execute("UPDATE held_username SET since = since - interval '31 days'")
        .await;
    change_username(&ada, "ada_4").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_want_a_name_at_once_one_gets_it() {
    let identity = start().await;
    let (ada, bob) = (identity.member("ada").await, identity.member("bob").await);
    let (one, other) = tokio::join!(change_username(&ada, "muse"), change_username(&bob, "MUSE"));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(identity.count("account WHERE lower(username) = 'muse'").await, 1);
}
