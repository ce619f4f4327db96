//! What somebody who is suspended may still do, without a session: take what is held about them, and leave.

use super::attempt::{Attempt, Turned, check, conclude, invalid_credentials, second, told, use_up};
use super::confirm::still_is;
use super::delete_account::delete_checked;
use super::request_export::request_export;
use crate::app::App;
use crate::model::{ReceiptToken, SecurityEvent, Visitor};
use crate::store::accounts::Known;
use crate::store::archives::Export;
use crate::store::credentials;
use chassis::{Refusal, Result};
use events::{AccountId, Cause};

/// Somebody who is suspended, and has shown that the account is theirs.
struct Proven {
    account: AccountId,
    password_hash: String,
    /// They are the cause of what follows.
    cause: Cause,
}

/// As their account is then.
const STATE: &str = "suspended";

/// Asks every service for what it holds about somebody suspended.
///
/// # Errors
/// 401 `INVALID_CREDENTIALS` or `TWO_FACTOR_REQUIRED`; 409 `ACCOUNT_NOT_SUSPENDED`, or `CONFLICT` when that changed at the same
/// moment; 429 `RATE_LIMITED`; 503 `UNAVAILABLE` when too many passwords are being hashed.
pub(crate) async fn export_suspended(
    app: &App,
    cause: &Cause,
    attempt: &Attempt,
    visitor: &Visitor,
) -> Result<Export> {
    let (proven, device) = (prove(app, cause, attempt, visitor).await?, visitor.device.clone());
    app.database
        .write(async move |conn| {
            still_is(conn, (proven.account, STATE, &proven.password_hash)).await?;
            request_export(conn, &proven.cause, proven.account, device).await
        })
        .await
}

/// Deletes the account of somebody suspended; answers the secret of the receipt.
///
/// # Errors
/// As [`export_suspended`].
pub(crate) async fn delete_suspended(
    app: &App,
    cause: &Cause,
    attempt: &Attempt,
    visitor: &Visitor,
) -> Result<ReceiptToken> {
    let proven = prove(app, cause, attempt, visitor).await?;
    delete_checked(
        app,
        &proven.cause,
        (proven.account, STATE, proven.password_hash.clone()),
    )
    .await
}

/// Whose attempt it is, if their account is suspended. A code of theirs is used up by that.
async fn prove(app: &App, cause: &Cause, attempt: &Attempt, visitor: &Visitor) -> Result<Proven> {
    let checked = check(app, attempt, visitor).await?;
    let now = checked.at;
    let judged = checked.owned().and_then(judge);
    let line = checked.line(judged.as_ref().ok().map(|known| known.id), &visitor.device);
    let proven = match judged {
        Ok(known) => second(app, known, attempt.code.as_ref(), now)?.map(|fitting| {
            let proven = Proven {
                account: known.id,
                password_hash: known.password_hash.clone(),
                cause: Cause {
                    actor: Some(known.id),
                    ..cause.clone()
                },
            };
            (proven, fitting)
        }),
        Err(turned) => Err(turned),
    };
    let tries = &checked.tries;
    let outcome = app
        .database
        .write(async |conn| {
            let outcome = match proven {
                Ok((proven, None)) => Ok(proven),
                Ok((proven, Some(fitting))) => {
                    credentials::hold(conn, proven.account).await?;
                    let used = use_up(conn, cause, (proven.account, &fitting), &line, now).await?;
                    used.map(|()| proven)
                }
                Err(turned) => Err(turned),
            };
            conclude(conn, &outcome, (tries, &line), now).await?;
            Ok(outcome)
        })
        .await?;
    told(outcome)
}

/// Whether it is suspended; told only to those who know its password.
fn judge(known: &Known) -> Result<&Known, Turned> {
    let refusal = match known.state.as_str() {
        STATE => return Ok(known),
        "active" => Refusal::conflict(
            "ACCOUNT_NOT_SUSPENDED",
            "This account is not suspended; log in, and do it in its settings",
        ),
        _ => invalid_credentials(),
    };
    Err((SecurityEvent::LogInRefused, refusal))
}
