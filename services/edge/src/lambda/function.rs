//! A service as a function of Lambda, asked by IAM with an event of the shape that API Gateway gives it.

use anyhow::{Context, anyhow};
use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::Builder;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::error::DisplayErrorContext;
use aws_sdk_lambda::primitives::Blob;
use axum::body::{Body, HttpBody as _};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chassis::http::REQUEST_ID_HEADER;
use chassis::process::lambda::Vouched;
use chassis::{CLIENT_HEADER, PRINCIPAL_HEADER};
use http::{HeaderName, Request, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// For how long Lambda may take to accept a connection.
const CONNECT_LIMIT: Duration = Duration::from_secs(1);

/// A function that answers requests.
#[derive(Clone, Debug)]
pub struct Function {
    client: Client,
    /// Of its alias.
    arn: String,
}

/// What it answers, as far as the edge looks at it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: u16,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// How functions are asked. Nothing is connected before the first use.
pub(super) async fn client() -> Client {
    let means = chassis::aws::means().await;
    let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT_LIMIT).build();
    Client::from_conf(Builder::from(&means).timeout_config(timeouts).build())
}

impl Function {
    pub(super) fn new(client: &Client, arn: String) -> Self {
        Self {
            client: client.clone(),
            arn,
        }
    }

    /// Asks it, without a body. What it answers has a status and a body, and no headers.
    ///
    /// # Errors
    /// When it cannot be called, fails, or answers in another shape.
    pub(crate) async fn ask(&self, request: Request<Body>) -> anyhow::Result<Response> {
        let event = serde_json::to_vec(&event(&request)?)?;
        let called = self.client.invoke().function_name(&self.arn);
        // What the SDK does meanwhile is large, and is not carried around by requests that go elsewhere.
        let called = Box::pin(called.payload(Blob::new(event)).send()).await;
        let called = called.map_err(|error| anyhow!("{}", DisplayErrorContext(error)))?;
        // Why stands in its own log; what it says here may hold what people wrote.
        if let Some(error) = called.function_error() {
            anyhow::bail!("it failed ({error})");
        }
        let answer = called.payload().map(AsRef::as_ref).unwrap_or_default();
        response(answer).context("it answered in another shape than API Gateway's")
    }
}

fn event(request: &Request<Body>) -> anyhow::Result<Value> {
    let is_empty = request.body().size_hint().exact() == Some(0);
    anyhow::ensure!(is_empty, "functions are asked without a body");
    let text = |name: HeaderName| request.headers().get(name)?.to_str().ok();
    let vouched = Vouched {
        principal: request.headers().get(PRINCIPAL_HEADER).cloned(),
        client: text(CLIENT_HEADER).and_then(|client| client.parse().ok()),
        is_expelled: false,
    };
    let (method, path) = (request.method().as_str(), request.uri().path());
    Ok(json!({
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": {},
        "multiValueHeaders": {},
        "queryStringParameters": null,
        "multiValueQueryStringParameters": null,
        "pathParameters": null,
        "stageVariables": null,
        "requestContext": {
            "authorizer": vouched.context(),
            "httpMethod": method,
            "path": path,
            "requestId": text(REQUEST_ID_HEADER),
        },
        "body": null,
        "isBase64Encoded": false,
    }))
}

fn response(answer: &[u8]) -> anyhow::Result<Response> {
    // What serde says of it might repeat it.
    let answer: Answer = serde_json::from_slice(answer).map_err(|_error| anyhow!("it has no status"))?;
    let body = answer.body.unwrap_or_default();
    let body = if answer.is_base64_encoded {
        STANDARD.decode(body)?
    } else {
        body.into_bytes()
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(answer.status_code)?;
    Ok(response)
}
