//! Sessions that begin.

use super::Device;
use chassis::session::SessionToken;
use chrono::{DateTime, TimeDelta, Utc};
use events::{AccountId, SessionId};

/// A log-in of an account on a device.
#[derive(Clone, Debug)]
pub(crate) struct NewSession {
    pub(crate) id: SessionId,
    pub(crate) account: AccountId,
    pub(crate) device: Device,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

impl NewSession {
    pub(crate) fn begin(account: AccountId, device: Device, now: DateTime<Utc>, lifetime: TimeDelta) -> Self {
        Self {
            id: SessionId::new(),
            account,
            device,
            created_at: now,
            expires_at: now + lifetime,
        }
    }

    /// What the cookie says.
    pub(crate) fn token(&self) -> SessionToken {
        SessionToken {
            account: self.account,
            session: self.id,
            issued_at: self.created_at.timestamp(),
            expires_at: self.expires_at.timestamp(),
        }
    }
}
