//! Answers are compressed, but none that a secret could be read off by its length.
//!
//! BREACH needs three things at once: an attacker who makes the visitor's browser ask, words of the attacker in the
//! answer, and a secret beside them. Each is taken away by itself. What another site's page makes a browser ask for is
//! never compressed: the browser says so in `Sec-Fetch-Site`, also for a sibling host, to which even a `SameSite=Strict`
//! cookie is sent. And what is not for keeping (`no-store`: log-ins, second factors, recovery codes, signed upload
//! addresses, every write and every refusal) is never compressed, whoever asks. The session itself is never in a body.

use axum::Router;
use axum::body::Body;
use http::{Extensions, HeaderMap, HeaderName, Request, StatusCode, Version, header};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Shorter answers (bytes) are not worth it.
const WORTH_IT: u64 = 1024;

/// Compresses what this router answers, for those who can read it and where it is safe.
pub fn compressed(router: Router) -> Router {
    // Gzip at its quickest: every client reads it.
    let compression = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(
            DefaultPredicate::new()
                .and(SizeAbove::new(WORTH_IT))
                .and(may_be_kept),
        );
    router
        .layer(compression)
        .layer(axum::middleware::map_request(plain_for_other_sites))
}

fn may_be_kept(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let mut said = headers.get_all(header::CACHE_CONTROL).iter();
    !said.any(|value| value.to_str().is_ok_and(|value| value.contains("no-store")))
}

/// `same-origin` is our own page, `none` is a person who typed the address; neither header nor browser, no visitor.
async fn plain_for_other_sites(mut request: Request<Body>) -> Request<Body> {
    let site = request.headers().get(SEC_FETCH_SITE);
    if site.is_some_and(|site| site != "same-origin" && site != "none") {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    request
}
