//! What a service is asked: at its own address, with what the edge knows of the asker.

use crate::routing::Address;
use axum::body::Body;
use chassis::http::Passing;
use http::uri::PathAndQuery;
use http::{Request, Uri};

/// Readies a request for the service that owns this address.
///
/// # Errors
/// When the address is none without its prefix, which cannot be.
pub(crate) fn prepare(
    request: &mut Request<Body>,
    address: &Address<'_>,
    passing: &Passing,
) -> anyhow::Result<()> {
    *request.uri_mut() = without_prefix(request.uri(), address.path)?;
    passing.tell(request.headers_mut())
}

fn without_prefix(uri: &Uri, path: &str) -> anyhow::Result<Uri> {
    let path_and_query = match uri.query() {
        Some(query) => PathAndQuery::try_from(format!("{path}?{query}"))?,
        None => PathAndQuery::try_from(path)?,
    };
    Ok(Uri::from(path_and_query))
}
