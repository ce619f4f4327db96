//! Confirming an address.

use super::now;
use crate::model::{Device, SecurityEvent, VerificationToken};
use crate::store::accounts::{self, PublicState};
use crate::store::security_log::{self, Line};
use crate::store::verifications;
use chassis::{Refusal, Result, Secrets};
use diesel_async::AsyncPgConnection;
use events::identity::{Account, AccountState};
use events::{Cause, Event};
use store::outbox;

/// Confirms the address to which a link was sent. Followed twice, it happens once.
///
/// # Errors
/// 404 `TOKEN_NOT_FOUND`; 400 `TOKEN_EXPIRED`.
pub(crate) async fn verify_email(
    conn: &mut AsyncPgConnection,
    secrets: &Secrets,
    cause: &Cause,
    device: Device,
    token: &str,
) -> Result<()> {
    let now = now();
    let id = VerificationToken::open(token, secrets).ok_or_else(token_not_found)?;
    let found = verifications::lock(conn, id).await?;
    // A link to an address that the account no longer has proves nothing.
    let found = found
        .filter(|found| found.is_current)
        .ok_or_else(token_not_found)?;
    if found.is_confirmed {
        return Ok(());
    }
    if found.expires_at <= now {
        return Err(token_expired().into());
    }
    verifications::mark_used(conn, id, now).await?;
    let account = accounts::confirm_email(conn, found.account_id, now).await?;
    let line = Line {
        account: Some(found.account_id),
        actor: Some(found.account_id),
        device,
        detail: None,
    };
    security_log::append(conn, SecurityEvent::EmailVerified, now, &line).await?;
    let version = account.version;
    outbox::append(conn, cause, version, Event::AccountVerified(verified(account))).await?;
    Ok(())
}

fn verified(account: PublicState) -> Account {
    Account {
        account_id: account.id,
        username: account.username,
        display_name: account.display_name,
        state: AccountState::Active,
        email_verified: true,
        created_at: account.created_at,
    }
}

fn token_not_found() -> Refusal {
    Refusal::not_found(
        "TOKEN_NOT_FOUND",
        "This link is not one of ours; ask for a new one",
    )
}

fn token_expired() -> Refusal {
    Refusal {
        code: "TOKEN_EXPIRED",
        ..Refusal::invalid("token", "This link is too old; ask for a new one")
    }
}
