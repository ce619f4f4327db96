//! The cookie of an answer.

use crate::app::App;
use crate::model::NewSession;
use axum::response::{IntoResponseParts, ResponseParts};
use chassis::Result;
use http::{HeaderValue, header};
use std::convert::Infallible;

/// What becomes of the visitor's cookie.
pub(super) enum SessionCookie {
    Unchanged,
    Changed(HeaderValue),
}

impl SessionCookie {
    /// The cookie of a session that has begun.
    pub(super) fn of(app: &App, session: &NewSession) -> Result<Self> {
        let token = app
            .session_key
            .sign(&session.token())
            .map_err(chassis::Error::Failed)?;
        let lifetime = app.settings.session_lifetime.to_std()?;
        Ok(Self::Changed(app.cookie.set(&token, lifetime)?))
    }

    /// No cookie any more.
    pub(super) fn cleared(app: &App) -> Self {
        Self::Changed(app.cookie.clear())
    }
}

impl IntoResponseParts for SessionCookie {
    type Error = Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        if let Self::Changed(value) = self {
            response.headers_mut().insert(header::SET_COOKIE, value);
        }
        Ok(response)
    }
}
