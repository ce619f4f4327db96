//! Pages of other sites: who may read our answers, and who may write.

use crate::world::{World, url};
use axum::extract::Request;
use http::{Method, header};

const CORS: [&str; 6] = [
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-expose-headers",
    "access-control-max-age",
];

const OURS: [&str; 3] = [
    "http://127.0.0.1:8080",
    "http://localhost:8080",
    "https://studio.example",
];

const THEIRS: [&str; 7] = [
    "https://evil.example",
    "http://127.0.0.1:8081",
    "https://127.0.0.1:8080",
    "http://127.0.0.1:8080.evil.example",
    "https://evil.example/http://127.0.0.1:8080",
    "null",
    "",
];

fn world() -> World {
    World::with(|config| {
        config.public_url = url("http://127.0.0.1:8080");
        config.origins = vec![url("https://studio.example")];
    })
}

#[tokio::test]
async fn a_page_of_ours_may_read_and_is_named() {
    let world = world();
    for origin in OURS {
        let answer = world
            .ask(Request::get("/api/posts").header(header::ORIGIN, origin))
            .await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("access-control-allow-origin"), origin);
        assert_eq!(answer.header("access-control-allow-credentials"), "true");
        assert!(
            answer
                .header("access-control-expose-headers")
                .contains("x-request-id")
        );
        assert!(
            answer
                .headers
                .get_all(header::VARY)
                .iter()
                .any(|vary| vary == "origin")
        );
        // What is refused must be readable, too.
        let refused = world
            .ask(Request::get("/api/auth/me").header(header::ORIGIN, origin))
            .await;
        assert_eq!(
            (
                refused.status.as_u16(),
                refused.header("access-control-allow-origin")
            ),
            (401, origin)
        );
    }
}

#[tokio::test]
async fn a_page_of_anybody_else_sees_no_word_of_cors() {
    let world = world();
    for origin in THEIRS {
        let read = Request::get("/api/posts").header(header::ORIGIN, origin);
        let asks = preflight(origin);
        for answer in [world.ask(read).await, world.ask(asks).await] {
            for name in CORS {
                assert!(!answer.headers.contains_key(name), "{origin}: {name}");
            }
            assert!(
                answer
                    .headers
                    .get_all(header::VARY)
                    .iter()
                    .any(|vary| vary == "origin"),
                "{origin}"
            );
        }
    }
    let answer = world.get("/api/posts").await;
    assert!(CORS.iter().all(|name| !answer.headers.contains_key(*name)));
}

fn preflight(origin: &str) -> http::request::Builder {
    Request::builder()
        .method(Method::OPTIONS)
        .uri("/api/posts")
        .header(header::ORIGIN, origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,idempotency-key")
}

#[tokio::test]
async fn a_preflight_is_answered_before_anybody_is_asked() {
    let world = world();
    for origin in OURS {
        let answer = world.ask(preflight(origin)).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0));
        assert_eq!(answer.header("access-control-allow-origin"), origin);
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            assert!(
                answer.header("access-control-allow-methods").contains(method),
                "{method}"
            );
        }
        for name in ["content-type", "idempotency-key", "x-request-id"] {
            assert!(
                answer.header("access-control-allow-headers").contains(name),
                "{name}"
            );
        }
        assert!(answer.header("access-control-max-age").parse::<u32>().unwrap() > 0);
    }
}

#[tokio::test]
async fn a_write_comes_from_a_page_of_ours_or_from_no_browser() {
    let world = world();
    // (Origin, Sec-Fetch-Site, whether it may)
    let mut matrix = vec![(None, None, true)];
    for site in ["same-origin", "same-site", "cross-site", "none"] {
        matrix.push((None, Some(site), false));
        matrix.extend(OURS.map(|origin| (Some(origin), Some(site), true)));
        matrix.extend(THEIRS.map(|origin| (Some(origin), Some(site), false)));
    }
    matrix.extend(OURS.map(|origin| (Some(origin), None, true)));
    matrix.extend(THEIRS.map(|origin| (Some(origin), None, false)));
    for (origin, site, may) in matrix {
        for method in [
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::GET,
        ] {
            let mut request = Request::builder().method(&method).uri("/api/auth/login");
            if let Some(origin) = origin {
                request = request.header(header::ORIGIN, origin);
            }
            if let Some(site) = site {
                request = request.header("sec-fetch-site", site);
            }
            let answer = world.ask(request).await;
            let is_refused = answer.status == 403;
            assert_eq!(
                is_refused,
                !may && method != Method::GET,
                "{method} from {origin:?} as {site:?}"
            );
            if is_refused {
                assert_eq!(answer.refused(403), "CROSS_SITE");
            }
        }
    }
}
