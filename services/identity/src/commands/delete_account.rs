//! Deleting an account: it is unknown at once, and everybody who holds something about the person is asked to erase it.

use super::confirm::{Claim, changed_meanwhile, confirm};
use super::{no_account_of_address, now};
use crate::app::App;
use crate::model::{Email, READABLE_FOR, ReceiptToken, SecurityEvent};
use crate::store::accounts;
use crate::store::departures::{self, Leaver, NewErasure};
use crate::store::security_log::{self, Line};
use chassis::{Refusal, Result, Secrets};
use diesel_async::AsyncPgConnection;
use events::account::AccountDeleted;
use events::{AccountId, Cause, ErasureId, Event};
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
    let owner = confirm(app, claim).await?;
    delete_checked(app, cause, (owner.id, "active", owner.password_hash)).await
}

/// Deletes an account, if it still is in the state and has the password that were checked; answers the secret of the receipt.
///
/// # Errors
/// 401 `UNAUTHENTICATED` when it is gone, or in another state; 409 `CONFLICT` when the password was changed at the same moment.
pub(super) async fn delete_checked(
    app: &App,
    cause: &Cause,
    (account, state, password_hash): (AccountId, &'static str, String),
) -> Result<ReceiptToken> {
    let (token, secrets) = (ReceiptToken::new(rand::random()), &app.secrets);
    let erasure = begin(account, &token);
    app.database
        .write_last(async move |conn| {
            let leaver = lock(conn, cause, &erasure).await?;
            let leaver = leaver.filter(|leaver| leaver.state == state);
            let leaver = leaver.ok_or_else(Refusal::unauthenticated)?;
            if leaver.password_hash != password_hash {
                return Err(changed_meanwhile().into());
            }
            delete(conn, secrets, cause, &leaver, &erasure).await
        })
        .await?;
    Ok(token)
}

/// Deletes the account of an address because its person asked an operator for it, having lost password or second factor. Answers
/// the secret of the receipt.
///
/// # Errors
/// 404 `ACCOUNT_NOT_FOUND`.
pub(crate) async fn delete_account_of(
    conn: &mut AsyncPgConnection,
    secrets: &Secrets,
    email: &Email,
) -> Result<ReceiptToken> {
    let known = accounts::known(conn, email.normalized()).await?;
    let known = known.ok_or_else(no_account_of_address)?;
    let (token, cause) = (ReceiptToken::new(rand::random()), Cause::system());
    let erasure = begin(known.id, &token);
    let leaver = lock(conn, &cause, &erasure).await?;
    let leaver = leaver.ok_or_else(no_account_of_address)?;
    delete(conn, secrets, &cause, &leaver, &erasure).await?;
    Ok(token)
}

fn begin(account: AccountId, token: &ReceiptToken) -> NewErasure {
    let now = now();
    NewErasure {
        id: ErasureId::new(),
        account,
        token_digest: token.digest(),
        requested_at: now,
        readable_until: now + READABLE_FOR,
    }
}

/// Puts up the tombstone. Whoever writes about the person is waited for first.
async fn lock(conn: &AsyncPgConnection, cause: &Cause, erasure: &NewErasure) -> Result<Option<Leaver>> {
    let told = serde_json::to_value(cause)?;
    erasures::bury(conn, erasure.account.0, erasure.id.0, &told).await?;
    Ok(departures::lock(conn, erasure.account).await?)
}

/// Everything that ends with the commit.
async fn delete(
    conn: &AsyncPgConnection,
    secrets: &Secrets,
    cause: &Cause,
    leaver: &Leaver,
    erasure: &NewErasure,
) -> Result<()> {
    let account = erasure.account;
    for name in departures::names(conn, account).await? {
        departures::reserve(conn, &name_digest(secrets, &name), erasure.requested_at).await?;
    }
    departures::forget(conn, account, &leaver.normalized_email).await?;
    departures::insert(conn, erasure).await?;
    let line = Line {
        account: Some(account),
        actor: cause.actor,
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
