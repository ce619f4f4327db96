//! Logging in.

use super::{Applicant, now};
use crate::app::App;
use crate::model::{Device, NewSession, Password, SecurityEvent};
use crate::store::accounts::{self, Described, Known};
use crate::store::security_log::{self, Line};
use crate::store::sessions;
use anyhow::anyhow;
use chassis::{Error, Refusal, Result};
use diesel_async::AsyncPgConnection;

/// What somebody claims to be.
pub(crate) struct Attempt {
    /// In lower case.
    normalized_email: String,
    password: Password,
}

impl Attempt {
    /// Whatever is typed. Its form is not judged: every wrong pair is told the same.
    pub(crate) fn new(email: &str, password: &str) -> Self {
        Self {
            normalized_email: email.trim().to_lowercase(),
            password: Password::claimed(password),
        }
    }

    /// What somebody who has just signed up would type.
    pub(crate) fn of(applicant: &Applicant) -> Self {
        Self {
            normalized_email: applicant.email.normalized().to_owned(),
            password: applicant.password.clone(),
        }
    }
}

/// Begins a session, if the password is right.
///
/// An account that is not there takes the same steps: one look, one hash, one line in the security log. What is wrong
/// with an account is told only to those who know its password.
///
/// # Errors
/// 401 `INVALID_CREDENTIALS`; 403 `EMAIL_NOT_VERIFIED` or `ACCOUNT_SUSPENDED`; 503 `UNAVAILABLE` when too many
/// passwords are being hashed.
pub(crate) async fn log_in(app: &App, attempt: &Attempt, device: Device) -> Result<(Described, NewSession)> {
    // The connection goes back while the password is hashed: else a few slow hashes would hold them all.
    let known = {
        let conn = app.database.connection().await?;
        accounts::known(&conn, &attempt.normalized_email).await?
    };
    let kept = known.as_ref().map(|known| known.password_hash.as_str());
    let is_right = app.passwords.verify(&attempt.password, kept).await?;
    let now = now();
    let judged = judge(known.as_ref(), is_right, app.settings.verification_is_enforced);
    let line = Line {
        account: known.as_ref().map(|known| known.id),
        actor: judged.as_ref().ok().map(|known| known.id),
        device: device.clone(),
        detail: None,
    };
    let opening = judged.map(|known| {
        let session = NewSession::begin(known.id, device, now, app.settings.session_lifetime);
        (session, known.password_hash.clone())
    });
    // A refusal is an outcome here, not an error: its line in the log must last.
    let outcome = app
        .database
        .write(async move |conn| match opening {
            Ok((session, hash)) => open(conn, session, &hash, line).await,
            Err((event, refusal)) => {
                security_log::append(conn, event, now, &line).await?;
                Ok(Err(refusal))
            }
        })
        .await?;
    outcome.map_err(Error::Refused)
}

/// Whether the account may be entered.
fn judge(
    known: Option<&Known>,
    is_right: bool,
    verification_is_enforced: bool,
) -> Result<&Known, (SecurityEvent, Refusal)> {
    let known = known
        .filter(|_| is_right)
        .ok_or_else(|| (SecurityEvent::LogInFailed, invalid_credentials()))?;
    let refusal = match known.state.as_str() {
        "active" if verification_is_enforced && !known.email_verified => Refusal {
            code: "EMAIL_NOT_VERIFIED",
            ..Refusal::forbidden(
                "Confirm your e-mail address first: follow the link we sent you, or ask for a new one",
            )
        },
        "active" => return Ok(known),
        "suspended" => Refusal {
            code: "ACCOUNT_SUSPENDED",
            ..Refusal::forbidden("This account is suspended; write to us if you think that is wrong")
        },
        _ => invalid_credentials(),
    };
    Err((SecurityEvent::LogInRefused, refusal))
}

async fn open(
    conn: &mut AsyncPgConnection,
    session: NewSession,
    checked_hash: &str,
    line: Line,
) -> Result<Result<(Described, NewSession), Refusal>> {
    if !sessions::open(conn, &session, checked_hash).await? {
        // Suspended, or the password changed, while it was being checked.
        security_log::append(conn, SecurityEvent::LogInFailed, session.created_at, &line).await?;
        return Ok(Err(invalid_credentials()));
    }
    security_log::append(conn, SecurityEvent::LoggedIn, session.created_at, &line).await?;
    let account = accounts::described(conn, session.account).await?;
    let account =
        account.ok_or_else(|| Error::Failed(anyhow!("an account went away under its own session")))?;
    Ok(Ok((account, session)))
}

fn invalid_credentials() -> Refusal {
    Refusal {
        code: "INVALID_CREDENTIALS",
        message: "The e-mail address or the password is wrong".into(),
        ..Refusal::unauthenticated()
    }
}
