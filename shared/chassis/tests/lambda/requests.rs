//! A request of API Gateway's in, the contract's answer out.

use crate::stage::{Stage, program};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chassis::{Caller, PRINCIPAL_HEADER};
use serde_json::{Value, json};
use testkit::lambda::requests::Asked;

/// An answer's body, which must be JSON.
fn body(answer: &Value) -> Value {
    let text = answer["body"]
        .as_str()
        .unwrap_or_else(|| panic!("no body: {answer}"));
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

fn refused(answer: &Value) -> (u64, String) {
    let body = body(answer);
    for field in ["error", "message", "code", "requestId"] {
        assert!(body[field].is_string(), "the refusal has no {field}: {body}");
    }
    let code = body["code"].as_str().unwrap_or_default();
    (answer["statusCode"].as_u64().unwrap_or_default(), code.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_writes_is_answered_and_on_the_bus() {
    let stage = Stage::set().await;
    let function = stage.function("lambda-http").await;
    let (context, ada) = stage.context_of_ada();

    let asked = Asked::post("/api/things", json!({ "name": "rain" }));
    let answer = function.answers(asked.to_function(&context)).await;
    assert_eq!(
        (&answer["statusCode"], body(&answer)),
        (&json!(201), json!({ "name": "rain", "by": ada }))
    );
    assert_eq!(answer["isBase64Encoded"], false);
    assert_eq!(
        answer["multiValueHeaders"]["x-content-type-options"],
        json!(["nosniff"])
    );
    assert_eq!(stage.cloud.published(), ["identity.account-registered.v1"]);
    let conn = stage.app.session().await;
    assert_eq!(store::outbox::backlog(&conn).await.unwrap().pending, 0);

    // Who only reads publishes nothing, and whose write is refused has not written.
    let whoami = Asked::get("/api/whoami").asking("q", "rain & snow");
    let answer = function.answers(whoami.to_function(&context)).await;
    assert_eq!(body(&answer), json!({ "id": ada }));
    let asked = Asked::post("/api/things", json!({ "name": "refuse" }));
    let answer = function.answers(asked.to_function(&context)).await;
    assert_eq!(refused(&answer), (409, "REFUSED".to_owned()));
    assert!(stage.cloud.published().is_empty());

    // What was compressed comes in base64.
    let long = Asked::get("/api/long").with("Accept-Encoding", "gzip");
    let answer = function.answers(long.to_function(&context)).await;
    assert_eq!(
        (
            &answer["isBase64Encoded"],
            &answer["multiValueHeaders"]["content-encoding"]
        ),
        (&json!(true), &json!(["gzip"]))
    );
    let bytes = STANDARD.decode(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!(bytes[..2], [0x1f, 0x8b], "it is not gzip");

    // Asked by the edge itself, whether it is ready; and after a panic it lives on.
    let answer = function
        .answers(Asked::get("/api/panic").to_function(&context))
        .await;
    assert_eq!(answer["statusCode"], 500, "{answer}");
    let answer = function
        .answers(Asked::get("/ready").to_function(&json!({})))
        .await;
    assert_eq!(
        (&answer["statusCode"], &answer["body"]),
        (&json!(200), &json!("ok"))
    );
    function.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_no_header_says() {
    let stage = Stage::set().await;
    let function = stage.function("lambda-http").await;
    let (context, _) = stage.context_of_ada();

    // The word of the edge, brought along by a client.
    let word = context["principal"].as_str().unwrap();
    let forged = Asked::get("/api/whoami").with("X-Valine-Principal", word);
    assert_eq!(PRINCIPAL_HEADER, "x-valine-principal");
    let answer = function.answers(forged.to_function(&json!({}))).await;
    assert_eq!(refused(&answer), (403, "NOT_THROUGH_THE_EDGE".to_owned()));
    let anonymous = stage.context_of(&Caller::Anonymous);
    let answer = function.answers(forged.to_function(&anonymous)).await;
    assert_eq!(refused(&answer), (401, "UNAUTHENTICATED".to_owned()));
    let nobodys = function
        .answers(Asked::get("/api/nothing").to_function(&anonymous))
        .await;
    assert_eq!(refused(&nobodys), (404, "NOT_FOUND".to_owned()));

    // A cookie that counts no more is cleared where one was needed.
    let mut expelled = anonymous.clone();
    expelled["expelled"] = json!("true");
    for (path, context, is_cleared) in [
        ("/api/whoami", &expelled, true),
        ("/api/whoami", &anonymous, false),
        ("/api/nothing", &expelled, false),
    ] {
        let answer = function.answers(Asked::get(path).to_function(context)).await;
        let set = answer["multiValueHeaders"]["set-cookie"].to_string();
        assert_eq!(set.contains("jwt_token=; "), is_cleared, "{path}: {set}");
    }
    function.end().await;
}

#[test]
fn a_way_to_run_that_is_none_is_said_with_all_else_that_is_wrong() {
    let mut command = std::process::Command::new(program());
    let output = command
        .env_clear()
        .env("RUN_AS", "lambda-authorizer")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(
        said.contains("RUN_AS must be one of: container, lambda-http"),
        "{said}"
    );
    assert!(said.contains("SECRET_KEY is not set"), "{said}");
}
