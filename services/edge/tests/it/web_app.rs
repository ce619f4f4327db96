//! The web app behind the edge: what is kept how long, what comes compressed, and what is no page of it.

use crate::world::{Answer, World};
use edge::{Upstreams, web_app};
use http::{Request, StatusCode, header};
use std::fs;
use std::path::PathBuf;
use url::Url;

/// A build, in a folder of its own that goes with it.
pub(crate) struct Build(PathBuf);

impl Build {
    pub(crate) fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("web-app-{}", uuid::Uuid::now_v7()));
        fs::create_dir_all(folder.join("assets")).unwrap();
        fs::create_dir_all(folder.join("docs/abc123")).unwrap();
        for (name, text) in [
            ("index.html", "<!doctype html><title>Joint</title>"),
            ("first.js", "first()"),
            ("assets/index-abc123.js", "plain()"),
            ("assets/index-abc123.js.br", "brotli"),
            ("assets/index-abc123.js.gz", "gzip"),
            ("docs/index.html", "<!doctype html><meta content=\"{nonce}\">"),
            ("docs/abc123/start.js", "start()"),
            ("docs/abc123/start.js.br", "brotli"),
        ] {
            fs::write(folder.join(name), text).unwrap();
        }
        fs::write(folder.with_extension("secret"), "not of the app").unwrap();
        Self(folder)
    }

    pub(crate) fn world(&self) -> World {
        let storage = Url::parse("http://127.0.0.1:9000/media").unwrap();
        self.world_at(&storage, None)
    }

    fn world_at(&self, storage: &Url, cdn: Option<&Url>) -> World {
        let app = web_app(&self.0, Some(storage), cdn).unwrap();
        World::build(|_| (), |_| Upstreams::new().outside(app))
    }
}

impl Drop for Build {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.0);
        let _gone = fs::remove_file(self.0.with_extension("secret"));
    }
}

pub(crate) fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

#[tokio::test]
async fn every_page_is_the_one_page_and_is_asked_for_each_time() {
    let (build, page) = (Build::new(), "<!doctype html><title>Joint</title>");
    let world = build.world();
    for address in [
        "/",
        "/u/ada",
        "/settings/sessions",
        "/verify-email?token=x.y",
        "/apiary",
        "/developers",
    ] {
        let answer = world.get(address).await;
        assert_eq!(
            (answer.status, text(&answer)),
            (StatusCode::OK, page.to_owned()),
            "{address}"
        );
        assert_eq!(answer.header("cache-control"), "no-cache", "{address}");
        assert_eq!(answer.header("content-type"), "text/html", "{address}");
    }
}

#[tokio::test]
async fn a_page_may_load_from_here_and_from_the_storage_only() {
    let policy = Build::new()
        .world()
        .get("/")
        .await
        .header("content-security-policy")
        .to_owned();
    for part in [
        "default-src 'self'",
        "img-src 'self' data: blob: http://127.0.0.1:9000;",
        "connect-src 'self' http://127.0.0.1:9000;",
        "media-src 'self' blob: http://127.0.0.1:9000;",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "script-src 'self'",
    ] {
        assert!(policy.contains(part), "{part} is not in {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
}

#[tokio::test]
async fn the_content_network_has_pages_load_what_the_edge_has_them_load() {
    let [storage, cdn] =
        ["https://storage.example", "https://files.example"].map(|url| Url::parse(url).unwrap());
    let build = Build::new();
    let answer = build.world_at(&storage, Some(&cdn)).get("/").await;
    let policy = answer.header("content-security-policy");

    let template = include_str!("../../../../infra/aws/cdn.yaml");
    let (_, headers) = template.split_once("\n  PageHeaders:").unwrap();
    let (_, folded) = headers.split_once("ContentSecurityPolicy: !Sub >-").unwrap();
    let (folded, _) = folded.split_once("ContentTypeOptions").unwrap();
    let written = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    let written = written
        .replace("${StorageDomain}", "storage.example")
        .replace("${MediaDomain}", "files.example");
    assert_eq!(written, policy);
}

#[tokio::test]
async fn assets_are_kept_for_a_year_and_come_as_the_build_compressed_them() {
    let build = Build::new();
    let world = build.world();
    let address = "/assets/index-abc123.js";
    for (accepted, encoding, bytes) in [
        ("br, gzip", "br", "brotli"),
        ("gzip", "gzip", "gzip"),
        ("identity", "", "plain()"),
    ] {
        let answer = world
            .ask(Request::get(address).header(header::ACCEPT_ENCODING, accepted))
            .await;
        assert_eq!(
            (answer.status, text(&answer)),
            (StatusCode::OK, bytes.to_owned()),
            "{accepted}"
        );
        assert_eq!(answer.header("content-encoding"), encoding, "{accepted}");
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert!(answer.header("content-type").contains("javascript"));
    }
    let first = world.get("/first.js").await;
    assert_eq!(
        (text(&first).as_str(), first.header("cache-control")),
        ("first()", "no-cache")
    );
}

#[tokio::test]
async fn what_is_no_page_of_the_app_is_not_found_and_never_the_page() {
    let build = Build::new();
    let world = build.world();
    let name = build.0.file_name().unwrap().to_str().unwrap().to_owned();
    for address in [
        "/assets/index-gone.js".to_owned(),
        "/assets/".to_owned(),
        "/docs/x".to_owned(),
        "/dev/x".to_owned(),
        "/health/x".to_owned(),
        "/ready/x".to_owned(),
        "/api/nothing".to_owned(),
        "/wp-login.php".to_owned(),
        // No file has such a name, and the system says so in another way than that it is not there.
        format!("/{}", "a".repeat(300)),
        format!("/assets/{}.js", "a".repeat(252)),
        format!("/docs/{}", "a".repeat(300)),
        "/a".repeat(4_000),
        format!("/../{name}.secret"),
        format!("/%2e%2e/{name}.secret"),
        format!("/assets/..%2f..%2f{name}.secret"),
    ] {
        let answer = world.get(&address).await;
        assert!(answer.status.is_client_error(), "{address}: {}", answer.status);
        assert_eq!(answer.header("cache-control"), "no-store", "{address}");
        assert!(
            !text(&answer).contains("doctype") && !text(&answer).contains("not of the app"),
            "{address}"
        );
    }
    assert_eq!(
        world.ask(Request::post("/u/ada")).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[test]
fn a_folder_without_a_build_is_told() {
    let error = web_app(&std::env::temp_dir().join("no-such-build"), None, None).unwrap_err();
    assert!(error.to_string().contains("holds no build"), "{error}");
}
