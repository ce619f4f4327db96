//! What may come in. Everything that cannot be read is refused here with a clear word, and nothing that
//! PostgreSQL could choke on (NUL characters, broken UTF-8) gets past.

use crate::{Error, Refusal, Result};
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequest};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, Request, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A JSON body, in or out.
///
/// As an extractor it also keeps the bytes. As an answer it is never stored by anybody between us and the asker.
pub struct Json<T> {
    /// What was read, or is answered.
    pub value: T,
    /// The body as it came; empty in answers.
    pub bytes: Bytes,
}

impl<T> Json<T> {
    /// An answer.
    pub fn of(value: T) -> Self {
        Self {
            value,
            bytes: Bytes::new(),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut response = axum::Json(self.value).into_response();
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, state: &S) -> Result<Self> {
        if !is_json(request.headers().get(header::CONTENT_TYPE)) {
            let message = "Send the body as JSON, with Content-Type: application/json";
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UNSUPPORTED_MEDIA_TYPE",
                message,
            )
            .into());
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| unreadable(&rejection))?;
        let value = parse(&bytes)?;
        Ok(Self { value, bytes })
    }
}

impl<S: Send + Sync, T: DeserializeOwned> OptionalFromRequest<S> for Json<T> {
    type Rejection = Error;

    /// Nothing, where a body may be left out and is.
    async fn from_request(request: Request<Body>, state: &S) -> Result<Option<Self>> {
        if request.body().is_end_stream() && !request.headers().contains_key(header::CONTENT_TYPE) {
            return Ok(None);
        }
        let read = <Self as FromRequest<S>>::from_request(request, state);
        read.await.map(Some)
    }
}

fn is_json(content_type: Option<&HeaderValue>) -> bool {
    let essence = content_type
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

fn unreadable(rejection: &BytesRejection) -> Refusal {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Refusal::new(
        StatusCode::BAD_REQUEST,
        "VALIDATION_ERROR",
        "The body could not be read",
    )
}

/// 413 for a body over the limit.
pub(crate) fn too_large() -> Refusal {
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "PAYLOAD_TOO_LARGE",
        "The body is too large",
    )
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        explain(&path, error.inner())
    })?;
    reader
        .end()
        .map_err(|_error| body_refused("The body has something after its JSON"))?;
    // Serde would take a list for a struct, value by value.
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(body_refused("The body must be a JSON object"));
    }
    if contains_nul(bytes) {
        return Err(body_refused("The body must not contain NUL characters"));
    }
    Ok(value)
}

fn body_refused(message: &str) -> Refusal {
    Refusal::invalid("body", message)
}

/// Whether any string in this JSON, key or value, holds a NUL. Only bodies that spell one are looked at twice.
fn contains_nul(bytes: &[u8]) -> bool {
    let suspicious = bytes.windows(6).any(|window| window == b"\\u0000");
    suspicious && serde_json::from_slice(bytes).is_ok_and(|value| value_has_nul(&value))
}

fn value_has_nul(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(items) => items.iter().any(value_has_nul),
        serde_json::Value::Object(fields) => fields
            .iter()
            .any(|(key, value)| key.contains('\0') || value_has_nul(value)),
        _ => false,
    }
}

/// Serde's words, made into a person's.
fn explain(path: &str, error: &serde_json::Error) -> Refusal {
    let text = error.to_string();
    let words = text.split(" at line ").next().unwrap_or_default();
    let between_backticks = || words.split('`').nth(1).unwrap_or_default().to_owned();
    let nested = |name: &str| {
        if path.is_empty() || path == "." {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    if words.starts_with("missing field") {
        let name = between_backticks();
        return Refusal::invalid(nested(&name), format!("{} is required", sentence_case(&name)));
    }
    if words.starts_with("duplicate field") {
        let name = between_backticks();
        return Refusal::invalid(nested(&name), format!("{} is given twice", sentence_case(&name)));
    }
    if !error.is_data() {
        return body_refused(&format!(
            "The body is not valid JSON (line {}, column {})",
            error.line(),
            error.column()
        ));
    }
    let (field, name) = if path.is_empty() || path == "." {
        ("body", "The body")
    } else {
        (path, path)
    };
    // Serde repeats what it was given; a person knows, and a log should not.
    let expected = words
        .rsplit("expected ")
        .next()
        .filter(|_| words.contains("expected "))
        .unwrap_or("another value");
    Refusal::invalid(field, format!("{} must be {expected}", sentence_case(name)))
}

fn sentence_case(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// A query string.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(Refusal::invalid(
                "query",
                "The query must not contain NUL characters",
            ));
        }
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| {
                let text = rejection.body_text();
                let words = text
                    .rsplit("query string: ")
                    .next()
                    .unwrap_or("The query cannot be read");
                let field = words
                    .split(':')
                    .next()
                    .filter(|name| name.chars().all(char::is_alphanumeric))
                    .unwrap_or("query");
                Refusal::invalid(field, format!("The query cannot be read: {words}"))
            })
    }
}

/// Parts of the path.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        if parts.uri.path().contains("%00") {
            return Err(Refusal::invalid(
                "path",
                "The address must not contain NUL characters",
            ));
        }
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(value)| Self(value))
            .map_err(|_rejection| Refusal::invalid("path", "The address has an id that is none"))
    }
}

/// Why this request's changes happen: carried into every event it publishes.
#[derive(Clone, Debug)]
pub struct RequestCause(pub events::Cause);

impl<S: Send + Sync> FromRequestParts<S> for RequestCause {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let cause = parts.extensions.get::<Self>().cloned();
        cause.ok_or_else(|| Error::Failed(anyhow::anyhow!("the route is not guarded; see http::guarded")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Ask {
        #[expect(dead_code, reason = "only whether it can be read matters")]
        display_name: String,
    }

    fn refused(body: &[u8]) -> (String, String) {
        let refusal = parse::<Ask>(body).unwrap_err();
        (
            refusal.details[0].field.clone(),
            refusal.details[0].message.clone(),
        )
    }

    #[test]
    fn what_is_wrong_is_said_in_words_a_person_can_use() {
        assert_eq!(
            refused(b"{}"),
            ("displayName".into(), "DisplayName is required".into())
        );
        assert_eq!(
            refused(br#"{"displayName": 7}"#),
            ("displayName".into(), "DisplayName must be a string".into())
        );
        assert_eq!(
            refused(br#"{"displayName":"a","displayName":"b"}"#).1,
            "DisplayName is given twice"
        );
        assert_eq!(
            refused(br#"{"displayName":"a\u0000"}"#).1,
            "The body must not contain NUL characters"
        );
        assert_eq!(refused(br#"["a"]"#).1, "The body must be a JSON object");
        assert_eq!(refused(b"{\"displayName\":\"\xff\"}").0, "body");
        assert!(refused("[".repeat(100_000).as_bytes()).1.contains("must be") || !refused(b"[").1.is_empty());
        assert_eq!(
            refused(br#"{"displayName":"a"} x"#).1,
            "The body has something after its JSON"
        );
        assert!(
            parse::<Ask>(br#"{"displayName":"\\u0000"}"#).is_ok(),
            "an escaped backslash is no NUL"
        );
    }
}
