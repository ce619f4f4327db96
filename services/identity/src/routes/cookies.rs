//! The cookies of an answer.

use crate::app::App;
use crate::model::{DeviceCookie, NewSession, REMEMBERED};
use axum::response::{IntoResponseParts, ResponseParts};
use chassis::Result;
use http::{HeaderValue, header};
use std::convert::Infallible;

/// What becomes of the visitor's cookies.
pub(super) struct Cookies(Vec<HeaderValue>);

impl Cookies {
    /// They stay as they are.
    pub(super) fn none() -> Self {
        Self(Vec::new())
    }

    /// The cookie of a session that has begun.
    pub(super) fn of(app: &App, session: &NewSession) -> Result<Self> {
        let token = app
            .session_key
            .sign(&session.token())
            .map_err(chassis::Error::Failed)?;
        let lifetime = app.settings.session_lifetime.to_std()?;
        Ok(Self(vec![app.cookie.set(&token, lifetime)?]))
    }

    /// No session any more. The device stays known.
    pub(super) fn cleared(app: &App) -> Self {
        Self(vec![app.cookie.clear()])
    }

    /// And the one by which the account will know the device.
    pub(super) fn knowing(mut self, app: &App, device: &DeviceCookie) -> Result<Self> {
        let cookie = app.cookie.set_another(&device.name, &device.value, REMEMBERED)?;
        self.0.push(cookie);
        Ok(self)
    }
}

impl IntoResponseParts for Cookies {
    type Error = Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        for cookie in self.0 {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }
}
