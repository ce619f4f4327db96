//! Setting a forgotten password anew, by the link that was mailed.

use super::change_password::choose;
use super::end_session::revoke_all;
use super::notify::notify;
use super::now;
use crate::app::App;
use crate::model::{Device, DeviceCookie, KnownDevice, LinkToken, Notice, PasswordHash, SecurityEvent};
use crate::store::password_resets::{self, Target};
use crate::store::security_log::{self, Line};
use crate::store::{accounts, credentials, verifications};
use chassis::{Refusal, Result};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::{Cause, PasswordResetId};

/// Sets it, and ends every session: whoever had the old password is out. Nobody is logged in by it, so a second factor
/// stays one. The device is known from now on, so that whoever reads the mail gets in, however much others guess.
///
/// # Errors
/// 400 `VALIDATION_ERROR` for a weak password; 404 `TOKEN_NOT_FOUND` for a link that is none, too old, or used; 503
/// `UNAVAILABLE` when too many passwords are being hashed.
pub(crate) async fn reset_password(
    app: &App,
    cause: &Cause,
    device: Device,
    token: &str,
    wanted: &str,
) -> Result<DeviceCookie> {
    let id = LinkToken::password_reset(token, &app.secrets).ok_or_else(token_not_found)?;
    let target = {
        let conn = app.database.connection().await?;
        password_resets::target(&conn, id, now()).await?
    };
    let target = target.ok_or_else(token_not_found)?;
    let wanted = choose(wanted, &target.email, &target.username, &target.display_name)?;
    let hash = app.passwords.hash(&wanted).await?;
    let now = now();
    let reset = async |conn: &mut _| set(conn, cause, device, id, &target, &hash, now).await;
    app.database.write(reset).await?;
    Ok(KnownDevice::new().cookie(target.account_id, now, now, &app.secrets))
}

async fn set(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    device: Device,
    id: PasswordResetId,
    target: &Target,
    hash: &PasswordHash,
    now: DateTime<Utc>,
) -> Result<()> {
    let account = target.account_id;
    accounts::lock(conn, account).await?;
    // Of two who follow the link at the same moment, one.
    if !password_resets::use_up(conn, id, now).await? {
        return Err(token_not_found().into());
    }
    credentials::set_password(conn, account, hash, now).await?;
    password_resets::void(conn, account, now).await?;
    verifications::void_changes(conn, account, now).await?;
    let ended = revoke_all(conn, cause, account, None, now).await?;
    let line = Line {
        account: Some(account),
        actor: Some(account),
        device,
        detail: Some(serde_json::json!({ "sessions": ended })),
    };
    security_log::append(conn, SecurityEvent::PasswordReset, now, &line).await?;
    notify(conn, cause, account, Notice::PasswordReset, now).await
}

fn token_not_found() -> Refusal {
    Refusal::not_found(
        "TOKEN_NOT_FOUND",
        "This link is not one of ours, too old, or was used before; ask for a new one",
    )
}
