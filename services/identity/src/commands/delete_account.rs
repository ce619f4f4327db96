//! Deleting an account: it is unknown at once, and everybody who holds something about the person is asked to erase it.

use super::confirm::{Claim, confirm};
use super::now;
use crate::app::App;
use crate::model::{READABLE_FOR, ReceiptToken, SecurityEvent};
use crate::store::credentials::Owner;
use crate::store::departures::{self, NewErasure};
use crate::store::security_log::{self, Line};
use chassis::{Refusal, Result, Secrets};
use diesel_async::AsyncPgConnection;
use events::account::AccountDeleted;
use events::{Cause, ErasureId, Event};
use store::{erasures, outbox};

/// Deletes the asker's account, if they know its password; answers the secret of the receipt, which is told to nobody
/// again.
///
/// The account's rows go with the commit, and with them its sessions: the next request of any of them is refused, and a
/// log-in is answered as for an address that nobody has. The address is free at once, the user name never again.
///
/// # Errors
/// 400 `VALIDATION_ERROR` when it is another password; 401 `UNAUTHENTICATED` when the account is gone; 429
/// `RATE_LIMITED`; 409 `CONFLICT` when the password was changed at the same moment; 503 `UNAVAILABLE` when too many
/// passwords are being hashed.
pub(crate) async fn delete_account(app: &App, cause: &Cause, claim: &Claim<'_>) -> Result<ReceiptToken> {
    let checked = confirm(app, claim).await?;
    let token = ReceiptToken::new(rand::random());
    let (secrets, digest) = (&app.secrets, token.digest());
    app.database
        .write_last(async move |conn| {
            let now = now();
            let erasure = NewErasure {
                id: ErasureId::new(),
                account: checked.id,
                token_digest: digest,
                requested_at: now,
                readable_until: now + READABLE_FOR,
            };
            delete(conn, secrets, cause, &checked, &erasure).await
        })
        .await?;
    Ok(token)
}

/// Everything that ends with the commit. Whoever writes about the person is waited for first.
async fn delete(
    conn: &mut AsyncPgConnection,
    secrets: &Secrets,
    cause: &Cause,
    checked: &Owner,
    erasure: &NewErasure,
) -> Result<()> {
    let account = erasure.account;
    let told = serde_json::to_value(cause)?;
    erasures::bury(conn, account.0, erasure.id.0, &told).await?;
    let leaver = departures::lock(conn, account).await?;
    let leaver = leaver.ok_or_else(Refusal::unauthenticated)?;
    if leaver.password_hash != checked.password_hash {
        let message = "Your account was changed at the same moment; try again";
        return Err(Refusal::conflict("CONFLICT", message).into());
    }
    for name in departures::names(conn, account).await? {
        departures::reserve(conn, &name_digest(secrets, &name), erasure.requested_at).await?;
    }
    departures::forget(conn, account, &leaver.normalized_email).await?;
    departures::insert(conn, erasure).await?;
    let line = Line {
        account: Some(account),
        actor: Some(account),
        ..Line::default()
    };
    security_log::append(conn, SecurityEvent::AccountDeleted, erasure.requested_at, &line).await?;
    let deleted = AccountDeleted {
        account_id: account,
        erasure_id: erasure.id,
        deleted_at: erasure.requested_at,
    };
    outbox::append(conn, cause, leaver.version + 1, Event::AccountDeleted(deleted)).await?;
    Ok(())
}

/// By what a user name is known that is kept from everybody: whoever has only the database cannot tell whose it was.
pub(super) fn name_digest(secrets: &Secrets, username: &str) -> [u8; 32] {
    secrets.digest("reserved-username", &[username.to_lowercase().as_bytes()])
}
