//! The endpoint as browsers and clients meet it.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    ETAG, IF_NONE_MATCH, LAST_MODIFIED, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tower::ServiceBuilder;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;

use super::objects::Objects;

/// How long a browser may remember what it is allowed.
const PREFLIGHT: Duration = Duration::from_secs(600);

pub(crate) fn router(
    objects: Objects,
    access_key: &str,
    secret_key: &str,
    origins: &[String],
) -> Result<Router> {
    let mut service = S3ServiceBuilder::new(objects);
    service.set_auth(SimpleAuth::from_single(access_key, secret_key));
    let always = |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    let layers = ServiceBuilder::new()
        // What members upload is shown as what its type says, and never runs.
        .layer(always(X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(always(CONTENT_SECURITY_POLICY, "script-src 'none'; form-action 'none'; base-uri 'none'"))
        .layer(cors(origins)?);
    Ok(Router::new()
        .fallback(any(answer))
        .with_state(service.build())
        .layer(layers))
}

async fn answer(State(service): State<S3Service>, request: Request) -> Response {
    // Its spans and its notes on refusals carry whole requests: keys of members' files, signatures.
    let call = service
        .call(request.map(s3s::Body::http_body_unsync))
        .with_subscriber(NoSubscriber::new());
    match call.await {
        Ok(answer) => answer.map(Body::new),
        Err(error) => {
            let error: s3s::StdError = error.into();
            tracing::error!(%error, "object storage could not answer");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A preflight carries no signature, so it is answered here.
fn cors(origins: &[String]) -> Result<CorsLayer> {
    let mut allowed = Vec::new();
    for origin in origins {
        if origin == "*" || origin.ends_with('/') || !origin.contains("://") {
            bail!("`{origin}` is no origin; write scheme, host and port, as in http://127.0.0.1:8080");
        }
        allowed.push(
            origin
                .parse::<HeaderValue>()
                .with_context(|| format!("`{origin}` is no origin"))?,
        );
    }
    let x_amz = [
        "x-amz-content-sha256",
        "x-amz-date",
        "x-amz-checksum-sha256",
        "x-amz-checksum-crc32",
    ];
    let headers = [CONTENT_TYPE, CONTENT_LENGTH, IF_NONE_MATCH, RANGE].into_iter();
    Ok(CorsLayer::new()
        .allow_origin(AllowOrigin::list(allowed))
        .allow_methods([Method::GET, Method::HEAD, Method::PUT])
        .allow_headers(
            headers
                .chain(x_amz.map(HeaderName::from_static))
                .collect::<Vec<_>>(),
        )
        .expose_headers([
            ETAG,
            CONTENT_LENGTH,
            CONTENT_RANGE,
            CONTENT_DISPOSITION,
            ACCEPT_RANGES,
            LAST_MODIFIED,
        ])
        .max_age(PREFLIGHT))
}
