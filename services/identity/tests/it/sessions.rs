//! `/auth/sessions`, and what the edge is told of each.

use crate::harness::start;
use chassis::{CLIENT_HEADER, Caller};
use events::SessionId;
use http::header::SET_COOKIE;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_where_they_are_logged_in() {
    let identity = start().await;
    let phone = identity
        .visitor()
        .with("user-agent", "Phone/1")
        .with(CLIENT_HEADER.as_str(), "2001:db8::7");
    let answer = phone
        .post("/auth/signup", crate::harness::application("ada"))
        .await;
    let first = identity.token(&answer).unwrap();
    let second = identity.log_in_again("ada").await;
    identity.sign_up("grace").await;

    let listed = identity
        .with_session(first)
        .await
        .get("/auth/sessions")
        .await
        .expect(200);
    let sessions = listed["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2, "hers alone");
    assert_eq!(
        sessions[0]["id"],
        second.session.to_string(),
        "the last used first"
    );
    assert_eq!(sessions[0]["current"], false);
    insta::assert_json_snapshot!(sessions[1], {
        ".id" => "[id]", ".createdAt" => "[time]", ".lastActiveAt" => "[time]", ".expiresAt" => "[time]",
    }, @r#"
    {
      "createdAt": "[time]",
      "current": true,
      "expiresAt": "[time]",
      "id": "[id]",
      "ipAddress": "2001:db8::7",
      "lastActiveAt": "[time]",
      "userAgent": "Phone/1"
    }
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_ended_is_no_session_at_the_next_request() {
    let identity = start().await;
    let (here, there) = (identity.sign_up("ada").await, identity.log_in_again("ada").await);
    let ada = identity.with_session(here).await;
    let answer = ada.delete(&format!("/auth/sessions/{}", there.session)).await;
    assert!(answer.headers.get(SET_COOKIE).is_none(), "her own cookie stays");
    answer.expect(200);
    assert_eq!(
        identity.recognise(there.session).await.refused(404),
        "SESSION_NOT_FOUND"
    );
    identity.recognise(here.session).await.expect(200);
    ada.delete(&format!("/auth/sessions/{}", there.session))
        .await
        .expect(200);

    let answer = ada.delete(&format!("/auth/sessions/{}", here.session)).await;
    assert!(answer.headers[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    answer.expect(200);
    assert_eq!(
        identity.recognise(here.session).await.refused(404),
        "SESSION_NOT_FOUND"
    );

    let published = identity.app.published().await;
    let revoked: Vec<_> = published
        .iter()
        .filter(|envelope| envelope.event.kind() == "identity.session-revoked.v1")
        .map(|envelope| envelope.subject.clone())
        .collect();
    assert_eq!(
        revoked,
        [there.session.to_string(), here.session.to_string()],
        "each once"
    );
    identity.app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_others_end_at_once_and_nobody_elses() {
    let identity = start().await;
    let here = identity.sign_up("ada").await;
    let others = [
        identity.log_in_again("ada").await,
        identity.log_in_again("ada").await,
    ];
    let grace = identity.sign_up("grace").await;
    let ada = identity.with_session(here).await;
    let answer = ada.delete("/auth/sessions").await.expect(200);
    assert_eq!(answer, json!({"message": "2 other sessions are ended"}));
    for other in others {
        identity.recognise(other.session).await.refused(404);
    }
    for kept in [here, grace] {
        identity.recognise(kept.session).await.expect(200);
    }
    let again = ada.delete("/auth/sessions").await.expect(200);
    assert_eq!(again, json!({"message": "There are no other sessions"}));
    assert_eq!(
        identity
            .count("security_event WHERE type = 'session-revoked'")
            .await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_ends_a_strangers_session() {
    let identity = start().await;
    let ada = identity.sign_up("ada").await;
    let grace = identity.member("grace").await;
    for id in [ada.session, SessionId::new()] {
        let answer = grace.delete(&format!("/auth/sessions/{id}")).await;
        assert_eq!(answer.refused(404), "SESSION_NOT_FOUND");
    }
    assert_eq!(
        grace.delete("/auth/sessions/me").await.refused(400),
        "VALIDATION_ERROR"
    );
    identity.recognise(ada.session).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_edge_is_told_who_somebody_is_at_this_moment() {
    let identity = start().await;
    let ada = identity.sign_up("ada").await;
    let answer = identity.recognise(ada.session).await.expect(200);
    insta::assert_json_snapshot!(answer, {
        ".principal.account" => "[id]", ".principal.session" => "[id]", ".principal.created_at" => "[time]",
    }, @r#"
    {
      "principal": {
        "account": "[id]",
        "created_at": "[time]",
        "display_name": "ada of Joint",
        "email": "ada@mail.example",
        "email_verified": false,
        "role": "member",
        "session": "[id]",
        "username": "ada"
      }
    }
    "#);

    identity.execute("UPDATE account SET role = 'admin'").await;
    let answer = identity.recognise(ada.session).await.expect(200);
    assert_eq!(answer["principal"]["role"], "admin");

    identity.execute("UPDATE account SET state = 'suspended'").await;
    assert_eq!(
        identity.recognise(ada.session).await.refused(404),
        "SESSION_NOT_FOUND"
    );
    identity.execute("UPDATE account SET state = 'active'").await;
    identity.execute("UPDATE session SET expires_at = now()").await;
    assert_eq!(
        identity.recognise(ada.session).await.refused(404),
        "SESSION_NOT_FOUND"
    );
    assert_eq!(
        identity.recognise(SessionId::new()).await.refused(404),
        "SESSION_NOT_FOUND"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_edge_may_ask_about_sessions() {
    let identity = start().await;
    let ada = identity.sign_up("ada").await;
    let path = format!("/internal/sessions/{}", ada.session);
    assert_eq!(identity.visitor().get(&path).await.refused(404), "NOT_FOUND");
    let herself = identity.with_session(ada).await;
    assert_eq!(herself.get(&path).await.refused(404), "NOT_FOUND");
    assert_eq!(
        identity.app.outsider().get(&path).await.refused(403),
        "NOT_THROUGH_THE_EDGE"
    );
    identity.app.as_caller(&Caller::Edge).get(&path).await.expect(200);
    let documented = serde_json::to_string(&identity.app.service.api).unwrap();
    assert!(documented.contains("/auth/me") && !documented.contains("internal"));
}

#[tokio::test(flavor = "multi_thread")]
async fn activity_is_noted_once_a_minute() {
    let identity = start().await;
    let ada = identity.sign_up("ada").await;
    let noted = "session WHERE last_active_at > created_at";
    identity.recognise(ada.session).await.expect(200);
    assert_eq!(identity.count(noted).await, 0, "within the first minute");
    identity.execute("UPDATE session SET last_active_at = now() - interval '61 seconds', created_at = now() - interval '2 minutes'").await;
    identity.recognise(ada.session).await.expect(200);
    let now = "session WHERE last_active_at > now() - interval '30 seconds'";
    assert_eq!(identity.count(now).await, 1);
    assert_eq!(
        identity.count(&format!("{noted} AND revoked_at IS NULL")).await,
        1
    );
}
