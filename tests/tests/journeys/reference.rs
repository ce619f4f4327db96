//! The API's reference as the web app's build makes it: all that its page names, and all that this names in turn, is there.

use axum::Router;
use chassis::Secrets;
use chassis::config::Environment;
use http::header;
use ops::network::{Network, nowhere};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use testkit::{Answer, Client};

/// Builds the reference into a folder that holds nothing else but a page, and serves that.
fn site(folder: &Path) -> Client {
    std::fs::write(folder.join("index.html"), "<!doctype html>").expect("a page");
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web");
    let built = Command::new("node")
        .arg(web.join("scripts/reference.mjs"))
        .arg(folder.join("docs"))
        .status()
        .expect("node, which make test installs");
    assert!(built.success(), "web/scripts/reference.mjs: {built}");
    let settings = nowhere(Secrets::random(), Environment::default()).expect("settings");
    let app: Router = edge::web_app(folder, None, None).expect("a build");
    Client::new(Network::assemble(&settings, app).expect("a network").router)
}

/// Everything of this site that stands in quotes of any kind and begins like an address.
fn named(text: &str, begins: &str) -> BTreeSet<String> {
    let pieces = text.split(['"', '\'', '`']);
    let addresses = pieces.filter(|piece| piece.starts_with(begins) && !piece.contains([' ', '\n', '{']));
    addresses.map(str::to_owned).collect()
}

fn said(answer: &Answer, name: header::HeaderName) -> &str {
    answer
        .headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_the_reference_needs_comes_from_here() {
    let folder = tempfile::tempdir().expect("a folder");
    let site = site(folder.path());
    let page = site.get("/docs").await;
    assert_eq!(page.status, 200, "{}", page.text);
    let policy = said(&page, header::CONTENT_SECURITY_POLICY);
    assert!(
        policy.contains("script-src 'self';") && policy.contains("connect-src 'self';"),
        "{policy}"
    );
    assert!(
        !page.text.contains("://"),
        "the page names another site: {}",
        page.text
    );
    assert!(!page.text.contains("<style") && page.text.matches("<script").count() == 1);

    let mut waiting = named(&page.text, "/docs/");
    assert!(waiting.len() >= 3, "script, style and program: {}", page.text);
    let (mut seen, mut wrong) = (BTreeSet::new(), Vec::new());
    while let Some(address) = waiting.pop_first() {
        let answer = site.get(&address).await;
        let expected = match address.rsplit_once('.') {
            Some((_, "js")) => "javascript",
            Some((_, "css")) => "text/css",
            _ => "nothing that is known",
        };
        let kind = said(&answer, header::CONTENT_TYPE);
        let is_right = answer.status == 200 && kind.contains(expected) && !answer.text.is_empty();
        if !is_right || said(&answer, header::X_CONTENT_TYPE_OPTIONS) != "nosniff" {
            wrong.push(format!("{address}: {} {kind}", answer.status));
        }
        let (folder, _) = address.rsplit_once('/').expect("an address");
        for relative in named(&answer.text, "./") {
            if relative.ends_with(".js") {
                let next = format!("{folder}/{}", relative.trim_start_matches("./"));
                if !seen.contains(&next) {
                    waiting.insert(next);
                }
            }
        }
        seen.insert(address);
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(
        seen.len() > 50,
        "only {} files: its pieces are no longer found",
        seen.len()
    );
    let document = site.get("/openapi.json").await.expect(200);
    assert!(
        document["paths"]
            .as_object()
            .is_some_and(|paths| paths.len() > 40)
    );
}
