//! What a request tells of the device it comes from.

use crate::model::Device;
use axum::extract::FromRequestParts;
use chassis::CLIENT_HEADER;
use http::header::USER_AGENT;
use http::request::Parts;
use std::convert::Infallible;

impl<S: Send + Sync> FromRequestParts<S> for Device {
    type Rejection = Infallible;

    /// The address is the edge's word: it drops what a client says of itself.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let text = |name| parts.headers.get(name)?.to_str().ok();
        Ok(Self::new(text(USER_AGENT), text(CLIENT_HEADER)))
    }
}
