//! Asking somebody who has a session for their password: whoever finds an open browser knows no password.

use super::now;
use crate::app::App;
use crate::model::{Device, Password, SecurityEvent};
use crate::store::credentials::{self, Owner};
use crate::store::security_log::{self, Line};
use chassis::{Principal, Refusal, Result};
use diesel_async::AsyncPgConnection;

/// A password, as somebody with a session typed it.
pub(crate) struct Claim<'a> {
    pub(crate) who: &'a Principal,
    pub(crate) device: &'a Device,
    /// The field it was typed into.
    pub(crate) field: &'static str,
    pub(crate) password: &'a str,
}

/// The account of somebody who knows its password, too.
///
/// What is done with it must begin with [`still_holds`], in its transaction.
///
/// # Errors
/// 400 `VALIDATION_ERROR` when it is another; 401 `UNAUTHENTICATED` when the account may no longer act; 503
/// `UNAVAILABLE` when too many passwords are being hashed.
pub(crate) async fn confirm(app: &App, claim: &Claim<'_>) -> Result<Owner> {
    let owner = {
        let conn = app.database.connection().await?;
        credentials::owner(&conn, claim.who.account).await?
    };
    let owner = owner.ok_or_else(Refusal::unauthenticated)?;
    let claimed = Password::claimed(claim.password);
    if app.passwords.verify(&claimed, Some(&owner.password_hash)).await? {
        return Ok(owner);
    }
    let line = Line {
        account: Some(owner.id),
        device: claim.device.clone(),
        ..Line::default()
    };
    let note = async |conn: &mut AsyncPgConnection| {
        security_log::append(conn, SecurityEvent::ConfirmationFailed, now(), &line).await?;
        Ok(())
    };
    app.database.write(note).await?;
    Err(Refusal::invalid(claim.field, "This is not your password").into())
}

/// Locks the account, if its password is still the one that was confirmed.
///
/// # Errors
/// 409 `CONFLICT` when it was changed, or the account suspended, in between.
pub(super) async fn still_holds(conn: &AsyncPgConnection, owner: &Owner) -> Result<()> {
    if credentials::lock(conn, owner.id, &owner.password_hash).await? {
        return Ok(());
    }
    Err(Refusal::conflict(
        "CONFLICT",
        "Your account was changed at the same moment; try again",
    )
    .into())
}
