//! Requests and answers that read like sentences.

use crate::witness::{Exchange, witness};
use axum::Router;
use axum::body::{Body, Bytes, HttpBody as _};
use chassis::{Caller, PRINCIPAL_HEADER, Seal, Service};
use chrono::Utc;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// Somebody who asks a router.
#[derive(Clone)]
pub struct Client {
    router: Router,
    headers: HeaderMap,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as JSON where it is JSON.
    pub json: Value,
    /// The body as it came.
    pub text: String,
    asked: String,
}

impl Answer {
    /// The body, if the status is this one.
    ///
    /// # Panics
    /// When it is another, with the body in the message.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert!(
            self.status == status,
            "{} answered {} instead of {status}: {}",
            self.asked,
            self.status,
            self.text
        );
        self.json
    }

    /// The refusal's code, if the status is this one.
    ///
    /// # Panics
    /// When the status is another, or the body is not in the contract's shape.
    #[track_caller]
    pub fn refused(self, status: u16) -> String {
        let asked = self.asked.clone();
        let body = self.expect(status);
        for field in ["error", "message", "code", "requestId"] {
            assert!(
                body[field].is_string(),
                "{asked}: the refusal has no {field}: {body}"
            );
        }
        body["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl Client {
    /// Asks this router.
    #[must_use]
    pub fn new(router: Router) -> Self {
        Self {
            router,
            headers: HeaderMap::new(),
        }
    }

    /// With a header on every request.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut with = self.clone();
        let name = HeaderName::try_from(name).expect("a header's name");
        with.headers
            .insert(name, HeaderValue::try_from(value).expect("a header's value"));
        with
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// PATCH with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Any method, with a JSON body or none.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.raw(request.body(body).expect("a request")).await
    }

    /// A request of any form; this client's headers are added where they are missing.
    pub async fn raw(&self, mut request: Request<Body>) -> Answer {
        for (name, value) in &self.headers {
            if !request.headers().contains_key(name) {
                request.headers_mut().insert(name, value.clone());
            }
        }
        call(&self.router, request).await
    }
}

/// A body of a request that is longer is not looked at.
const LONGEST_TYPED: u64 = 1024 * 1024;

/// Asks a router one thing. The program's [`witness`] sees what is answered.
///
/// # Panics
/// When the answer tells a secret.
pub async fn call(router: &Router, request: Request<Body>) -> Answer {
    let witness = witness();
    let asked = format!("{} {}", request.method(), request.uri());
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let asked_with = request.headers().clone();
    let (typed, request) = read(request).await;
    let Ok(answer) = router.clone().oneshot(request).await;
    let (parts, body) = answer.into_parts();
    let bytes = body.collect().await.expect("the body can be read").to_bytes();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    witness.answered(&Exchange {
        method: &method,
        uri: &uri,
        asked_with: &asked_with,
        typed: &typed,
        status: parts.status,
        headers: &parts.headers,
        text: &text,
    });
    let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Answer {
        status: parts.status,
        headers: parts.headers,
        json,
        text,
        asked,
    }
}

/// What a request's body says, if it says how long it is, and the request as it was.
async fn read(request: Request<Body>) -> (Bytes, Request<Body>) {
    let size = request.body().size_hint().exact();
    if size.is_none_or(|size| size == 0 || size > LONGEST_TYPED) {
        return (Bytes::new(), request);
    }
    let (parts, body) = request.into_parts();
    let typed = body
        .collect()
        .await
        .expect("the request's body can be read")
        .to_bytes();
    (typed.clone(), Request::from_parts(parts, Body::from(typed)))
}

/// A client whose requests carry the edge's word for this caller.
#[must_use]
pub fn signed(service: &Service, seal: &Seal, caller: &Caller) -> Client {
    let voucher = seal.vouch(service.name, caller, false, Utc::now());
    let voucher = voucher.expect("a voucher");
    let client = Client::new(service.router.clone());
    client.with(PRINCIPAL_HEADER.as_str(), voucher.to_str().expect("ASCII"))
}
