//! What stands before every handler of every service, on a laptop, in a container and on Lambda alike.

use super::allowance::whole_seconds;
use super::compress::compressed;
use super::extract::{RequestCause, must_be_json, must_be_text, too_large};
use super::read::Kept;
use super::{ErrorBody, Origins};
use crate::asker::on_behalf_of;
use crate::error::{Unrendered, causes_of};
use crate::{Error, Gate, Refusal};
use anyhow::anyhow;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, MatchedPath, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use events::{AccountId, Cause};
use futures::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, Request, header};
use std::panic::AssertUnwindSafe;
use std::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

/// Names a request; the edge makes it, everything that follows carries it.
pub const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Largest JSON body. The largest thing anybody may say is a text of 5,000 characters.
const MAX_BODY: usize = 256 * 1024;

/// What the guard needs to know.
#[derive(Clone)]
pub struct Guard {
    /// The service's name, for logs.
    pub service: &'static str,
    /// Checks that the edge vouches for the asker.
    pub gate: Gate,
    /// Whose pages may write.
    pub origins: Origins,
}

/// Puts the guard before every route of a service; unknown addresses are answered in the contract's shape, too.
pub fn guarded(router: Router, guard: Guard) -> Router {
    let router = router
        .fallback(async || Refusal::nothing_here())
        .method_not_allowed_fallback(async || Refusal::method_not_allowed())
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn_with_state(guard, before));
    compressed(router)
}

async fn before(State(guard): State<Guard>, mut request: Request<Body>, next: Next) -> Response {
    let started = Instant::now();
    let request_id = request_id(request.headers());
    let method = request.method().clone();
    let kept = Kept::of(&method, request.headers());
    let path = request.extensions().get::<MatchedPath>().cloned();
    let route = path.as_ref().map_or("", MatchedPath::as_str);
    let span = tracing::info_span!("request", service = guard.service, %request_id, %method, route);
    let response = async {
        let admitted = admit(&guard, &mut request, request_id);
        match admitted {
            Err(refusal) => refusal.into_response(),
            Ok(asker) => AssertUnwindSafe(on_behalf_of(asker, next.run(request)))
                .catch_unwind()
                .await
                .unwrap_or_else(|_panic| {
                    // What it said was printed by the panic hook; the asker learns only that we failed.
                    Error::Failed(anyhow!("a handler panicked")).into_response()
                }),
        }
    }
    .instrument(span.clone())
    .await;
    let _in_span = span.enter();
    let mut response = kept.spare(render(response, request_id));
    if let Some(path) = path {
        // An edge in the same process logs the route, too.
        response.extensions_mut().insert(path);
    }
    tracing::debug!(
        status = response.status().as_u16(),
        duration_ms = started.elapsed().as_secs_f64() * 1e3,
        "answered"
    );
    response
}

/// Puts what is known of a request beside it; answers whose it is.
fn admit(guard: &Guard, request: &mut Request<Body>, request_id: Uuid) -> Result<Option<AccountId>, Refusal> {
    guard.origins.check(request.method(), request.headers())?;
    let voucher = guard.gate.open(guard.service, request.headers(), Utc::now())?;
    voucher.is_for(request.headers())?;
    must_be_text(request.uri())?;
    let declared = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length: usize| length > MAX_BODY) {
        return Err(too_large());
    }
    must_be_json(request)?;
    let traceparent = request
        .headers()
        .get(TRACEPARENT)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let cause = Cause {
        correlation_id: request_id,
        causation_id: None,
        actor: voucher.caller.account(),
        traceparent,
    };
    request.extensions_mut().insert(RequestCause(cause));
    let asker = voucher.caller.account();
    request.extensions_mut().insert(voucher);
    Ok(asker)
}

fn request_id(headers: &HeaderMap) -> Uuid {
    let given = headers
        .get(REQUEST_ID_HEADER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    given.unwrap_or_else(Uuid::now_v7)
}

/// Puts a refusal or failure into the contract's words, logs a failure once, and adds the headers that every
/// answer has.
pub fn render(response: Response, request_id: Uuid) -> Response {
    let (mut parts, body) = response.into_parts();
    let mut body = body;
    if let Some(Unrendered { refusal, cause }) = parts.extensions.remove() {
        if let Some(error) = cause {
            tracing::error!(error = causes_of(&error).join(": "), "request failed");
        }
        parts.status = refusal.status;
        parts
            .headers
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        parts
            .headers
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        parts.headers.remove(header::CONTENT_LENGTH);
        if let Some(wait) = refusal.retry_after {
            parts
                .headers
                .insert(header::RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
        }
        if let Some(quota) = refusal.quota {
            quota.write(&mut parts.headers);
        }
        body = Body::from(ErrorBody::new(&refusal, request_id).to_json());
    }
    if let Ok(value) = HeaderValue::try_from(request_id.to_string()) {
        parts.headers.insert(REQUEST_ID_HEADER, value);
    }
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in fixed {
        parts
            .headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    parts
        .headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(policy);
    Response::from_parts(parts, body)
}
