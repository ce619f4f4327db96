//! The API's reference behind the edge: its page, and what it is made of.

use crate::web_app::{Build, text};
use http::{Request, StatusCode, header};

#[tokio::test]
async fn the_page_may_load_from_here_only_and_its_styles_carry_a_nonce_of_their_own() {
    let build = Build::new();
    let world = build.world();
    let mut nonces = Vec::new();
    for address in ["/docs", "/docs"] {
        let page = world.get(address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(
            page.header("cache-control"),
            "no-store",
            "a nonce is good for once"
        );
        let policy = page.header("content-security-policy").to_owned();
        let words = text(&page);
        let nonce = words.split('"').nth(1).unwrap().to_owned();
        assert!(nonce.len() >= 22, "{words}");
        for part in [
            "default-src 'none';",
            "script-src 'self';",
            &format!("style-src 'self' 'nonce-{nonce}';"),
            "connect-src 'self';",
            "base-uri 'none';",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{part} is not in {policy}");
        }
        assert!(
            !policy.contains("http") && !policy.contains("eval") && !policy.contains("*"),
            "{policy}"
        );
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn its_files_are_kept_for_a_year_and_come_as_the_build_compressed_them() {
    let build = Build::new();
    let world = build.world();
    for (accepted, encoding, words) in [("br", "br", "brotli"), ("identity", "", "start()")] {
        let request = Request::get("/docs/abc123/start.js").header(header::ACCEPT_ENCODING, accepted);
        let answer = world.ask(request).await;
        assert_eq!((answer.status, text(&answer)), (StatusCode::OK, words.to_owned()));
        assert_eq!(answer.header("content-encoding"), encoding);
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert!(answer.header("content-type").contains("javascript"));
    }
}

#[tokio::test]
async fn what_is_not_of_it_is_not_found() {
    let build = Build::new();
    let world = build.world();
    for address in [
        "/docs/abc123/gone.js",
        "/docs/abc123/",
        "/docs/abc123",
        "/docs/index.html",
        "/docs/..%2findex.html",
        "/docs/x",
    ] {
        let answer = world.get(address).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
        assert!(!text(&answer).contains("doctype"), "{address}");
    }
}
