//! Logging in.

use super::attempt::{Attempt, Turned, check, conclude, invalid_credentials, second, told, use_up};
use super::second_factor::Fitting;
use crate::app::App;
use crate::model::{DeviceCookie, KnownDevice, NewSession, SecurityEvent, Visitor};
use crate::store::accounts::{self, Described, Known};
use crate::store::security_log::{self, Line};
use crate::store::{credentials, sessions};
use anyhow::anyhow;
use chassis::{Error, Refusal, Result};
use diesel_async::AsyncPgConnection;
use events::Cause;

/// Somebody who is in.
pub(crate) struct Entered {
    pub(crate) account: Described,
    pub(crate) session: NewSession,
    /// The device is known from now on.
    pub(crate) cookie: DeviceCookie,
}

/// A log-in that is right as far as can be told outside of a transaction.
struct Opening {
    session: NewSession,
    cookie: DeviceCookie,
    checked_hash: String,
    second_factor: Option<Fitting>,
}

/// Begins a session, if the password is right, and the second factor where there is one.
///
/// What is wrong with an account is told only to those who know its password.
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
    let checked = check(app, attempt, visitor).await?;
    let now = checked.at;
    let judged = checked
        .owned()
        .and_then(|known| judge(known, app.settings.verification_is_enforced));
    let line = checked.line(judged.as_ref().ok().map(|known| known.id), &visitor.device);
    let device = checked.device.unwrap_or_else(KnownDevice::new);
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
    let tries = &checked.tries;
    let outcome = app
        .database
        .write(async |conn| {
            let outcome = match opening {
                Ok(opening) => open(conn, cause, opening, &line).await?,
                Err(turned) => Err(turned),
            };
            conclude(conn, &outcome, (tries, &line), now).await?;
            Ok(outcome)
        })
        .await?;
    told(outcome)
}

/// Whether the account may be entered by those who know its password.
fn judge(known: &Known, verification_is_enforced: bool) -> Result<&Known, Turned> {
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
            ..Refusal::forbidden(
                "This account is suspended; write to us if you think that is wrong. You can still take your data, or \
                 delete the account",
            )
        },
        _ => invalid_credentials(),
    };
    Err((SecurityEvent::LogInRefused, refusal))
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
    if let Some(fitting) = &second_factor
        && let Err(turned) = use_up(conn, cause, (account, fitting), line, now).await?
    {
        return Ok(Err(turned));
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
