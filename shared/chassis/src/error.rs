//! One error with two arms, because both doors ask the same question: is trying again any use?

use crate::http::Quota;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use http::StatusCode;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use utoipa::ToSchema;

/// What everything here answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done.
#[derive(Debug)]
pub enum Error {
    /// The asker must change something. Safe to show, not logged as an error.
    Refused(Refusal),
    /// We must change something. Logged once with its causes, shown as nothing.
    Failed(anyhow::Error),
}

/// An answer for the asker: what is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// HTTP status.
    pub status: StatusCode,
    /// Stable, for programs: `SOMETHING_NOT_FOUND`.
    pub code: &'static str,
    /// For people.
    pub message: Cow<'static, str>,
    /// Which fields are wrong, for `VALIDATION_ERROR`.
    pub details: Vec<FieldError>,
    /// When to come again.
    pub retry_after: Option<Duration>,
    /// What is left of the asker's allowance, where there is one.
    pub quota: Option<Quota>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Its name on the wire; a path for nested ones.
    #[schema(example = "email")]
    pub field: String,
    /// For people.
    #[schema(example = "Email is required")]
    pub message: String,
}

impl Refusal {
    /// A refusal of any status.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            details: Vec::new(),
            retry_after: None,
            quota: None,
        }
    }

    /// 400 `VALIDATION_ERROR` for one field.
    #[must_use]
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::invalid_fields(vec![FieldError {
            field: field.into(),
            message: message.into(),
        }])
    }

    /// 400 `VALIDATION_ERROR` for several fields; the first one's words are the message.
    #[must_use]
    pub fn invalid_fields(details: Vec<FieldError>) -> Self {
        let message = details.first().map_or_else(
            || "The request is not valid".to_owned(),
            |first| first.message.clone(),
        );
        Self {
            details,
            ..Self::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message)
        }
    }

    /// 401 `UNAUTHENTICATED`.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", "Log in first")
    }

    /// 403 `FORBIDDEN`.
    #[must_use]
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "FORBIDDEN", message)
    }

    /// 404 with a code of its own.
    #[must_use]
    pub fn not_found(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// 404 `NOT_FOUND`: no file, page or route has this address.
    #[must_use]
    pub fn nothing_here() -> Self {
        Self::not_found("NOT_FOUND", "There is nothing at this address")
    }

    /// 405 `METHOD_NOT_ALLOWED`: the address is there, for other methods.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            "This address does not take that method",
        )
    }

    /// 409 with a code of its own.
    #[must_use]
    pub fn conflict(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// 429 `RATE_LIMITED`: this person has done that often enough for now.
    #[must_use]
    pub fn rate_limited(quota: Quota) -> Self {
        Self::over(
            quota,
            "You have done this very often lately; wait until Retry-After and try again",
        )
    }

    /// 429 `RATE_LIMITED`: it was tried so often, perhaps by others, that whoever comes next has to wait.
    #[must_use]
    pub fn too_often(limit: i32, wait: Duration) -> Self {
        Self::over(
            Quota::spent(limit, wait),
            "This was tried too often; wait until Retry-After and try again",
        )
    }

    /// 429 `RATE_LIMITED` in these words.
    #[must_use]
    pub fn over(quota: Quota, message: &'static str) -> Self {
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", message);
        Self {
            quota: Some(quota),
            ..refusal.retry_after(quota.resets_in)
        }
    }

    /// 503 `UNAVAILABLE`: nothing is wrong with the request, come again.
    #[must_use]
    pub fn unavailable(message: impl Into<Cow<'static, str>>) -> Self {
        let refusal = Self::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message);
        refusal.retry_after(Duration::from_secs(1))
    }

    /// Says when to come again.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        Self {
            retry_after: Some(wait),
            ..self
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl Error {
    /// The cause chain, outermost first; a refusal is one line. For logs and failure records: [without what is
    /// quoted](without_quotes).
    #[must_use]
    pub fn causes(&self) -> Vec<String> {
        match self {
            Self::Refused(refusal) => vec![without_quotes(&refusal.to_string())],
            Self::Failed(error) => causes_of(error),
        }
    }

    /// Whether the database went away rather than said no: then nothing here is anybody's fault.
    #[must_use]
    pub fn is_database_gone(&self) -> bool {
        let Self::Failed(error) = self else { return false };
        error.chain().any(|cause| {
            matches!(
                cause.downcast_ref::<DieselError>(),
                Some(
                    DieselError::DatabaseError(
                        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                        _
                    ) | DieselError::BrokenTransactionManager
                )
            ) || cause.is::<diesel::ConnectionError>()
                || says_gone(cause)
        })
    }

    /// Whether two transactions were in each other's way, so that the same again may well succeed.
    #[must_use]
    pub fn is_collision(&self) -> bool {
        let Self::Failed(error) = self else { return false };
        error.chain().any(|cause| {
            matches!(
                cause.downcast_ref::<DieselError>(),
                Some(DieselError::DatabaseError(
                    DatabaseErrorKind::SerializationFailure,
                    _
                ))
            ) || cause.to_string().contains("deadlock detected")
        })
    }

    /// What the asker is told.
    #[must_use]
    pub(crate) fn into_refusal(self) -> (Refusal, Option<anyhow::Error>) {
        let gone = self.is_database_gone() || self.is_collision();
        match self {
            Self::Refused(refusal) => (refusal, None),
            Self::Failed(error) if gone => {
                (Refusal::unavailable("Busy for a moment; try again"), Some(error))
            }
            Self::Failed(error) => {
                let message =
                    "Something went wrong on our side; it was noted. Try again, or tell us the requestId";
                (
                    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", message),
                    Some(error),
                )
            }
        }
    }
}

/// The chain of causes as [`Error::causes`] gives it.
pub(crate) fn causes_of(error: &anyhow::Error) -> Vec<String> {
    let causes = error.chain();
    causes.map(|cause| without_quotes(&cause.to_string())).collect()
}

/// Words of an error without what they quote: libraries and the database repeat values there, and those may be people's
/// words. Names of tables, columns and constraints have an underscore and stay.
fn without_quotes(words: &str) -> String {
    let mut kept = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(start) = rest.find(['"', '`', '\u{201c}']) {
        let (before, quoted) = rest.split_at(start);
        let mut letters = quoted.chars();
        let open = letters.next().unwrap_or_default();
        let close = if open == '\u{201c}' { '\u{201d}' } else { open };
        let inside = letters.as_str();
        let (value, after) = inside.split_once(close).unwrap_or((inside, ""));
        kept.push_str(before);
        kept.push(open);
        kept.push_str(if is_a_name(value) { value } else { "…" });
        kept.push(close);
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// Whether it looks like a name in our schemas.
fn is_a_name(text: &str) -> bool {
    text.contains('_')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Diesel turns a lost connection into an unknown error whose words alone tell.
fn says_gone(cause: &(dyn std::error::Error + 'static)) -> bool {
    let Some(DieselError::DatabaseError(DatabaseErrorKind::Unknown, info)) =
        cause.downcast_ref::<DieselError>()
    else {
        return false;
    };
    let words = info.message();
    [
        "connection closed",
        "terminating connection",
        "the database system is",
        "error communicating with the server",
    ]
    .iter()
    .any(|sign| words.contains(sign))
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Error {
    fn from(cause: E) -> Self {
        Self::Failed(cause.into())
    }
}

/// What the error layer finds in a response that still has to be put into words.
#[derive(Clone)]
pub(crate) struct Unrendered {
    pub(crate) refusal: Refusal,
    pub(crate) cause: Option<Arc<anyhow::Error>>,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        Error::Refused(self).into_response()
    }
}

impl IntoResponse for Error {
    /// The body is written by the layer that knows the request id; see `http::guard`.
    fn into_response(self) -> Response {
        let (refusal, cause) = self.into_refusal();
        let mut response = Response::new(Body::empty());
        *response.status_mut() = refusal.status;
        response.extensions_mut().insert(Unrendered {
            refusal,
            cause: cause.map(Arc::new),
        });
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_error_quotes_is_in_no_log_and_in_no_failure_record() {
        let cases = [
            (
                "invalid input syntax for type uuid: \"Ada of Paris\"",
                "invalid input syntax for type uuid: \"…\"",
            ),
            (
                "duplicate key value violates unique constraint \"account_email\"",
                "duplicate key value violates unique constraint \"account_email\"",
            ),
            (
                "byte index 3 is inside `héllo` and so on",
                "byte index 3 is inside `…` and so on",
            ),
            (
                "called on an `Err` value: \"half a qu",
                "called on an `…` value: \"…\"",
            ),
            ("“ada” is taken, says \"ada_l\"", "“…” is taken, says \"ada_l\""),
            ("nothing quoted", "nothing quoted"),
        ];
        for (said, kept) in cases {
            let error = Error::Failed(anyhow::anyhow!("{said}").context("while it was written"));
            assert_eq!(error.causes(), ["while it was written", kept]);
        }
    }
}
