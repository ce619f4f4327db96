//! Logging in.

use super::notify::notify;
use super::second_factor::Fitting;
use super::tries::Tries;
use super::{Applicant, now};
use crate::app::App;
use crate::model::{Code, DeviceCookie, KnownDevice, NewSession, Notice, Password, SecurityEvent, Visitor};
use crate::store::accounts::{self, Described, Known};
use crate::store::security_log::{self, Line};
use crate::store::{credentials, sessions};
use anyhow::anyhow;
use chassis::{Error, Refusal, Result};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::Cause;

/// What somebody claims to be.
pub(crate) struct Attempt {
    /// In lower case.
    normalized_email: String,
    password: Password,
    code: Option<Code>,
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

/// Somebody who is in.
pub(crate) struct Entered {
    pub(crate) account: Described,
    pub(crate) session: NewSession,
    /// The device is known from now on.
    pub(crate) cookie: DeviceCookie,
}

/// What is wrong with somebody who is not let in, for the log and for them.
type Turned = (SecurityEvent, Refusal);

/// A log-in that is right as far as can be told outside of a transaction.
struct Opening {
    session: NewSession,
    cookie: DeviceCookie,
    checked_hash: String,
    second_factor: Option<Fitting>,
}

/// Begins a session, if the password is right, and the second factor where there is one.
///
/// An account that is not there takes the same steps: one look, one hash, one line in the security log. What is wrong
/// with an account is told only to those who know its password.
///
/// # Errors
/// 401 `INVALID_CREDENTIALS` or `TWO_FACTOR_REQUIRED`; 403 `EMAIL_NOT_VERIFIED` or `ACCOUNT_SUSPENDED`; 429
/// `RATE_LIMITED` when it was tried in vain too often; 503 `UNAVAILABLE` when too many passwords are being hashed.
pub(crate) async fn log_in(
    app: &App,
    cause: &Cause,
    attempt: &Attempt,
    visitor: &Visitor,
) -> Result<Entered> {
    // The connection goes back while the password is hashed: else a few slow hashes would hold them all.
    let known = {
        let conn = app.database.connection().await?;
        accounts::known(&conn, &attempt.normalized_email).await?
    };
    let now = now();
    let device = known
        .as_ref()
        .and_then(|known| visitor.known_to(known.id, known.password_since, now, &app.secrets));
    let tries = Tries::log_in(app, visitor, &attempt.normalized_email, device);
    tries.count(app).await?;
    let kept = known.as_ref().map(|known| known.password_hash.as_str());
    let is_right = match app.passwords.verify(&attempt.password, kept).await {
        Ok(is_right) => is_right,
        Err(error) => return Err(tries.untried(app, error).await),
    };
    let judged = judge(known.as_ref(), is_right, app.settings.verification_is_enforced);
    let line = Line {
        account: known.as_ref().map(|known| known.id),
        actor: judged.as_ref().ok().map(|known| known.id),
        device: visitor.device.clone(),
        detail: None,
    };
    let device = device.unwrap_or_else(KnownDevice::new);
    let opening = match judged {
        Ok(known) => second(app, known, attempt.code.as_ref(), now)?.map(|second_factor| Opening {
            session: NewSession::begin(
                known.id,
                visitor.device.clone(),
                now,
                app.settings.session_lifetime,
            ),
            cookie: device.cookie(known.id, known.password_since, now, &app.secrets),
            checked_hash: known.password_hash.clone(),
            second_factor,
        }),
        Err(turned) => Err(turned),
    };
    // A refusal is an outcome here, not an error: its line in the log must last.
    let outcome = app
        .database
        .write(async |conn| {
            let outcome = match opening {
                Ok(opening) => open(conn, cause, opening, &line).await?,
                Err(turned) => Err(turned),
            };
            if let Err((event, _)) = &outcome {
                security_log::append(conn, *event, now, &line).await?;
            }
            if !outcome.as_ref().is_err_and(was_guessed) {
                tries.give_back(conn).await?;
            }
            Ok(outcome)
        })
        .await?;
    outcome.map_err(|(_, refusal)| Error::Refused(refusal))
}

/// Whether somebody did not know what they should. To know the password and to be refused is no guess.
fn was_guessed((event, _): &Turned) -> bool {
    matches!(event, SecurityEvent::LogInFailed | SecurityEvent::TwoFactorFailed)
}

/// Whether the account may be entered.
fn judge(known: Option<&Known>, is_right: bool, verification_is_enforced: bool) -> Result<&Known, Turned> {
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

/// The second factor of an account whose password is right, where it has one.
fn second(
    app: &App,
    known: &Known,
    code: Option<&Code>,
    now: DateTime<Utc>,
) -> Result<Result<Option<Fitting>, Turned>> {
    let Some(sealed_secret) = &known.sealed_secret else {
        return Ok(Ok(None));
    };
    let Some(code) = code else {
        let refusal = code_required("Enter the code of your authenticator app, or a recovery code");
        return Ok(Err((SecurityEvent::TwoFactorAsked, refusal)));
    };
    let fitting = Fitting::of(app, known.id, sealed_secret, code, now)?;
    Ok(match fitting {
        Some(fitting) => Ok(Some(fitting)),
        None => Err((SecurityEvent::TwoFactorFailed, wrong_code())),
    })
}

async fn open(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    opening: Opening,
    line: &Line,
) -> Result<Result<Entered, Turned>> {
    let Opening {
        session,
        cookie,
        checked_hash,
        second_factor,
    } = opening;
    let (account, now) = (session.account, session.created_at);
    credentials::hold(conn, account).await?;
    if let Some(fitting) = &second_factor {
        if !fitting.use_up(conn, account, now).await? {
            return Ok(Err((SecurityEvent::TwoFactorFailed, wrong_code())));
        }
        if fitting.is_recovery() {
            security_log::append(conn, SecurityEvent::RecoveryCodeUsed, now, line).await?;
            notify(conn, cause, account, Notice::RecoveryCodeUsed, now).await?;
        }
    }
    let has_second = second_factor.is_some();
    if !sessions::open(conn, &session, &checked_hash, has_second).await? {
        // Suspended, or the password or second factor changed, while it was being checked.
        return Ok(Err((SecurityEvent::LogInFailed, invalid_credentials())));
    }
    security_log::append(conn, SecurityEvent::LoggedIn, now, line).await?;
    let described = accounts::described(conn, account).await?;
    let described =
        described.ok_or_else(|| Error::Failed(anyhow!("an account went away under its own session")))?;
    Ok(Ok(Entered {
        account: described,
        session,
        cookie,
    }))
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

fn invalid_credentials() -> Refusal {
    Refusal {
        code: "INVALID_CREDENTIALS",
        message: "The e-mail address or the password is wrong".into(),
        ..Refusal::unauthenticated()
    }
}
