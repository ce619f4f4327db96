//! `POST /auth/login`, `POST /auth/logout`, `GET /auth/me`.

use crate::harness::{PASSWORD, start, start_with};
use http::header::SET_COOKIE;
use identity::Settings;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_the_password_gets_a_session_and_loses_it_by_logging_out() {
    let identity = start().await;
    identity.sign_up("ada").await;
    let answer = identity.log_in(" ADA@mail.example ", PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    insta::assert_json_snapshot!(answer.json, {".user.id" => "[id]", ".user.createdAt" => "[time]"}, @r#"
    {
      "message": "Welcome back",
      "user": {
        "avatarUrl": null,
        "createdAt": "[time]",
        "displayName": "ada of Joint",
        "email": "ada@mail.example",
        "emailVerified": false,
        "id": "[id]",
        "normalizedEmail": "ada@mail.example",
        "role": "member",
        "theme": "light",
        "twoFactorEnabled": false,
        "username": "ada"
      }
    }
    "#);
    let token = identity.token(&answer).unwrap();
    let ada = identity.with_session(token).await;

    let me = ada.get("/auth/me").await;
    assert_eq!(me.json["user"], answer.json["user"]);
    assert_eq!(me.json.as_object().unwrap().len(), 1);

    let out = ada.post("/auth/logout", json!({})).await;
    assert_eq!(
        out.headers[SET_COOKIE],
        "jwt_token=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0"
    );
    assert_eq!(out.expect(200), json!({"message": "You are logged out"}));
    let gone = identity.recognise(token.session).await;
    assert_eq!(gone.refused(404), "SESSION_NOT_FOUND");
    // The principal of the old session may live on at an edge for two seconds; asking again changes nothing.
    ada.post("/auth/logout", json!({})).await.expect(200);
    let revoked = identity.published().await;
    assert_eq!(
        revoked
            .iter()
            .filter(|kind| **kind == "identity.session-revoked.v1")
            .count(),
        1
    );
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_there_is_no_me_and_nothing_to_leave() {
    let identity = start().await;
    let visitor = identity.visitor();
    assert_eq!(visitor.get("/auth/me").await.refused(401), "UNAUTHENTICATED");
    assert_eq!(
        visitor.post("/auth/logout", json!({})).await.refused(401),
        "UNAUTHENTICATED"
    );
    assert_eq!(
        identity.app.outsider().get("/auth/me").await.refused(403),
        "NOT_THROUGH_THE_EDGE"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_pair_is_told_the_same_and_leaves_one_line() {
    let identity = start().await;
    let ada = identity.sign_up("ada").await;
    let lines = "security_event WHERE type = 'log-in-failed'";
    let mut told = Vec::new();
    let long = "x".repeat(10_000);
    for (count, (email, password)) in [
        ("ada@mail.example", "wrong horse battery"),
        ("nobody@mail.example", PASSWORD),
        ("not an address", PASSWORD),
        ("ada@mail.example", &long),
    ]
    .into_iter()
    .enumerate()
    {
        let mut answer = identity.log_in(email, password).await;
        assert!(answer.headers.get(SET_COOKIE).is_none());
        assert_eq!(answer.status, 401);
        answer.json["requestId"].take();
        told.push(answer.json);
        assert_eq!(identity.count(lines).await, i64::try_from(count).unwrap() + 1);
    }
    assert!(told.iter().all(|answer| *answer == told[0]), "{told:?}");
    assert_eq!(told[0]["code"], "INVALID_CREDENTIALS");
    let of_ada = format!("{lines} AND account_id = '{}'", ada.account);
    assert_eq!(identity.count(&of_ada).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_typed_is_told_by_name() {
    let identity = start().await;
    let answer = identity
        .visitor()
        .post("/auth/login", json!({"password": ""}))
        .await
        .expect(400);
    assert_eq!(
        answer["details"],
        json!([
            {"field": "email", "message": "Email is required"},
            {"field": "password", "message": "Password is required"},
        ])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_account_is_told_only_to_those_who_know_its_password() {
    let identity = start_with(Settings::default().enforcing_verification()).await;
    let application = crate::harness::application("ada");
    let answer = identity.visitor().post("/auth/signup", application).await;
    assert!(
        answer.headers.get(SET_COOKIE).is_none(),
        "no session before the address is confirmed"
    );
    answer.expect(201);
    let wrong = || identity.log_in("ada@mail.example", "wrong horse battery");
    let right = || identity.log_in("ada@mail.example", PASSWORD);
    assert_eq!(wrong().await.refused(401), "INVALID_CREDENTIALS");
    assert_eq!(right().await.refused(403), "EMAIL_NOT_VERIFIED");

    identity.execute("UPDATE account SET state = 'suspended'").await;
    assert_eq!(wrong().await.refused(401), "INVALID_CREDENTIALS");
    assert_eq!(right().await.refused(403), "ACCOUNT_SUSPENDED");

    identity.execute("UPDATE account SET state = 'deleted'").await;
    assert_eq!(right().await.refused(401), "INVALID_CREDENTIALS");
    assert_eq!(identity.count("session").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_changes_while_it_is_checked_opens_nothing() {
    let identity = start().await;
    identity.sign_up("ada").await;
    let change = "UPDATE credential SET password_hash = 'another'";
    let answer = identity
        .behind(change, "SELECT", identity.log_in("ada@mail.example", PASSWORD))
        .await;
    assert_eq!(answer.refused(401), "INVALID_CREDENTIALS");
    assert_eq!(identity.count("session").await, 1, "that of the sign-up");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_security_log_only_grows_and_forgets_where_somebody_was() {
    let identity = start().await;
    identity.sign_up("ada").await;
    identity
        .execute("UPDATE security_event SET ip_address = NULL, user_agent = NULL")
        .await;
    let mut conn = identity.app.session().await;
    for change in [
        "DELETE FROM security_event",
        "UPDATE security_event SET type = 'logged-in'",
        "UPDATE security_event SET account_id = NULL",
        "UPDATE security_event SET ip_address = '192.0.2.1'",
    ] {
        use diesel_async::SimpleAsyncConnection;
        let refused = conn.batch_execute(change).await.unwrap_err().to_string();
        assert_eq!(refused, "security_event is append-only", "{change}");
    }
    assert_eq!(identity.count("security_event WHERE type = 'signed-up'").await, 1);
}
