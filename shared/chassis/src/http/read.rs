//! Answers to reads: whoever asked may keep them, and asks each time whether they still hold.
//!
//! `Cache-Control: private, no-cache` and a weak `ETag` over the body. Nothing is ever shown from a cache without
//! asking: the handler runs, looks with the asker's eyes as they are now, and only when the very same words would be
//! answered is the answer a 304. So a block, a suspension or an edit counts at once, and whoever logs in next on the
//! same machine is given nothing that they would not be given anyway. What is not for keeping (log-ins, secrets,
//! writes, refusals, what moderators see) stays `no-store`, which is what [`super::Json`] says.

use crate::Error;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Half of the hash: by accident two answers never share it, and nobody gains by doing it on purpose to themselves.
const KEPT_OF_HASH: usize = 16;

/// The answer to a read, as JSON.
pub struct Read<T>(pub T);

impl<T: Serialize> IntoResponse for Read<T> {
    fn into_response(self) -> Response {
        let body = match serde_json::to_vec(&self.0) {
            Ok(body) => body,
            Err(error) => return Error::from(error).into_response(),
        };
        let tag = tag_of(&body);
        let mut response = Response::new(Body::from(body));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        );
        if let Ok(tag) = HeaderValue::try_from(tag) {
            headers.insert(header::ETAG, tag);
        }
        response
    }
}

/// Weak, because compression changes the bytes and not what they say.
fn tag_of(body: &[u8]) -> String {
    let hash = Sha256::digest(body);
    let kept = hash.get(..KEPT_OF_HASH).unwrap_or(&hash);
    format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(kept))
}

/// What the asker has kept.
pub(super) struct Kept(Vec<HeaderValue>);

impl Kept {
    /// Reads `If-None-Match` of a read; of a write it means something else.
    pub(super) fn of(method: &Method, headers: &HeaderMap) -> Self {
        if !matches!(*method, Method::GET | Method::HEAD) {
            return Self(Vec::new());
        }
        Self(headers.get_all(header::IF_NONE_MATCH).iter().cloned().collect())
    }

    /// 304 instead of an answer that says what the asker has already.
    pub(super) fn spare(&self, response: Response) -> Response {
        if response.status() != StatusCode::OK || !self.holds(response.headers().get(header::ETAG)) {
            return response;
        }
        let (mut parts, _body) = response.into_parts();
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        Response::from_parts(parts, Body::empty())
    }

    fn holds(&self, tag: Option<&HeaderValue>) -> bool {
        let Some(tag) = tag.and_then(|tag| tag.to_str().ok()) else {
            return false;
        };
        let lists = self.0.iter().filter_map(|value| value.to_str().ok());
        // No comma stands in a tag of ours.
        let mut kept = lists.flat_map(|list| list.split(',')).map(str::trim);
        kept.any(|kept| kept == "*" || opaque(kept) == opaque(tag))
    }
}

fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &Method, kept: &[&str]) -> (StatusCode, HeaderMap) {
        let headers = kept
            .iter()
            .map(|tag| (header::IF_NONE_MATCH, tag.parse().unwrap()));
        let kept = Kept::of(method, &headers.collect());
        let answer = kept.spare(Read("rain").into_response());
        (answer.status(), answer.headers().clone())
    }

    #[test]
    fn who_has_the_same_words_is_spared_them_and_nobody_else() {
        let (status, headers) = asked(&Method::GET, &[]);
        let tag = headers[header::ETAG].to_str().unwrap().to_owned();
        assert_eq!(
            (status, headers[header::CACHE_CONTROL].to_str().unwrap()),
            (StatusCode::OK, "private, no-cache")
        );
        assert!(tag.starts_with("W/\""), "{tag}");
        let strong = tag.trim_start_matches("W/");
        for kept in [
            &[tag.as_str()][..],
            &[strong],
            &["\"other\", W/\"more\"", &tag],
            &["*"],
        ] {
            let (status, headers) = asked(&Method::GET, kept);
            assert_eq!(status, StatusCode::NOT_MODIFIED, "{kept:?}");
            assert_eq!(headers[header::ETAG].to_str().unwrap(), tag);
            assert!(!headers.contains_key(header::CONTENT_TYPE));
        }
        for kept in ["W/\"other\"", "", "\"\"", "rain"] {
            assert_eq!(asked(&Method::GET, &[kept]).0, StatusCode::OK, "{kept}");
        }
        assert_eq!(asked(&Method::POST, &["*"]).0, StatusCode::OK);
    }
}
