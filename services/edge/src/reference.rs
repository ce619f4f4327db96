//! The API's reference at `/docs`: a page that reads `/openapi.json`, and what it is made of.
//!
//! The page is given a nonce of its own each time, which the styles that it makes while it runs must carry. Its other files
//! stand in a folder that is named after what is in them, so they are kept for a year.

use crate::web_app::{FOR_A_YEAR, kept, pieces};
use anyhow::Context;
use axum::Router;
use axum::extract::State;
use axum::middleware::map_response_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::Refusal;
use http::header;
use std::path::Path;
use std::sync::Arc;

/// Stands in the page where the nonce belongs.
const NONCE: &str = "{nonce}";

/// Serves the reference that the web app's build has put into this folder; nothing where it has put none.
///
/// # Errors
/// When its page cannot be read.
pub(crate) fn reference(folder: &Path) -> anyhow::Result<Option<Router>> {
    let page = folder.join("index.html");
    if !page.is_file() {
        return Ok(None);
    }
    let page = std::fs::read_to_string(&page).with_context(|| page.display().to_string())?;
    let files = Router::new()
        .fallback_service(pieces(folder))
        .layer(map_response_with_state(FOR_A_YEAR, kept));
    let router = Router::new()
        .route("/", get(show))
        // The page as it is has no nonce and would do nothing.
        .route("/index.html", get(nothing))
        .fallback_service(files)
        .with_state(Page(page.into()));
    Ok(Some(router))
}

#[derive(Clone)]
struct Page(Arc<str>);

async fn show(State(Page(page)): State<Page>) -> Response {
    let nonce = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>());
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy(&nonce)),
    ];
    (headers, page.replace(NONCE, &nonce)).into_response()
}

async fn nothing() -> Refusal {
    Refusal::nothing_here()
}

/// What the reference may load, and from where: this site, and nothing else. Attributes that say how something looks are
/// how the reference is made; they run nothing.
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
}
