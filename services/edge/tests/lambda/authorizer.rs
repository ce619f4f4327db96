//! Who asks, as the authorizer says it, and who believes it.

use crate::identity::Health;
use crate::stage::{Stage, judged, through_cloudfront};
use chassis::{Caller, Role};
use chrono::Utc;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::lambda::Outcome;
use testkit::lambda::requests::Asked;

fn read() -> Asked {
    through_cloudfront(Asked::get("/api/posts/1").at("/api/posts/{id}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_cookie_nobody_asks_and_the_word_is_for_the_owner_alone() {
    let stage = Stage::set().await;
    let authorizer = stage.function("lambda-authorizer").await;
    let verdict = judged(&authorizer, &read()).await;
    assert!(
        verdict.is_allowed && verdict.principal_id == "anonymous",
        "{verdict:?}"
    );
    assert_eq!(verdict.client.as_deref(), Some("203.0.113.7"));
    assert!(!verdict.is_expelled);
    assert_eq!(stage.caller("content", &verdict), Caller::Anonymous);
    for other in ["identity", "profile", "media"] {
        let refused = stage.opened(other, &verdict).unwrap_err();
        assert_eq!(refused.code, "NOT_THROUGH_THE_EDGE", "{other}");
    }
    assert_eq!(stage.identity.asked(), 0);
    authorizer.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_lives_is_its_member_as_identity_says_for_the_owner_alone() {
    let stage = Stage::set().await;
    let ada = stage.member("ada");
    let authorizer = stage.function("lambda-authorizer").await;
    let verdict = judged(&authorizer, &read().with("Cookie", &ada.cookie)).await;
    assert!(verdict.is_allowed);
    assert_eq!(verdict.principal_id, ada.principal.account.to_string());
    let caller = Caller::Account(Arc::new(ada.principal.clone()));
    assert_eq!(stage.caller("content", &verdict), caller);
    assert!(!stage.opened("content", &verdict).unwrap().operator);
    assert!(stage.opened("identity", &verdict).is_err());

    // Another service's address, another word.
    let write = through_cloudfront(Asked::post("/api/auth/logout", json!({})).at("/api/auth/logout"));
    let verdict = judged(&authorizer, &write.with("Cookie", &ada.cookie)).await;
    assert_eq!(stage.caller("identity", &verdict), caller);
    assert!(stage.opened("content", &verdict).is_err());
    authorizer.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_has_ended_or_was_never_begun_is_nobody() {
    let stage = Stage::set().await;
    let (ada, stranger) = (stage.member("ada"), Stage::set().await.member("eve"));
    stage.identity.sessions.lock().unwrap().clear();
    let authorizer = stage.function("lambda-authorizer").await;
    let verdict = judged(&authorizer, &read().with("Cookie", &ada.cookie)).await;
    assert_eq!(stage.caller("content", &verdict), Caller::Anonymous);
    assert!(verdict.is_expelled);
    assert_eq!(stage.identity.asked(), 1);

    // Signed by somebody else, or not at all: identity is not even asked.
    for cookie in [stranger.cookie.as_str(), "jwt_token=x", "jwt_token="] {
        let verdict = judged(&authorizer, &read().with("Cookie", cookie)).await;
        assert!(verdict.is_allowed && verdict.is_expelled, "{cookie}");
        assert_eq!(stage.caller("content", &verdict), Caller::Anonymous, "{cookie}");
    }
    assert_eq!(stage.identity.asked(), 1);
    authorizer.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_logs_out_is_nobody_two_seconds_later_at_the_latest() {
    let stage = Stage::set().await;
    let ada = stage.member("ada");
    let authorizer = stage.function("lambda-authorizer").await;
    let asked = read().with("Cookie", &ada.cookie);
    let verdict = judged(&authorizer, &asked).await;
    assert_ne!(stage.caller("content", &verdict), Caller::Anonymous);

    stage.identity.sessions.lock().unwrap().clear();
    let ended = Instant::now();
    loop {
        let since = ended.elapsed();
        let verdict = judged(&authorizer, &asked).await;
        if stage.caller("content", &verdict) == Caller::Anonymous {
            break;
        }
        assert!(
            since < Duration::from_secs(2),
            "{since:?} after the session has ended"
        );
    }
    authorizer.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_identity_does_not_say_nobody_with_a_cookie_gets_through() {
    let stage = Stage::set().await;
    let ada = stage.member("ada");
    let authorizer = stage.function("lambda-authorizer").await;
    for health in [Health::Failing, Health::Broken, Health::Babbling] {
        stage.identity.is_now(health);
        let asked = read().with("Cookie", &ada.cookie);
        let outcome = authorizer.invoke(asked.to_authorizer()).await;
        // API Gateway makes 503 of it.
        assert!(matches!(outcome, Outcome::Failed(_)), "{health:?}: {outcome:?}");
        // Nobody has to be asked about who brings no cookie.
        let verdict = judged(&authorizer, &read()).await;
        assert_eq!(stage.caller("content", &verdict), Caller::Anonymous);
    }
    stage.identity.is_now(Health::Well);
    let verdict = judged(&authorizer, &read().with("Cookie", &ada.cookie)).await;
    assert_eq!(
        stage.caller("content", &verdict).account(),
        Some(ada.principal.account)
    );
    authorizer.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_says_of_itself_counts_for_nothing() {
    let stage = Stage::set().await;
    let mut admin = stage.member("ada").principal;
    admin.role = Role::Admin;
    let word = stage
        .seal
        .vouch("content", &Caller::Account(Arc::new(admin)), true, Utc::now())
        .unwrap();
    let authorizer = stage.function("lambda-authorizer").await;
    let asked = Asked::get("/api/posts/1")
        .at("/api/posts/{id}")
        .with("X-Valine-Principal", word.to_str().unwrap())
        .with("X-Valine-Client", "6.6.6.6")
        .with("X-Real-IP", "6.6.6.6")
        .with("Forwarded", "for=6.6.6.6")
        .with("X-Valine-Origin", crate::stage::ORIGIN)
        .with("X-Forwarded-For", "6.6.6.6, 2001:db8::7, 130.176.1.1");
    let verdict = judged(&authorizer, &asked).await;
    assert_ne!(verdict.principal.as_deref(), word.to_str().ok());
    let voucher = stage.opened("content", &verdict).unwrap();
    assert_eq!((&voucher.caller, voucher.operator), (&Caller::Anonymous, false));
    assert_eq!(verdict.client.as_deref(), Some("2001:db8::7"));
    authorizer.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn for_what_is_the_edges_own_there_is_no_word_and_nobody_is_asked() {
    let stage = Stage::set().await;
    let ada = stage.member("ada");
    let authorizer = stage.function("lambda-authorizer").await;
    for (method, path, resource) in [
        ("OPTIONS", "/api/posts", "/api/posts"),
        ("GET", "/api/nothing", "/{proxy+}"),
        // What API Gateway has found counts, and not what somebody could read in the path.
        ("GET", "/api/posts", "/{proxy+}"),
        ("GET", "/health", "/health"),
        ("GET", "/docs", "/docs"),
    ] {
        let asked = through_cloudfront(Asked::get(path).by(method).at(resource));
        let verdict = judged(&authorizer, &asked.with("Cookie", &ada.cookie)).await;
        assert!(verdict.is_allowed, "{method} {path}");
        assert_eq!(verdict.principal, None, "{method} {path}");
        assert!(verdict.client.is_some(), "{method} {path}");
    }
    assert_eq!(stage.identity.asked(), 0);
    authorizer.end().await;
}
