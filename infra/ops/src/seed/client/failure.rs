//! The two ways in which a request can fail for good.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

/// An answer that no repetition would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::seed) struct Refusal {
    pub(in crate::seed) method: String,
    pub(in crate::seed) path: String,
    /// The HTTP status.
    pub(in crate::seed) status: u16,
    /// The stable word of the error's body; empty if it had none.
    pub(in crate::seed) code: String,
    /// What the body said to people.
    pub(in crate::seed) message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} → {} {} {}",
            self.method, self.path, self.status, self.code, self.message
        )
    }
}

/// Why a request has no good answer.
#[derive(Debug)]
pub(in crate::seed) enum Failure {
    /// The server answered, and means it.
    Refused(Box<Refusal>),
    /// Nobody answered for as long as patience lasts; asking for anything else is of no use.
    Silence {
        /// What was asked.
        request: String,
        /// For how long.
        patience: Duration,
        /// How the last attempt failed.
        last: String,
    },
    /// The seed itself cannot go on, for example because its disk is full.
    Broken(anyhow::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Silence {
                request,
                patience,
                last,
            } => write!(
                f,
                "no usable answer to {request} for {} s (last: {last}). Is the server up (`valine up`)? What was \
                 acknowledged is in the journal: run the same command again to go on; --patience waits longer",
                patience.as_secs()
            ),
            Self::Broken(cause) => write!(f, "{cause:#}"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<anyhow::Error> for Failure {
    fn from(cause: anyhow::Error) -> Self {
        Self::Broken(cause)
    }
}
