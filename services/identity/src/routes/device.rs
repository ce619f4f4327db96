//! Where a request comes from, for the handlers that keep it.

use crate::model::{Device, Visitor};
use axum::extract::FromRequestParts;
use chassis::session::{DEVICE_COOKIES, cookies_in};
use chassis::{CLIENT_HEADER, IsOperator, Refusal};
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

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Ok(device) = Device::from_request_parts(parts, state).await;
        let IsOperator(is_operator) = IsOperator::from_request_parts(parts, state).await?;
        let cookies = cookies_in(&parts.headers).filter(|cookie| cookie.starts_with(DEVICE_COOKIES));
        Ok(Self {
            device,
            cookies: cookies.map(str::to_owned).collect(),
            is_operator,
        })
    }
}
