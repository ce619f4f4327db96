//! How much, how often, how long.

use crate::world::World;
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::routing::any;
use chassis::Role;
use edge::{Config, Upstream, Upstreams};
use futures::stream;
use http::header;
use std::convert::Infallible;
use std::num::NonZeroU32;

const KEY: &str = "an-operator-key-of-forty-visible-signs--";

fn tight(config: &mut Config) {
    config.rate = NonZeroU32::MIN;
    config.burst = NonZeroU32::new(3).unwrap();
    config.operator_key = Some(KEY.parse().unwrap());
}

#[tokio::test]
async fn one_request_too_many_is_told_when_to_come_again() {
    let world = World::with(tight);
    for _ in 0..3 {
        assert_eq!(world.get("/api/posts").await.status, 200);
    }
    let answer = world.get("/api/posts").await;
    assert_eq!(answer.refused(429), "RATE_LIMITED");
    let headers = [
        "retry-after",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
    ];
    assert_eq!(headers.map(|name| answer.header(name)), ["1", "1", "0", "1"]);
    // The web app is behind the same limit, and whether the process is up is not.
    assert_eq!(world.get("/").await.refused(429), "RATE_LIMITED");
    assert_eq!(world.get("/health").await.body, "ok");
}

#[tokio::test]
async fn the_operators_key_lifts_limits_and_nothing_else() {
    let world = World::with(tight);
    let request = |path: &str| Request::get(path).header("x-valine-operator", KEY);
    for _ in 0..10 {
        let told = world.ask(request("/api/posts")).await.told();
        assert!(told["operator"] == true && told["account"].is_null(), "{told}");
        assert!(
            told["headers"]["x-valine-operator"].is_null(),
            "a service has no use for the key"
        );
    }
    assert_eq!(
        world.ask(request("/api/auth/me")).await.refused(401),
        "UNAUTHENTICATED"
    );
    assert_eq!(
        world.ask(request("/api/internal/secret")).await.refused(404),
        "NOT_FOUND"
    );
    let alice = world.member(Role::Member);
    let with_cookie = request("/api/auth/me").header(header::COOKIE, &alice.cookie);
    let told = world.ask(with_cookie).await.told();
    assert!(told["operator"] == true && told["role"] == "member", "{told}");
    assert_eq!(
        world.get_as(&alice, "/api/auth/me").await.told()["operator"],
        false
    );
}

#[tokio::test]
async fn any_other_operators_key_is_refused() {
    let world = World::with(tight);
    for key in [
        "",
        "x",
        "an-operator-key-of-forty-visible-signs-",
        "an-operator-key-of-forty-visible-signs--x",
    ] {
        let request = Request::get("/api/posts").header("x-valine-operator", key);
        assert_eq!(
            world.ask(request).await.refused(403),
            "OPERATOR_KEY_WRONG",
            "{key}"
        );
    }
    let twice = Request::get("/api/posts")
        .header("x-valine-operator", KEY)
        .header("x-valine-operator", "x");
    assert_eq!(world.ask(twice).await.refused(403), "OPERATOR_KEY_WRONG");
    // Where there is none, none is right.
    let keyless = World::new();
    for key in [KEY, ""] {
        let request = Request::get("/api/posts").header("x-valine-operator", key);
        assert_eq!(keyless.ask(request).await.refused(403), "OPERATOR_KEY_WRONG");
    }
}

fn login() -> http::request::Builder {
    Request::post("/api/auth/login").header(header::CONTENT_TYPE, "application/json")
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_refused_unread() {
    let world = World::with(|config| config.max_body = 10);
    let unread = stream::once(async { Err::<Bytes, _>("the body was read") });
    let body = Body::new(Sized {
        body: Body::from_stream(unread),
        size: 11,
    });
    let answer = world.ask_with(login(), body).await;
    assert_eq!(answer.refused(413), "PAYLOAD_TOO_LARGE");
    let fits = world.ask_with(login(), "0123456789").await;
    assert_eq!(fits.told()["bytes"], 10);
}

#[tokio::test]
async fn a_body_that_turns_out_too_large_is_cut_off() {
    let world = World::with(|config| config.max_body = 10);
    let pieces = |count: usize| {
        let piece = || Ok::<_, Infallible>(Bytes::from_static(b"12345"));
        Body::from_stream(stream::iter((0..count).map(move |_| piece())))
    };
    assert_eq!(world.ask_with(login(), pieces(2)).await.told()["bytes"], 10);
    assert_eq!(world.ask_with(login(), pieces(3)).await.status, 413);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_thinks_too_long_is_unavailable() {
    let world = with_content(any(std::future::pending::<()>));
    assert_eq!(world.get("/api/posts").await.refused(503), "UNAVAILABLE");
}

#[tokio::test]
async fn a_panic_is_one_answer_and_no_more() {
    let world = with_content(any(async || -> () { panic!("on purpose") }));
    let answer = world.get("/api/posts").await;
    assert_eq!(answer.refused(500), "INTERNAL");
    assert!(!answer.json().to_string().contains("on purpose"));
    assert_eq!(world.get("/health").await.body, "ok");
}

/// A content service that does this, and no guard before it.
fn with_content(handler: axum::routing::MethodRouter) -> World {
    let content = Router::new().route("/posts", handler);
    World::build(
        |_| (),
        |_| Upstreams::new().with("content", Upstream::InProcess(content)),
    )
}

/// A body that knows its size before it is read, as one with a Content-Length does.
struct Sized {
    body: Body,
    size: u64,
}

impl HttpBody for Sized {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, axum::Error>>> {
        std::pin::Pin::new(&mut self.body).poll_frame(context)
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        hyper::body::SizeHint::with_exact(self.size)
    }
}
