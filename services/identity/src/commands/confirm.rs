//! Asking somebody who has a session for their password: whoever finds an open browser knows no password.

use super::now;
use super::tries::Tries;
use crate::app::App;
use crate::model::{Device, Password, SecurityEvent, Visitor};
use crate::store::credentials::{self, Owner};
use crate::store::security_log::{self, Line};
use chassis::{Principal, Refusal, Result};
use diesel_async::AsyncPgConnection;
use events::AccountId;

/// A password, as somebody with a session typed it.
pub(crate) struct Claim<'a> {
    pub(crate) who: &'a Principal,
    pub(crate) visitor: &'a Visitor,
    /// The field it was typed into.
    pub(crate) field: &'static str,
    pub(crate) password: &'a str,
}

/// The account of somebody who knows its password, too.
///
/// What is done with it must begin with [`still_holds`], in its transaction.
///
/// # Errors
/// 400 `VALIDATION_ERROR` when it is another; 401 `UNAUTHENTICATED` when the account may no longer act; 429
/// `RATE_LIMITED` when it was guessed too often; 503 `UNAVAILABLE` when too many passwords are being hashed.
pub(crate) async fn confirm(app: &App, claim: &Claim<'_>) -> Result<Owner> {
    let owner = {
        let conn = app.database.connection().await?;
        credentials::owner(&conn, claim.who.account).await?
    };
    let owner = owner.ok_or_else(Refusal::unauthenticated)?;
    let claimed = Password::claimed(claim.password);
    let tries = Tries::confirmation(app, claim.visitor, owner.id);
    tries.count(app).await?;
    match app.passwords.verify(&claimed, Some(&owner.password_hash)).await {
        Ok(true) => {
            let give_back = async |conn: &mut AsyncPgConnection| tries.give_back(conn).await;
            app.database.write(give_back).await?;
            return Ok(owner);
        }
        Ok(false) => {}
        Err(error) => return Err(tries.untried(app, error).await),
    }
    note_failure(app, owner.id, &claim.visitor.device).await?;
    Err(Refusal::invalid(claim.field, "This is not your password").into())
}

/// Notes that somebody with a session did not know what its owner knows.
///
/// # Errors
/// When the database says so.
pub(super) async fn note_failure(app: &App, account: AccountId, device: &Device) -> Result<()> {
    let line = Line {
        account: Some(account),
        device: device.clone(),
        ..Line::default()
    };
    let note = async |conn: &mut AsyncPgConnection| {
        security_log::append(conn, SecurityEvent::ConfirmationFailed, now(), &line).await?;
        Ok(())
    };
    app.database.write(note).await
}

/// Locks the account, if its password is still the one that was confirmed.
///
/// # Errors
/// 409 `CONFLICT` when it was changed, or the account suspended, in between.
pub(super) async fn still_holds(conn: &AsyncPgConnection, owner: &Owner) -> Result<()> {
    still_is(conn, (owner.id, "active", &owner.password_hash)).await
}

/// Locks an account, if it is in this state and has this password, as it was when that was checked.
///
/// # Errors
/// 409 `CONFLICT` when it was changed in between.
pub(super) async fn still_is(
    conn: &AsyncPgConnection,
    checked: (AccountId, &'static str, &str),
) -> Result<()> {
    match credentials::lock(conn, checked).await? {
        true => Ok(()),
        false => Err(changed_meanwhile().into()),
    }
}

/// It was changed between what was checked and what was to be done.
pub(super) fn changed_meanwhile() -> Refusal {
    Refusal::conflict(
        "CONFLICT",
        "Your account was changed at the same moment; try again",
    )
}
