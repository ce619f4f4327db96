//! A session counts as long as identity says so, and two seconds longer at most.

use crate::world::World;
use axum::extract::Request;
use chassis::Role;
use events::{AccountId, SessionId};
use futures::future::join_all;
use http::header;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::Semaphore;

#[tokio::test]
async fn without_a_session_only_what_is_public_is_asked_for() {
    let world = World::new();
    for path in [
        "/api/posts",
        "/api/posts/1",
        "/api/users/alice",
        "/api/search?q=a",
        "/api/media/1/content",
    ] {
        assert!(world.get(path).await.told()["account"].is_null(), "{path}");
    }
    for path in [
        "/api/posts/feed",
        "/api/users/me",
        "/api/auth/me",
        "/api/media",
        "/api/social/blocks",
        "/api/admin/accounts",
    ] {
        assert_eq!(world.get(path).await.refused(401), "UNAUTHENTICATED", "{path}");
    }
    let signs_up = world.ask(Request::post("/api/auth/signup")).await;
    assert_eq!(signs_up.told()["service"], "identity");
    assert_eq!(
        world.ask(Request::post("/api/posts")).await.refused(401),
        "UNAUTHENTICATED"
    );
    assert_eq!(world.identity.asked(), 0);
}

#[tokio::test]
async fn a_cookie_is_found_in_any_of_several_headers() {
    let world = World::new();
    let alice = world.member(Role::Member);
    let request = Request::get("/api/auth/me")
        .header(header::COOKIE, "theme=dark")
        .header(header::COOKIE, format!("a=b; {}; c=d", alice.cookie));
    assert_eq!(
        world.ask(request).await.told()["account"],
        alice.principal.account.to_string()
    );
}

#[tokio::test]
async fn identity_is_asked_once_for_many_requests() {
    let world = World::new();
    let alice = world.member(Role::Member);
    let gate = Arc::new(Semaphore::new(0));
    *world.identity.gate.lock().unwrap() = Some(gate.clone());
    let many = join_all((0..20).map(|_| world.get_as(&alice, "/api/posts/feed")));
    let answers = async {
        while world.identity.asked() == 0 {
            tokio::task::yield_now().await;
        }
        gate.add_permits(100);
    };
    let (answers, ()) = tokio::join!(many, answers);
    assert!(answers.iter().all(|answer| answer.told()["role"] == "member"));
    assert_eq!(world.identity.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_used_for_two_seconds() {
    let world = World::new();
    let alice = world.member(Role::Member);
    world.get_as(&alice, "/api/auth/me").await.told();
    // Elsewhere, so that nothing passes through this edge.
    world.identity.sessions.lock().unwrap().clear();
    tokio::time::advance(Duration::from_millis(1_900)).await;
    world.get_as(&alice, "/api/auth/me").await.told();
    assert_eq!(world.identity.asked(), 1);
    tokio::time::advance(Duration::from_millis(100)).await;
    assert_eq!(
        world.get_as(&alice, "/api/auth/me").await.refused(401),
        "UNAUTHENTICATED"
    );
    // That a session ended is remembered, too.
    world.get_as(&alice, "/api/auth/me").await.refused(401);
    assert_eq!(world.identity.asked(), 2);
}

#[tokio::test]
async fn the_request_after_a_log_out_is_refused() {
    let world = World::new();
    let alice = world.member(Role::Member);
    world.get_as(&alice, "/api/auth/me").await.told();
    assert_eq!(world.post_as(&alice, "/api/auth/logout").await.status, 200);
    assert_eq!(
        world.get_as(&alice, "/api/auth/me").await.refused(401),
        "UNAUTHENTICATED"
    );
}

#[tokio::test]
async fn a_session_that_another_one_ended_is_refused_at_once() {
    let world = World::new();
    let here = world.member(Role::Member);
    let there = world.session_of(here.principal.account, Role::Member);
    world.get_as(&here, "/api/auth/me").await.told();
    world.get_as(&there, "/api/auth/me").await.told();
    let session = there.principal.session;
    let end = Request::delete(format!("/api/auth/sessions/{session}")).header(header::COOKIE, &here.cookie);
    assert_eq!(world.ask(end).await.status, 200);
    assert_eq!(
        world.get_as(&there, "/api/auth/me").await.refused(401),
        "UNAUTHENTICATED"
    );
    world.get_as(&here, "/api/auth/me").await.told();
}

#[tokio::test]
async fn an_answer_that_was_under_way_when_the_session_ended_does_not_count() {
    let world = World::new();
    let here = world.member(Role::Member);
    let there = world.session_of(here.principal.account, Role::Member);
    world.get_as(&here, "/api/auth/me").await.told();
    let gate = Arc::new(Semaphore::new(0));
    *world.identity.gate.lock().unwrap() = Some(gate.clone());
    let ends = async {
        // Identity has found the session alive, and its answer is under way.
        while world.identity.asked() < 2 {
            tokio::task::yield_now().await;
        }
        *world.identity.gate.lock().unwrap() = None;
        let session = there.principal.session;
        let end =
            Request::delete(format!("/api/auth/sessions/{session}")).header(header::COOKIE, &here.cookie);
        assert_eq!(world.ask(end).await.status, 200);
        gate.add_permits(1);
    };
    let (answer, ()) = tokio::join!(world.get_as(&there, "/api/auth/me"), ends);
    assert_eq!(answer.refused(401), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_new_password_ends_sessions_of_an_account_that_nobody_named() {
    let world = World::new();
    let alice = world.member(Role::Member);
    world.get_as(&alice, "/api/auth/me").await.told();
    assert_eq!(
        world.ask(Request::post("/api/auth/reset-password")).await.status,
        200
    );
    assert_eq!(
        world.get_as(&alice, "/api/auth/me").await.refused(401),
        "UNAUTHENTICATED"
    );
}

#[tokio::test]
async fn nobody_is_let_in_while_identity_does_not_say() {
    let world = World::new();
    let alice = world.member(Role::Member);
    world.identity.is_broken.store(true, Ordering::SeqCst);
    for path in ["/api/auth/me", "/api/posts"] {
        let answer = world.get_as(&alice, path).await;
        assert_eq!(
            answer.refused(503),
            "UNAVAILABLE",
            "{path}: not even as a stranger"
        );
        assert!(!answer.header("retry-after").is_empty());
    }
    world.get("/api/posts").await.told();
    // That it did not say is not remembered.
    world.identity.is_broken.store(false, Ordering::SeqCst);
    world.get_as(&alice, "/api/auth/me").await.told();
}

#[tokio::test]
async fn a_cookie_that_does_not_count_makes_a_stranger_and_is_cleared_where_that_is_refused() {
    let world = World::new();
    let forged = format!("jwt_token={}", "x.y.z");
    let ended = world.cookie(AccountId::new(), SessionId::new());
    let other_world = World::new().member(Role::Admin).cookie;
    for cookie in [forged, ended, other_world] {
        let request = |path: &str| Request::get(path).header(header::COOKIE, &cookie);
        let public = world.ask(request("/api/posts")).await;
        assert!(public.told()["account"].is_null());
        assert!(public.header("set-cookie").is_empty());
        let private = world.ask(request("/api/auth/me")).await;
        assert_eq!(private.refused(401), "UNAUTHENTICATED");
        assert_eq!(
            private.header("set-cookie"),
            "jwt_token=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0; Secure"
        );
    }
    assert!(world.get("/api/auth/me").await.header("set-cookie").is_empty());
}

#[tokio::test]
async fn on_plain_loopback_the_cookie_is_cleared_without_secure() {
    for (address, secure) in [
        ("http://127.0.0.1:8080", false),
        ("http://localhost:8080", false),
        ("http://joint.example", true),
        ("https://localhost:8080", true),
    ] {
        let world = World::with(|config| config.public_url = crate::world::url(address));
        let request = Request::get("/api/auth/me").header(header::COOKIE, "jwt_token=x");
        let cleared = world.ask(request).await;
        assert_eq!(
            cleared.header("set-cookie").contains("; Secure"),
            secure,
            "{address}"
        );
        assert!(cleared.header("set-cookie").contains("Max-Age=0"));
    }
}

#[tokio::test]
async fn a_token_opens_only_the_account_that_identity_names() {
    let world = World::new();
    let (alice, mallory) = (world.member(Role::Member), AccountId::new());
    let cookie = world.cookie(mallory, alice.principal.session);
    let answer = world
        .ask(Request::get("/api/auth/me").header(header::COOKIE, cookie))
        .await;
    assert_eq!(answer.refused(503), "UNAVAILABLE");
}
