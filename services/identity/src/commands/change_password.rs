//! Changing a password, by somebody who knows it.

use super::confirm::{Claim, confirm, still_holds};
use super::end_session::revoke_all;
use super::notify::notify;
use super::{now, own_line};
use crate::app::App;
use crate::model::{
    DeviceCookie, DisplayName, Email, KnownDevice, Notice, Password, SecurityEvent, Username,
};
use crate::store::{credentials, password_resets, security_log, verifications};
use chassis::{Refusal, Result};
use events::Cause;

/// Changes it, and ends all other sessions: whoever had the old one is out. Of the devices, only this one is known then.
///
/// # Errors
/// 400 `VALIDATION_ERROR`, also for a weak password; 409 `CONFLICT`; 503 `UNAVAILABLE`.
pub(crate) async fn change_password(
    app: &App,
    cause: &Cause,
    claim: &Claim<'_>,
    wanted: &str,
) -> Result<DeviceCookie> {
    let wanted = choose(
        wanted,
        &claim.who.email,
        &claim.who.username,
        &claim.who.display_name,
    )?;
    let owner = confirm(app, claim).await?;
    let hash = app.passwords.hash(&wanted).await?;
    let (now, line) = (now(), own_line(claim.who, &claim.visitor.device));
    let change = async |conn: &mut _| {
        still_holds(conn, &owner).await?;
        credentials::set_password(conn, owner.id, &hash, now).await?;
        password_resets::void(conn, owner.id, now).await?;
        verifications::void_changes(conn, owner.id, now).await?;
        revoke_all(conn, cause, owner.id, Some(claim.who.session), now).await?;
        security_log::append(conn, SecurityEvent::PasswordChanged, now, &line).await?;
        notify(conn, cause, owner.id, Notice::PasswordChanged, now).await
    };
    app.database.write(change).await?;
    Ok(KnownDevice::new().cookie(owner.id, now, now, &app.secrets))
}

/// A password that this account may have.
///
/// # Errors
/// 400 `VALIDATION_ERROR` when it is weak.
pub(super) fn choose(
    wanted: &str,
    email: &str,
    username: &str,
    display_name: &str,
) -> Result<Password, Refusal> {
    let (email, username) = (Email::parse(email).ok(), Username::parse(username).ok());
    let display_name = DisplayName::parse(display_name).ok();
    Password::choose(wanted, email.as_ref(), username.as_ref(), display_name.as_ref())
        .map_err(|problem| Refusal::invalid("newPassword", problem))
}
