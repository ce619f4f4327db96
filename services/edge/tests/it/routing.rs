//! Which service answers, and what is out of reach.

use crate::world::{Answer, World};
use axum::Router;
use axum::extract::Request;
use axum::routing::{get, post};
use chassis::Role;
use edge::{Upstream, Upstreams};
use http::{StatusCode, Uri};

/// Ways in which somebody might try to spell an internal address.
pub(crate) const TRICKS: [&str; 20] = [
    "/internal/secret",
    "/api/internal/secret",
    "/api//internal/secret",
    "//api/internal/secret",
    "/api/%69nternal/secret",
    "/%61pi/internal/secret",
    "/api%2finternal/secret",
    "/api/auth/../internal/secret",
    "/api/auth/%2e%2e/internal/secret",
    "/api/auth/..%2finternal/secret",
    "/api/auth/..;/internal/secret",
    "/api/./internal/secret",
    "/api/auth//internal/secret",
    "/api/auth/internal/secret",
    "/api/auth%2f..%2finternal/secret",
    "/api/auth\\..\\internal\\secret",
    "/api/identity/internal/secret",
    "/api/internal/secret/",
    "/api/INTERNAL/secret",
    "/api/internal%2fsecret",
];

#[tokio::test]
async fn each_address_is_answered_by_its_owner_who_knows_it_without_the_prefix() {
    let world = World::new();
    let alice = world.member(Role::Member);
    for (address, service) in [
        ("/auth/me", "identity"),
        ("/admin/accounts?q=a%20b&q=c", "identity"),
        ("/users/alice", "profile"),
        ("/users/me/links", "profile"),
        ("/users/alice/posts?limit=3", "content"),
        ("/posts/feed", "content"),
        ("/moderation/reports", "content"),
        ("/media", "media"),
        ("/social/followers", "social-graph"),
        ("/search?q=%F0%9F%8E%AC", "search-indexer"),
    ] {
        let told = world.get_as(&alice, &format!("/api{address}")).await.told();
        assert_eq!(
            (&told["service"], &told["address"]),
            (&service.into(), &address.into())
        );
    }
}

#[tokio::test]
async fn nobodys_address_is_not_found() {
    let world = World::new();
    let alice = world.member(Role::Member);
    for path in [
        "/",
        "/api",
        "/api/",
        "/api/nothing",
        "/nothing",
        "/api/posts/",
        "/api//posts",
        "/api/Posts",
    ] {
        assert_eq!(world.get(path).await.refused(404), "NOT_FOUND", "{path}");
        assert_eq!(
            world.get_as(&alice, path).await.refused(404),
            "NOT_FOUND",
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_services_tell_each_other_is_out_of_reach() {
    let world = World::new();
    let alice = world.member(Role::Admin);
    for path in TRICKS {
        nothing_leaks(path, &world.get_as(&alice, path).await);
        nothing_leaks(path, &world.get(path).await);
    }
    let session = alice.principal.session;
    let answer = world
        .get_as(&alice, &format!("/api/internal/sessions/{session}"))
        .await;
    assert_eq!(answer.refused(404), "NOT_FOUND");
}

/// The addresses that stay below `/auth` may reach identity, but never the routes below its `/internal`.
pub(crate) fn nothing_leaks(path: &str, answer: &Answer) {
    assert!(
        !answer.body.starts_with(b"leaked"),
        "{path} reaches what is internal"
    );
    if answer.status == StatusCode::OK {
        let address: Uri = answer.json()["address"].as_str().unwrap().parse().unwrap();
        assert!(
            address.path().starts_with("/auth/"),
            "{path} arrives as {address}"
        );
    }
}

#[tokio::test]
async fn an_address_that_is_no_text_is_refused() {
    let world = World::new();
    for path in ["/api/users/%FF", "/api/users/%00", "/%C3%28", "/api/posts/a%00b"] {
        assert_eq!(world.get(path).await.refused(400), "VALIDATION_ERROR", "{path}");
    }
}

#[tokio::test]
async fn everything_that_is_not_the_api_goes_to_the_web_app() {
    let web = Router::new().fallback(get(async |request: Request| request.uri().path().to_owned()));
    let world = World::build(|_| (), |_| Upstreams::new().outside(web));
    for path in ["/", "/@alice", "/apis", "/assets/app.js", "/internal/secret"] {
        assert_eq!(world.get(path).await.body, path);
    }
    assert_eq!(world.get("/api/nothing").await.refused(404), "NOT_FOUND");
    assert_eq!(world.get("/health").await.body, "ok");
}

#[tokio::test]
async fn what_a_router_refuses_without_a_word_is_said_in_ours() {
    let mail = Router::new()
        .route("/dev/mail", post(async || "sent"))
        .route("/dev/none", get(async || (StatusCode::NOT_FOUND, "no mail")));
    let world = World::build(|_| (), |_| Upstreams::new().outside(mail));
    assert_eq!(world.get("/nothing").await.refused(404), "NOT_FOUND");
    let refused = world.get("/dev/mail").await;
    assert_eq!(refused.header("allow"), "POST");
    assert_eq!(refused.refused(405), "METHOD_NOT_ALLOWED");
    assert_eq!(world.get("/dev/none").await.body, "no mail");
}

#[tokio::test]
async fn what_is_only_read_takes_no_other_method() {
    let world = World::new();
    for path in ["/health", "/ready", "/openapi.json"] {
        let head = http::Request::head(path);
        assert_ne!(
            world.ask(head).await.status,
            StatusCode::METHOD_NOT_ALLOWED,
            "{path}"
        );
        for method in ["POST", "DELETE", "OPTIONS", "FOO"] {
            let refused = world.ask(http::Request::builder().method(method).uri(path)).await;
            assert_eq!(refused.header("allow"), "GET, HEAD", "{method} {path}");
            assert_eq!(refused.refused(405), "METHOD_NOT_ALLOWED");
        }
    }
}

#[tokio::test]
async fn a_service_that_the_edge_was_not_given_is_unavailable() {
    let world = World::build(
        |_| (),
        |services| Upstreams::new().with("identity", Upstream::InProcess(services["identity"].clone())),
    );
    assert_eq!(world.get("/api/posts").await.refused(503), "UNAVAILABLE");
}
