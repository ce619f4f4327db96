//! Who a service is told is asking.

use crate::world::{World, answer};
use axum::body::Body;
use axum::extract::Request;
use chassis::{ACCOUNT_HEADER, Caller, PRINCIPAL_HEADER, Role, Seal};
use chrono::Utc;
use http::header;
use std::sync::Arc;

#[tokio::test]
async fn a_principal_that_a_client_sends_is_dropped() {
    let world = World::new();
    let (alice, admin) = (world.member(Role::Member), world.member(Role::Admin));
    let as_admin = Caller::Account(Arc::new(admin.principal.clone()));
    let genuine = world.seal.vouch("content", &as_admin, true, Utc::now());
    let forged = Seal::new(rand::random()).vouch("content", &as_admin, true, Utc::now());
    let edges_own = world.seal.vouch("content", &Caller::Edge, false, Utc::now());
    for header in [genuine, forged, edges_own].map(Result::unwrap) {
        let request = Request::get("/api/posts").header(PRINCIPAL_HEADER, header.clone());
        let told = world.ask(request).await.told();
        assert!(told["account"].is_null() && told["operator"] == false, "{told}");

        let request = Request::get("/api/posts")
            .header(PRINCIPAL_HEADER, header.clone())
            .header(PRINCIPAL_HEADER, header)
            .header(header::COOKIE, &alice.cookie);
        let told = world.ask(request).await.told();
        assert_eq!(told["account"], alice.principal.account.to_string());
        assert_eq!(told["role"], "member");
    }
}

#[tokio::test]
async fn a_page_that_shows_somebody_else_is_refused() {
    let world = World::new();
    let (alice, bob) = (world.member(Role::Member), world.member(Role::Member));
    let ask = |shown: &str| {
        Request::post("/api/posts")
            .header(header::COOKIE, &alice.cookie)
            .header(ACCOUNT_HEADER, shown)
    };
    for shown in [bob.principal.account.to_string(), "me".to_owned(), String::new()] {
        assert_eq!(world.ask(ask(&shown)).await.refused(409), "SESSION_CHANGED");
    }
    let own = alice.principal.account.to_string();
    assert_eq!(world.ask(ask(&own)).await.told()["account"], own);
    // Whose session has ended is told so, whoever is shown.
    let ended = Request::post("/api/posts").header(ACCOUNT_HEADER, &own);
    assert_eq!(world.ask(ended).await.refused(401), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_request_around_the_edge_is_refused() {
    let world = World::new();
    let content = world.services["content"].clone();
    let request = || Request::get("/posts");
    let refused = answer(content.clone(), request().body(Body::empty()).unwrap()).await;
    assert_eq!(refused.refused(403), "NOT_THROUGH_THE_EDGE");
    let word = |seal: &Seal, service: &str| {
        let word = seal.vouch(service, &Caller::Anonymous, false, Utc::now());
        request()
            .header(PRINCIPAL_HEADER, word.unwrap())
            .body(Body::empty())
            .unwrap()
    };
    let forged = word(&Seal::new(rand::random()), "content");
    let to_another = word(&world.seal, "media");
    for request in [forged, to_another] {
        let refused = answer(content.clone(), request).await;
        assert_eq!(refused.refused(403), "NOT_THROUGH_THE_EDGE");
    }
    let meant = answer(content, word(&world.seal, "content")).await;
    assert_eq!(meant.told()["service"], "content");
}

#[tokio::test(start_paused = true)]
async fn the_role_is_what_identity_says_now() {
    let world = World::new();
    let alice = world.member(Role::Member);
    assert_eq!(
        world.get_as(&alice, "/api/posts/feed").await.told()["role"],
        "member"
    );
    let session = alice.principal.session;
    world
        .identity
        .sessions
        .lock()
        .unwrap()
        .get_mut(&session)
        .unwrap()
        .role = Role::Moderator;
    tokio::time::advance(std::time::Duration::from_secs(2)).await;
    // The statement signed for a member is not used again, however young it is.
    assert_eq!(
        world.get_as(&alice, "/api/posts/feed").await.told()["role"],
        "moderator"
    );
}

#[tokio::test]
async fn a_statement_is_signed_once_for_many_requests() {
    let world = World::new();
    let alice = world.member(Role::Member);
    let statement = async || {
        let told = world.get_as(&alice, "/api/posts").await.told();
        told["headers"]["x-valine-principal"].as_str().unwrap().to_owned()
    };
    let first = statement().await;
    assert_eq!(first, statement().await);
    assert_ne!(
        first,
        world.get("/api/posts").await.told()["headers"]["x-valine-principal"]
    );
}

#[tokio::test]
async fn a_service_sees_neither_the_cookie_nor_what_a_client_claims() {
    let world = World::new();
    let alice = world.member(Role::Member);
    let request = Request::get("/api/posts")
        .header(header::COOKIE, &alice.cookie)
        .header("x-valine-client", "6.6.6.6")
        .header("x-valine-whatever", "1")
        .header("x-forwarded-for", "6.6.6.6")
        .header("x-forwarded-host", "evil.example")
        .header("forwarded", "for=6.6.6.6")
        .header("x-request-id", "01890000-0000-7000-8000-000000000000")
        .header("idempotency-key", "kept");
    let answer = world.ask(request).await;
    let told = &answer.told()["headers"];
    for gone in [
        "cookie",
        "x-valine-whatever",
        "x-forwarded-for",
        "x-forwarded-host",
        "forwarded",
    ] {
        assert!(told[gone].is_null(), "{gone}: {told}");
    }
    assert_eq!(told["x-valine-client"], "203.0.113.7");
    assert_eq!(told["idempotency-key"], "kept");
    assert_ne!(told["x-request-id"], "01890000-0000-7000-8000-000000000000");
    assert_eq!(told["x-request-id"], answer.header("x-request-id"));
}

#[tokio::test]
async fn a_trace_that_is_one_goes_on_and_any_other_begins_anew() {
    let world = World::new();
    let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = Request::get("/api/posts")
        .header("traceparent", good)
        .header("tracestate", "a=1");
    let told = world.ask(request).await.told();
    assert_eq!(
        (&told["headers"]["traceparent"], &told["headers"]["tracestate"]),
        (&good.into(), &"a=1".into())
    );

    let request = Request::get("/api/posts")
        .header("traceparent", "00-nonsense")
        .header("tracestate", "a=1");
    let answer = world.ask(request).await;
    let told = &answer.told()["headers"];
    let trace = answer.header("x-request-id").replace('-', "");
    assert!(
        told["traceparent"]
            .as_str()
            .unwrap()
            .starts_with(&format!("00-{trace}-")),
        "{told}"
    );
    assert!(told["tracestate"].is_null());
}
