//! What stands before every handler.

use crate::support::{notes, start};
use axum::body::Body;
use chassis::{Caller, Seal, Secrets};
use http::Request;
use serde_json::json;
use testkit::signed;

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_around_the_edge_is_refused() {
    let app = start().await;
    assert_eq!(
        app.outsider()
            .post("/things", json!({ "name": "x" }))
            .await
            .refused(403),
        "NOT_THROUGH_THE_EDGE"
    );
    let forger = Seal::new(Secrets::random().key("edge"));
    let forged = signed(&app.service, &forger, &Caller::Edge);
    assert_eq!(
        forged.post("/things", json!({ "name": "x" })).await.refused(403),
        "NOT_THROUGH_THE_EDGE"
    );
    assert_eq!(
        app.anonymous()
            .post("/things", json!({ "name": "x" }))
            .await
            .refused(401),
        "UNAUTHENTICATED"
    );
    assert_eq!(app.anonymous().get("/nowhere").await.refused(404), "NOT_FOUND");
    assert_eq!(
        app.anonymous().delete("/things").await.refused(405),
        "METHOD_NOT_ALLOWED"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_panics_is_a_plain_failure() {
    let app = start().await;
    let answer = app.anonymous().get("/panic").await;
    assert!(!answer.text.contains("as you wished"));
    assert_eq!(answer.refused(500), "INTERNAL");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_is_given_the_first_answer() {
    let app = start().await;
    let alice = app.member("alice").with("idempotency-key", "k1");
    let (one, two) = tokio::join!(
        alice.post("/things", json!({ "name": "once" })),
        alice.post("/things", json!({ "name": "once" }))
    );
    assert_eq!(one.expect(201), two.expect(201));
    assert_eq!(
        alice
            .post("/things", json!({ "name": "other" }))
            .await
            .refused(422),
        "IDEMPOTENCY_KEY_REUSED"
    );
    let bob = app.member("bob").with("idempotency-key", "k1");
    bob.post("/things", json!({ "name": "another's" }))
        .await
        .expect(201);
    // A refusal is not kept.
    let retry = app.member("carol").with("idempotency-key", "k2");
    assert_eq!(
        retry
            .post("/things", json!({ "name": "refuse" }))
            .await
            .refused(409),
        "REFUSED"
    );
    app.settle().await;
    assert_eq!(
        (notes(&app, "once").await, notes(&app, "another's").await),
        (1, 1)
    );
    app.at_rest().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_cannot_be_read_are_refused_in_the_contracts_shape() {
    let app = start().await;
    let alice = app.member("alice");
    let post = |content_type: &'static str, body: Vec<u8>| {
        let request = Request::post("/things")
            .header("content-type", content_type)
            .body(Body::from(body))
            .unwrap();
        let alice = alice.clone();
        async move { alice.raw(request).await }
    };
    assert_eq!(
        post("text/plain", b"{}".to_vec()).await.refused(415),
        "UNSUPPORTED_MEDIA_TYPE"
    );
    let packed = Request::post("/things").header("content-type", "application/json");
    let packed = packed.header("content-encoding", "gzip");
    let packed = packed.body(Body::from(r#"{"name":"a"}"#)).unwrap();
    assert_eq!(alice.raw(packed).await.refused(415), "UNSUPPORTED_MEDIA_TYPE");
    // Also where no body is read, and where nothing says what it is.
    for path in ["/things", "/panic", "/nowhere"] {
        let request = Request::delete(path).body(Body::from("{}")).unwrap();
        assert_eq!(
            alice.raw(request).await.refused(415),
            "UNSUPPORTED_MEDIA_TYPE",
            "{path}"
        );
    }
    let nothing = Request::post("/things").body(Body::empty()).unwrap();
    assert_eq!(alice.raw(nothing).await.refused(400), "VALIDATION_ERROR");
    assert_eq!(
        post("application/json", vec![b' '; 10_000_000])
            .await
            .refused(413),
        "PAYLOAD_TOO_LARGE"
    );
    for bad in [
        "",
        "{",
        "[]",
        r#"{"name":7}"#,
        r#"{"name":"a\u0000b"}"#,
        r#"{"name":"a\u0000b","x":1e400}"#,
        r#"{"name":"a","name":"b"}"#,
        "{}",
    ] {
        assert_eq!(
            post("application/json", bad.into()).await.refused(400),
            "VALIDATION_ERROR",
            "{bad}"
        );
    }
    for address in ["/things?%FF", "/things?x=a%00b", "/things/%C3%28", "/nowhere/%00"] {
        assert_eq!(
            alice.get(address).await.refused(400),
            "VALIDATION_ERROR",
            "{address}"
        );
    }
    assert_eq!(
        post("application/json", b"{\"name\":\"\xff\xfe\"}".to_vec())
            .await
            .refused(400),
        "VALIDATION_ERROR"
    );
    let deep = format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000));
    assert_eq!(
        post("application/json", deep.into_bytes()).await.refused(400),
        "VALIDATION_ERROR"
    );
}
