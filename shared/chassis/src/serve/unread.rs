//! What is refused before it is a request: hyper answers by itself what it cannot read, with a status and nothing else.
//! Here such an answer is given the contract's shape.

use crate::Refusal;
use crate::http::{ErrorBody, render};
use axum::response::IntoResponse;
use chrono::Utc;
use http::{HeaderValue, StatusCode, header};
use uuid::Uuid;

/// All that hyper's own answers say beside their status. Those of a router have more: each names its request.
const OF_HYPER: [&str; 3] = ["connection", "content-length", "date"];

/// The status of an answer that hyper gave by itself.
pub(super) fn status_of_hyper(written: &[u8]) -> Option<StatusCode> {
    let head = written
        .strip_prefix(b"HTTP/1.1 4")
        .and(written.strip_suffix(b"\r\n\r\n"))?;
    let mut lines = std::str::from_utf8(head).ok()?.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let is_of_hyper = |line: &str| {
        line.split_once(": ")
            .is_some_and(|(name, _)| OF_HYPER.contains(&name))
    };
    lines.all(is_of_hyper).then_some(status)
}

/// The same status in the contract's shape.
pub(super) fn in_words(status: StatusCode) -> Vec<u8> {
    let (code, message) = match status {
        StatusCode::URI_TOO_LONG => ("URI_TOO_LONG", "The address is too long"),
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => (
            "HEADERS_TOO_LARGE",
            "The address and the headers are too long, or too many; leave out what is not needed",
        ),
        _ => ("VALIDATION_ERROR", "This is not a request of HTTP/1.1"),
    };
    let (refusal, request_id) = (Refusal::new(status, code, message), Uuid::now_v7());
    let body = ErrorBody::new(&refusal, request_id).to_json();
    tracing::debug!(%request_id, status = status.as_u16(), "what was asked could not be read");
    let (mut parts, _) = render(refusal.into_response(), request_id).into_parts();
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    parts
        .headers
        .insert(header::CONNECTION, HeaderValue::from_static("close"));
    let date = Utc::now().format("%a, %d %b %Y %H:%M:%S GMT");
    let mut said = format!("HTTP/1.1 {status}\r\ndate: {date}\r\n").into_bytes();
    for (name, value) in &parts.headers {
        said.extend_from_slice(name.as_str().as_bytes());
        said.extend_from_slice(b": ");
        said.extend_from_slice(value.as_bytes());
        said.extend_from_slice(b"\r\n");
    }
    said.extend_from_slice(b"\r\n");
    said.extend_from_slice(&body);
    said
}
