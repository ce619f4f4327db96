//! What belongs to no service, answered by the same router as in a container.

use crate::asking::{Answer, ask};
use crate::stage::Stage;
use serde_json::json;
use std::fs;
use testkit::lambda::requests::Asked;

#[tokio::test(flavor = "multi_thread")]
async fn it_is_well_and_ready_when_every_service_is_and_otherwise_names_who_is_not() {
    let stage = Stage::set().await;
    let function = stage.function("lambda-http").await;
    let health = ask(&function, &Asked::get("/health").at("/health")).await;
    assert_eq!((health.status, health.text().as_str()), (200, "ok"));
    for name in [
        "x-content-type-options",
        "content-security-policy",
        "strict-transport-security",
    ] {
        assert!(health.header(name).is_some(), "{name}");
    }
    for path in ["/ready", "/api/ready"] {
        stage.ready("social-graph", 200);
        let ready = until(&function, path, 200).await.json();
        assert_eq!(ready["status"], "ready");
        assert_eq!(ready["services"].as_object().unwrap().len(), 7, "{ready}");

        stage.ready("social-graph", 500);
        let away = until(&function, path, 503).await;
        assert_eq!(away.refused(), "UNAVAILABLE");
        assert_eq!(away.json()["message"], "Not ready: social-graph");
        assert!(away.header("retry-after").is_some());
    }
    function.end().await;
}

/// Those who ask within half a second of each other share the answer; so this asks until it is another one.
async fn until(function: &testkit::lambda::Function, path: &str, status: u64) -> Answer {
    for _ in 0..100_000 {
        let answer = ask(function, &Asked::get(path)).await;
        if answer.status == status {
            return answer;
        }
    }
    panic!("{path} never answers {status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_is_described_and_its_reference_shown() {
    let stage = Stage::set().await;
    let docs = stage.folder.path().join("docs");
    fs::create_dir_all(docs.join("abc123")).unwrap();
    for (name, text) in [
        ("index.html", "<!doctype html><meta content=\"{nonce}\">"),
        ("abc123/start.js", "start()"),
        ("abc123/start.js.br", "brotli"),
    ] {
        fs::write(docs.join(name), text).unwrap();
    }
    let function = stage.function("lambda-http").await;
    let described = ask(&function, &Asked::get("/openapi.json")).await.json();
    assert_eq!(described["servers"], json!([{ "url": "https://joint.example" }]));
    assert!(described["paths"]["/api/posts"]["post"].is_object());

    let page = ask(&function, &Asked::get("/docs").at("/docs")).await;
    let nonce = page.text().split('"').nth(1).unwrap().to_owned();
    assert!(nonce.len() >= 22, "{nonce}");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains(&format!("'nonce-{nonce}'")), "{policy}");
    let script = Asked::get("/docs/abc123/start.js").at("/docs/{proxy+}");
    let plain = ask(&function, &script).await;
    assert_eq!((plain.text().as_str(), plain.is_base64), ("start()", false));
    let packed = ask(&function, &script.with("Accept-Encoding", "br")).await;
    assert_eq!((packed.text().as_str(), packed.is_base64), ("brotli", true));
    assert_eq!(packed.header("content-encoding"), Some("br"));
    let gone = ask(&function, &Asked::get("/docs/abc123/gone.js")).await;
    assert_eq!((gone.status, gone.refused().as_str()), (404, "NOT_FOUND"));
    function.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_ours_may_ask_and_one_of_somebody_else_sees_no_word_of_it() {
    let stage = Stage::set().await;
    let function = stage.function("lambda-http").await;
    let asks = |origin: &'static str| {
        Asked::get("/api/posts/1/comments")
            .by("OPTIONS")
            .at("/api/posts/{id}/comments")
            .with("Origin", origin)
            .with("Access-Control-Request-Method", "POST")
    };
    for origin in ["https://joint.example", "https://studio.example"] {
        let answer = ask(&function, &asks(origin)).await;
        assert_eq!(answer.status, 204, "{origin}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        let methods = answer.header("access-control-allow-methods").unwrap();
        assert!(methods.contains("DELETE"), "{methods}");
    }
    for origin in ["https://evil.example", "null"] {
        let answer = ask(&function, &asks(origin)).await;
        let of_cors: Vec<_> = answer
            .headers
            .keys()
            .filter(|name| name.starts_with("access-control"))
            .collect();
        assert!(of_cors.is_empty(), "{origin}: {of_cors:?}");
    }
    let no_question = Asked::get("/api/posts").by("OPTIONS").at("/api/posts");
    let answer = ask(&function, &no_question).await;
    assert_eq!(
        (answer.status, answer.refused().as_str()),
        (405, "METHOD_NOT_ALLOWED")
    );
    function.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_nobodys_is_not_found_whatever_a_client_says_of_itself() {
    let stage = Stage::set().await;
    let function = stage.function("lambda-http").await;
    for path in [
        "/",
        "/api/nothing",
        "/api/internal/sessions/x",
        "/api/posts",
        "/wp-login.php",
        "/docs",
    ] {
        let asked = Asked::get(path)
            .with("X-Request-Id", "0197f0c0-0000-7000-8000-000000000000")
            .with("X-Valine-Operator", "wrong")
            .with("X-Valine-Principal", "forged")
            .with("Cookie", "jwt_token=x");
        let answer = ask(&function, &asked).await;
        assert_eq!(
            (answer.status, answer.refused().as_str()),
            (404, "NOT_FOUND"),
            "{path}"
        );
        // As API Gateway's own log calls it.
        assert_eq!(answer.json()["requestId"], asked.id.to_string(), "{path}");
    }
    let broken = ask(&function, &Asked::get("/api/users/%FF")).await;
    assert_eq!(
        (broken.status, broken.refused().as_str()),
        (400, "VALIDATION_ERROR")
    );
    let across = Asked::post("/api/nothing", json!({})).with("Origin", "https://evil.example");
    let across = ask(&function, &across).await;
    assert_eq!((across.status, across.refused().as_str()), (403, "CROSS_SITE"));
    assert_eq!(stage.identity.asked(), 0);
    function.end().await;
}

#[test]
fn what_is_missing_is_said_at_once() {
    let told = |run_as: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_edge"))
            .env_clear()
            .env("RUN_AS", run_as)
            .output()
            .unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let said = told("lambda-http");
    for name in [
        "PUBLIC_URL",
        "EDGE_SIGNING_KEY",
        "SECRET_KEY",
        "STAGE",
        "READY_FUNCTIONS",
    ] {
        assert!(said.contains(&format!("{name} is not set")), "{name}: {said}");
    }
    let said = told("lambda-authorizer");
    for name in ["EDGE_SIGNING_KEY", "IDENTITY_FUNCTION", "ORIGIN_KEY_ARN"] {
        assert!(said.contains(&format!("{name} is not set")), "{name}: {said}");
    }
    let said = told("lambda-events");
    assert!(
        said.contains("RUN_AS must be one of: container, lambda-http, lambda-authorizer"),
        "{said}"
    );
}
