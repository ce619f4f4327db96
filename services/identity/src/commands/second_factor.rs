//! Checking the second factor of somebody whose password is right.

use crate::app::App;
use crate::model::{Code, RecoveryCodes};
use crate::store::two_factor;
use chassis::{Error, Result};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::AccountId;

/// A code that fits, and was not yet used up.
pub(super) enum Fitting {
    /// The time step of an app's code.
    Step { sealed_secret: Vec<u8>, step: i64 },
    /// A code from paper, which may be any: whether it is one of theirs is found out when it is used.
    Recovery(Vec<u8>),
}

impl Fitting {
    /// Nothing when an app's code is of another time or secret.
    pub(super) fn of(
        app: &App,
        account: AccountId,
        sealed_secret: &[u8],
        code: &Code,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>> {
        let code = match code {
            Code::Recovery(code) => {
                let hash = RecoveryCodes::hash(&app.secrets, account, code);
                return Ok(Some(Self::Recovery(hash)));
            }
            Code::Totp(code) => code,
        };
        let secret = app.sealer.open(account, sealed_secret).map_err(Error::Failed)?;
        Ok(secret.step_of(code, now).map(|step| Self::Step {
            sealed_secret: sealed_secret.to_owned(),
            step,
        }))
    }

    /// Whether it is a code from paper.
    pub(super) fn is_recovery(&self) -> bool {
        matches!(self, Self::Recovery(_))
    }

    /// Uses it up, in the transaction of what it is used for; false when somebody did before.
    pub(super) async fn use_up(
        &self,
        conn: &AsyncPgConnection,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        Ok(match self {
            Self::Step { sealed_secret, step } => {
                two_factor::use_step(conn, account, sealed_secret, *step).await?
            }
            Self::Recovery(hash) => two_factor::use_recovery_code(conn, account, hash, now).await?,
        })
    }
}
