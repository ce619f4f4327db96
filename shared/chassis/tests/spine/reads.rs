//! What is kept, what is compressed, and for whom.

use crate::support::start;
use http::header;
use testkit::Client;

async fn encoding(client: &Client, path: &str) -> Option<String> {
    let answer = client.with("accept-encoding", "gzip").get(path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let encoding = answer.headers.get(header::CONTENT_ENCODING);
    encoding.map(|it| it.to_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_is_answered_once_and_confirmed_afterwards() {
    let app = start().await;
    let alice = app.member("alice");
    let first = alice.get("/long").await;
    assert_eq!(first.headers[header::CACHE_CONTROL], "private, no-cache");
    let tag = first.headers[header::ETAG].to_str().unwrap().to_owned();
    let again = alice.with("if-none-match", &tag).get("/long").await;
    assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""));
    assert_eq!(again.headers[header::ETAG].to_str().unwrap(), tag);
    assert!(again.headers.contains_key("x-request-id"));
    // What may be kept by one is not given to another: it is their own answer that is compared.
    let bob = app.member("bob").with("if-none-match", &tag);
    assert_eq!(bob.get("/whoami").await.status, 200);
    // A refusal is never confirmed, whatever the asker holds.
    let nobody = app.anonymous().with("if-none-match", "*");
    assert_eq!(nobody.get("/whoami").await.refused(401), "UNAUTHENTICATED");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_and_nothing_another_site_asked_for_is_compressed() {
    let app = start().await;
    let alice = app.member("alice");
    assert_eq!(encoding(&alice, "/long").await.as_deref(), Some("gzip"));
    for ours in ["same-origin", "none"] {
        let page = alice.with("sec-fetch-site", ours);
        assert_eq!(encoding(&page, "/long").await.as_deref(), Some("gzip"), "{ours}");
    }
    for theirs in ["cross-site", "same-site", "anything"] {
        let page = alice.with("sec-fetch-site", theirs);
        assert_eq!(encoding(&page, "/long").await, None, "{theirs}");
    }
    assert_eq!(encoding(&alice, "/secret").await, None);
    assert_eq!(
        encoding(&alice, "/whoami").await,
        None,
        "too short to be worth it"
    );
    assert!(
        alice.get("/long").await.json.is_object(),
        "plain for who cannot read gzip"
    );
}
