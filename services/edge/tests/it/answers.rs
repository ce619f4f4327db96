//! What every answer has, and the answers that are the edge's own.

use crate::world::{World, url};
use axum::Router;
use axum::extract::Request;
use axum::routing::get;
use chassis::Role;
use edge::{Upstream, Upstreams};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use utoipa::OpenApi;

#[tokio::test]
async fn every_answer_is_guarded_by_headers_and_has_a_name() {
    let world = World::new();
    let mut names = std::collections::HashSet::new();
    for path in [
        "/api/posts",
        "/api/auth/me",
        "/api/nothing",
        "/health",
        "/ready",
        "/openapi.json",
        "/",
    ] {
        let answer = world.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert!(
            answer
                .header("content-security-policy")
                .contains("default-src 'none'"),
            "{path}"
        );
        assert!(!answer.header("referrer-policy").is_empty(), "{path}");
        assert_eq!(
            answer.header("strict-transport-security"),
            "max-age=31536000; includeSubDomains",
            "{path}"
        );
        let id: uuid::Uuid = answer.header("x-request-id").parse().unwrap();
        assert_eq!(id.get_version_num(), 7, "{path}");
        assert!(names.insert(id), "{path}");
    }
}

#[tokio::test]
async fn without_tls_nobody_is_told_to_keep_to_it() {
    let world = World::with(|config| config.public_url = url("http://127.0.0.1:8080"));
    assert!(
        world
            .get("/api/posts")
            .await
            .header("strict-transport-security")
            .is_empty()
    );
}

#[tokio::test]
async fn which_server_this_is_is_not_told() {
    let content = Router::new().route(
        "/posts",
        get(async || ([(header::SERVER, "something/1.2.3")], "{}")),
    );
    let world = World::build(
        |_| (),
        |_| Upstreams::new().with("content", Upstream::InProcess(content)),
    );
    let answer = world.get("/api/posts").await;
    assert_eq!(answer.status, 200);
    assert!(!answer.headers.contains_key(header::SERVER));
}

#[tokio::test]
async fn a_long_answer_is_compressed_for_who_can_read_that() {
    let page = |length: usize| get(async move || axum::Json(json!({ "text": "a".repeat(length) })));
    let content = Router::new()
        .route("/posts", page(2_000))
        .route("/posts/{id}", page(100));
    let world = World::build(
        |_| (),
        |_| Upstreams::new().with("content", Upstream::InProcess(content)),
    );
    let gzip = |path: &str| Request::get(path).header(header::ACCEPT_ENCODING, "gzip");
    let long = world.ask(gzip("/api/posts")).await;
    assert_eq!(long.header("content-encoding"), "gzip");
    assert!(long.body.starts_with(&[0x1f, 0x8b]) && long.body.len() < 1_000);
    assert!(
        long.headers
            .get_all(header::VARY)
            .iter()
            .any(|vary| vary == "accept-encoding")
    );
    let short = world.ask(gzip("/api/posts/1")).await;
    assert!(short.header("content-encoding").is_empty() && short.json()["text"].is_string());
    let plain = world.get("/api/posts").await;
    assert!(plain.header("content-encoding").is_empty() && plain.json()["text"].is_string());
}

#[tokio::test]
async fn readiness_names_who_does_not_answer() {
    let world = World::new();
    for path in ["/ready", "/api/ready"] {
        let ready = world.get(path).await.told();
        assert_eq!(
            (&ready["status"], &ready["services"]["content"]),
            (&"ready".into(), &"ready".into())
        );
    }
    let away = |_: &_| {
        Upstreams::new()
            .with(
                "identity",
                Upstream::InProcess(Router::new().route("/ready", get(async || "ok"))),
            )
            .with(
                "content",
                Upstream::InProcess(Router::new().route("/ready", get(broken))),
            )
            .with(
                "media",
                Upstream::InProcess(Router::new().route("/ready", get(std::future::pending::<()>))),
            )
            .with(
                "profile",
                Upstream::InProcess(Router::new().route("/ready", get(lacking))),
            )
    };
    tokio::time::pause();
    let world = World::build(|_| (), away);
    let answer = world.get("/ready").await;
    assert_eq!(answer.refused(503), "UNAVAILABLE");
    assert_eq!(
        answer.json()["message"],
        "Not ready: content, media, profile (its queue gives no answer)"
    );
    assert_eq!(world.get("/health").await.body, "ok");
}

async fn broken() -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}

async fn lacking() -> (StatusCode, &'static str) {
    let said = "Not ready: its queue gives no answer";
    (StatusCode::SERVICE_UNAVAILABLE, said)
}

/// A service's document.
#[derive(OpenApi)]
#[openapi(paths(read, write, tell_the_edge))]
struct Content;

#[utoipa::path(get, path = "/posts/{id}")]
#[expect(dead_code, reason = "only its description is used")]
fn read() {}

#[utoipa::path(patch, path = "/posts/{id}")]
#[expect(dead_code, reason = "only its description is used")]
fn write() {}

#[utoipa::path(get, path = "/internal/sessions/{id}")]
#[expect(dead_code, reason = "only its description is used")]
fn tell_the_edge() {}

#[tokio::test]
async fn the_document_is_the_services_documents_as_they_are_reached_from_outside() {
    let world = World::build(|_| (), |_| Upstreams::new().described(Content::openapi()));
    let answer = world.get("/openapi.json").await;
    assert_eq!(
        answer.headers[header::CONTENT_TYPE],
        HeaderValue::from_static("application/json")
    );
    let document = answer.told();
    let paths: Vec<_> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(
        paths,
        ["/api/posts/{id}"],
        "what services tell each other is not in it"
    );
    assert_eq!(document["servers"][0]["url"], "https://joint.example");
    let cookie = &document["components"]["securitySchemes"]["session"];
    assert_eq!(
        (&cookie["in"], &cookie["name"]),
        (&"cookie".into(), &"jwt_token".into())
    );
    assert_eq!(document["security"], json!([{ "session": [] }]));
    let operations = &document["paths"]["/api/posts/{id}"];
    assert_eq!(operations["get"]["security"], json!([{}, { "session": [] }]));
    assert_eq!(operations["patch"]["security"], Value::Null);
}

#[tokio::test]
async fn a_body_passes_in_both_directions_as_it_is() {
    let world = World::new();
    let alice = world.member(Role::Member);
    let request = Request::post("/api/posts")
        .header(header::COOKIE, &alice.cookie)
        .header(header::CONTENT_TYPE, "application/json");
    let told = world.ask_with(request, r#"{"content":"é"}"#).await.told();
    assert_eq!((&told["method"], &told["bytes"]), (&"POST".into(), &16.into()));
    assert_eq!(told["headers"]["content-type"], "application/json");
}
