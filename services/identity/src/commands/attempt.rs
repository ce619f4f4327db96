//! Somebody without a session says who they are: by address, password and, where there is one, second factor.
//!
//! An account that is not there takes the same steps as one that is: one look, one hash, and one line in the security log, which
//! whoever asks writes.

use super::notify::notify;
use super::second_factor::Fitting;
use super::tries::Tries;
use super::{Applicant, now};
use crate::app::App;
use crate::model::{Code, Device, KnownDevice, Notice, Password, SecurityEvent, Visitor};
use crate::store::accounts::{self, Known};
use crate::store::security_log::{self, Line};
use chassis::{Error, Refusal, Result};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::{AccountId, Cause};

/// What somebody claims to be.
pub(crate) struct Attempt {
    /// In lower case.
    normalized_email: String,
    password: Password,
    pub(super) code: Option<Code>,
}

impl Attempt {
    /// Whatever is typed. Its form is not judged: every wrong pair is told the same.
    pub(crate) fn new(email: &str, password: &str, code: Option<&str>) -> Self {
        let code = code.map(str::trim).filter(|code| !code.is_empty());
        Self {
            normalized_email: email.trim().to_lowercase(),
            password: Password::claimed(password),
            code: code.map(Code::typed),
        }
    }

    /// What somebody who has just signed up would type.
    pub(crate) fn of(applicant: &Applicant) -> Self {
        Self {
            normalized_email: applicant.email.normalized().to_owned(),
            password: applicant.password.clone(),
            code: None,
        }
    }
}

/// What is wrong with somebody who is not let in, for the log and for them.
pub(super) type Turned = (SecurityEvent, Refusal);

/// An attempt whose password was looked at.
pub(super) struct Checked {
    pub(super) known: Option<Known>,
    pub(super) is_right: bool,
    /// Where it was made, when the account knows that device.
    pub(super) device: Option<KnownDevice>,
    /// Counted already; to be given back if it was not in vain.
    pub(super) tries: Tries,
    pub(super) at: DateTime<Utc>,
}

/// Counts an attempt, and looks at its password.
///
/// # Errors
/// 429 `RATE_LIMITED` when it was tried in vain too often; 503 `UNAVAILABLE` when too many passwords are being hashed.
pub(super) async fn check(app: &App, attempt: &Attempt, visitor: &Visitor) -> Result<Checked> {
    // The connection goes back while the password is hashed: else a few slow hashes would hold them all.
    let known = {
        let conn = app.database.connection().await?;
        accounts::known(&conn, &attempt.normalized_email).await?
    };
    let at = now();
    let device = known
        .as_ref()
        .and_then(|known| visitor.known_to(known.id, known.password_since, at, &app.secrets));
    let tries = Tries::log_in(app, visitor, &attempt.normalized_email, device);
    tries.count(app).await?;
    let kept = known.as_ref().map(|known| known.password_hash.as_str());
    let is_right = match app.passwords.verify(&attempt.password, kept).await {
        Ok(is_right) => is_right,
        Err(error) => return Err(tries.untried(app, error).await),
    };
    Ok(Checked {
        known,
        is_right,
        device,
        tries,
        at,
    })
}

impl Checked {
    /// The account, for those who know its password.
    pub(super) fn owned(&self) -> Result<&Known, Turned> {
        let owned = self.known.as_ref().filter(|_| self.is_right);
        owned.ok_or_else(|| (SecurityEvent::LogInFailed, invalid_credentials()))
    }

    /// The line about it in the security log.
    pub(super) fn line(&self, actor: Option<AccountId>, device: &Device) -> Line {
        Line {
            account: self.known.as_ref().map(|known| known.id),
            actor,
            device: device.clone(),
            detail: None,
        }
    }
}

/// Notes why somebody was turned away, and gives the try back unless it was a guess. A refusal is an outcome here, not an
/// error: its line in the log must last.
pub(super) async fn conclude<T>(
    conn: &AsyncPgConnection,
    outcome: &Result<T, Turned>,
    (tries, line): (&Tries, &Line),
    at: DateTime<Utc>,
) -> Result<()> {
    if let Err((event, _)) = outcome {
        security_log::append(conn, *event, at, line).await?;
    }
    if !outcome.as_ref().is_err_and(was_guessed) {
        tries.give_back(conn).await?;
    }
    Ok(())
}

/// Whether somebody did not know what they should. To know the password and to be refused is no guess.
fn was_guessed((event, _): &Turned) -> bool {
    matches!(event, SecurityEvent::LogInFailed | SecurityEvent::TwoFactorFailed)
}

/// The second factor of an account whose password is right, where it has one.
pub(super) fn second(
    app: &App,
    known: &Known,
    code: Option<&Code>,
    at: DateTime<Utc>,
) -> Result<Result<Option<Fitting>, Turned>> {
    let Some(sealed_secret) = &known.sealed_secret else {
        return Ok(Ok(None));
    };
    let Some(code) = code else {
        let refusal = code_required("Enter the code of your authenticator app, or a recovery code");
        return Ok(Err((SecurityEvent::TwoFactorAsked, refusal)));
    };
    let fitting = Fitting::of(app, known.id, sealed_secret, code, at)?;
    Ok(match fitting {
        Some(fitting) => Ok(Some(fitting)),
        None => Err((SecurityEvent::TwoFactorFailed, wrong_code())),
    })
}

/// Uses a second factor up, and tells the person of a recovery code.
pub(super) async fn use_up(
    conn: &AsyncPgConnection,
    cause: &Cause,
    (account, fitting): (AccountId, &Fitting),
    line: &Line,
    at: DateTime<Utc>,
) -> Result<Result<(), Turned>> {
    if !fitting.use_up(conn, account, at).await? {
        return Ok(Err((SecurityEvent::TwoFactorFailed, wrong_code())));
    }
    if fitting.is_recovery() {
        security_log::append(conn, SecurityEvent::RecoveryCodeUsed, at, line).await?;
        notify(conn, cause, account, Notice::RecoveryCodeUsed, at).await?;
    }
    Ok(Ok(()))
}

/// What is said where nothing is to be learned of the account.
pub(super) fn invalid_credentials() -> Refusal {
    Refusal {
        code: "INVALID_CREDENTIALS",
        message: "The e-mail address or the password is wrong".into(),
        ..Refusal::unauthenticated()
    }
}

fn wrong_code() -> Refusal {
    code_required("This code is wrong, or was used before; enter the next one, or a recovery code")
}

fn code_required(message: &'static str) -> Refusal {
    Refusal {
        code: "TWO_FACTOR_REQUIRED",
        message: message.into(),
        ..Refusal::unauthenticated()
    }
}

/// What somebody is told who did what they may, as long as nothing was wrong.
pub(super) fn told<T>(outcome: Result<T, Turned>) -> Result<T> {
    outcome.map_err(|(_, refusal)| Error::Refused(refusal))
}
