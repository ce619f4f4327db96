//! What may come in. Everything that cannot be read is refused here with a clear word, and nothing that
//! PostgreSQL could choke on (NUL characters, broken UTF-8) gets past.

use super::words::about;
use crate::{Error, Refusal, Result};
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequest};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request, StatusCode, Uri, header};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

/// A JSON body, in or out.
///
/// As an extractor it also keeps the bytes; what says that it is something else than JSON does not get as far, see
/// `http::guarded`. As an answer it is never stored by anybody between us and the asker.
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

/// Refuses an address that is no text, wherever in it that is: a service that does not look at its query today may
/// tomorrow.
pub(crate) fn must_be_text(uri: &Uri) -> Result<(), Refusal> {
    let is_text = |part: &str| {
        !part.contains('%')
            || percent_decode_str(part)
                .decode_utf8()
                .is_ok_and(|decoded| !decoded.contains('\0'))
    };
    let refused = |part: &str, words: &str| {
        let message = format!("{words} must be UTF-8, without NUL characters");
        Err(Refusal::invalid(part, message))
    };
    if !is_text(uri.path()) {
        return refused("path", "The address");
    }
    if !uri.query().is_none_or(is_text) {
        return refused("query", "The query");
    }
    Ok(())
}

/// Refuses a write whose body, if it has one, does not say that it is JSON, as it stands: a form of another site's page
/// cannot say so, and nobody unpacks what is compressed.
pub(crate) fn must_be_json(request: &Request<Body>) -> Result<(), Refusal> {
    let has_body = !request.body().is_end_stream();
    let is_readable =
        is_json(request.headers().get(header::CONTENT_TYPE)) && !is_compressed(request.headers());
    if request.method().is_safe() || !has_body || is_readable {
        return Ok(());
    }
    let message = "Send the body as JSON, with Content-Type: application/json and not compressed";
    Err(Refusal::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "UNSUPPORTED_MEDIA_TYPE",
        message,
    ))
}

fn is_json(content_type: Option<&HeaderValue>) -> bool {
    let essence = content_type
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

fn is_compressed(headers: &HeaderMap) -> bool {
    let encodings = headers.get_all(header::CONTENT_ENCODING);
    let mut encodings = encodings.iter().map(HeaderValue::as_bytes);
    encodings.any(|encoding| !encoding.eq_ignore_ascii_case(b"identity"))
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
    // What no field of `T` is made of is skipped unread, so all of it is looked at here.
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(body_refused("The body must be UTF-8"));
    };
    if text.trim_ascii().is_empty() {
        return Err(body_refused("The body is missing; send a JSON object"));
    }
    // Serde would take a list for a struct, value by value.
    if !text.trim_ascii_start().starts_with('{') {
        return Err(body_refused("The body must be a JSON object"));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        explain(&path, error.inner(), text)
    })?;
    reader
        .end()
        .map_err(|_error| body_refused("The body has something after its JSON"))?;
    if spells_nul(bytes) {
        return Err(body_refused("The body must not contain NUL characters"));
    }
    Ok(value)
}

fn body_refused(message: &str) -> Refusal {
    Refusal::invalid("body", message)
}

/// Whether any string in this JSON, key or value, holds a NUL. Outside of strings JSON has no backslashes, and a NUL that
/// is not escaped is no JSON.
fn spells_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = rest.get(at..).unwrap_or_default();
        if escape.starts_with(b"\\u0000") {
            return true;
        }
        rest = escape.get(2..).unwrap_or_default();
    }
    false
}

/// Serde's words, made into a person's.
fn explain(path: &str, error: &serde_json::Error, text: &str) -> Refusal {
    // It calls a field's wrong value a wrong syntax when it is of another kind than any that would do.
    let is_json = error.is_data() || serde_json::from_str::<IgnoredAny>(text).is_ok();
    if !is_json {
        return body_refused(&format!(
            "The body is not valid JSON (line {}, column {})",
            error.line(),
            error.column()
        ));
    }
    let said = error.to_string();
    let words = said.split(" at line ").next().unwrap_or_default();
    about(path, words)
}

/// A query string.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| {
                let said = rejection.body_text();
                let words = said.rsplit_once("query string: ").map_or("", |(_, words)| words);
                match words.split_once(": ") {
                    Some((field, words)) if field.chars().all(char::is_alphanumeric) => about(field, words),
                    _ => about("query", words),
                }
            })
    }
}

/// Parts of the path.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
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
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Ask {
        display_name: String,
        colour: Option<Colour>,
        size: Option<i64>,
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Colour {
        Red,
        Blue,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {
        #[expect(dead_code, reason = "only whether it can be read matters")]
        ids: Vec<uuid::Uuid>,
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
        let about = |body: &str| refused(body.as_bytes());
        let name = |words: &str| ("displayName".to_owned(), format!("DisplayName {words}"));
        let body = |words: &str| ("body".to_owned(), format!("The body {words}"));
        assert_eq!(about("{}"), name("is required"));
        assert_eq!(about(r#"{"displayName": 7}"#), name("must be a string"));
        assert_eq!(
            about(r#"{"displayName":"a","displayName":"b"}"#),
            name("is given twice")
        );
        assert_eq!(about(r#"["a"]"#), body("must be a JSON object"));
        assert_eq!(about(" \n"), body("is missing; send a JSON object"));
        assert_eq!(
            about(r#"{"displayName":"a"} x"#),
            body("has something after its JSON")
        );
        assert_eq!(
            about(r#"{"displayName":"a",}"#),
            body("is not valid JSON (line 1, column 20)")
        );
        assert_eq!(
            about(r#"{"displayName":"\ud800"}"#),
            name("has characters that are none")
        );
        assert_eq!(
            about(r#"{"displayName":"a","colour":7}"#),
            ("colour".into(), "Colour has a value that cannot be used".into())
        );
        assert_eq!(
            about(r#"{"displayName":"a","colour":"expected `x`"}"#).1,
            "Colour must be red or blue"
        );
        assert_eq!(
            about(r#"{"displayName":"a","size":1e400}"#).1,
            "Size must be a number that is neither too small nor too large"
        );
        assert_eq!(
            about(r#"{"displayName":"a","inner":7}"#).1,
            "Inner must be an object"
        );
        assert_eq!(
            about(r#"{"displayName":"a","inner":{"ids":["x"]}}"#),
            ("inner.ids[0]".into(), "Inner.ids[0] must be an id".into())
        );
    }

    #[test]
    fn what_no_field_is_made_of_is_looked_at_too() {
        let nul = "The body must not contain NUL characters";
        for hidden in [
            r#"{"displayName":"a\u0000"}"#,
            r#"{"displayName":"a","x":"\u0000"}"#,
            r#"{"displayName":"a","\u0000":1}"#,
            r#"{"displayName":"a\u0000","x":1e400}"#,
            r#"{"displayName":"\\\u0000"}"#,
        ] {
            assert_eq!(refused(hidden.as_bytes()).1, nul, "{hidden}");
        }
        for broken in [
            &b"{\"displayName\":\"\xff\"}"[..],
            b"{\"displayName\":\"a\",\"x\":\"\xff\"}",
        ] {
            assert_eq!(refused(broken).1, "The body must be UTF-8");
        }
        assert!(
            parse::<Ask>(br#"{"displayName":"\\u0000"}"#).is_ok(),
            "an escaped backslash is no NUL"
        );
        let deep = format!(
            r#"{{"displayName":"a","x":{}1{}}}"#,
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        assert!(
            parse::<Ask>(deep.as_bytes()).is_ok(),
            "what is skipped costs no stack"
        );
        let deep = format!(r#"{{"displayName":{}"#, "[".repeat(100_000));
        assert_eq!(refused(deep.as_bytes()).0, "displayName");
    }

    #[test]
    fn an_address_is_text() {
        let field = |uri: &str| {
            must_be_text(&uri.parse().unwrap())
                .err()
                .map(|no| no.details[0].field.clone())
        };
        for (uri, wrong) in [
            ("/users/b%C3%A4r?q=%F0%9F%8E%AC&a=b%20c+d", None),
            ("/users/100%?q=5%", None),
            ("/users/%00", Some("path")),
            ("/users/%FF?q=%FF", Some("path")),
            ("/users/x?q=%C3%28", Some("query")),
            ("/users/x?%00", Some("query")),
        ] {
            assert_eq!(field(uri).as_deref(), wrong, "{uri}");
        }
    }
}
