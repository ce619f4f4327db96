//! Confirming an address.

use super::notify::notify;
use super::now;
use super::sign_up::is_taken;
use crate::model::{Device, Email, LinkToken, Notice, SecurityEvent};
use crate::store::security_log::{self, Line};
use crate::store::verifications::Found;
use crate::store::{accounts, password_resets, verifications};
use anyhow::anyhow;
use chassis::{Error, Refusal, Result, Secrets};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::{Cause, Event};
use store::outbox;

/// Confirms the address to which a link was sent. Followed twice, it happens once.
///
/// # Errors
/// 404 `TOKEN_NOT_FOUND`; 400 `TOKEN_EXPIRED`; 409 `EMAIL_TAKEN` when somebody else has the new address by now.
pub(crate) async fn verify_email(
    conn: &mut AsyncPgConnection,
    secrets: &Secrets,
    cause: &Cause,
    device: Device,
    token: &str,
) -> Result<()> {
    let now = now();
    let id = LinkToken::verification(token, secrets).ok_or_else(token_not_found)?;
    let found = verifications::lock(conn, id).await?;
    // A link to an address that the account no longer has, or is no longer to have, proves nothing.
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
    let (account, event) = match &found.new_email {
        None => {
            let account = accounts::confirm_email(conn, found.account_id, now).await?;
            (account, SecurityEvent::EmailVerified)
        }
        Some(email) => {
            let account = move_to(conn, cause, &found, email, now).await?;
            (account, SecurityEvent::EmailChanged)
        }
    };
    let line = Line {
        account: Some(found.account_id),
        actor: Some(found.account_id),
        device,
        detail: None,
    };
    security_log::append(conn, event, now, &line).await?;
    let version = account.version;
    outbox::append(conn, cause, version, Event::AccountVerified(account.told())).await?;
    Ok(())
}

/// Gives an account the address that was proved; the old one is told, and links that were sent there are void.
async fn move_to(
    conn: &AsyncPgConnection,
    cause: &Cause,
    found: &Found,
    email: &str,
    now: DateTime<Utc>,
) -> Result<accounts::PublicState> {
    let email = Email::parse(email).map_err(|problem| Error::Failed(anyhow!(problem)))?;
    notify(conn, cause, found.account_id, Notice::EmailChanged, now).await?;
    verifications::void_changes(conn, found.account_id, now).await?;
    password_resets::void(conn, found.account_id, now).await?;
    let changed = accounts::change_email(conn, found.account_id, &email, now).await?;
    Ok(changed.map_err(is_taken)?)
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
        details: Vec::new(),
        ..Refusal::invalid("token", "This link is too old; ask for a new one")
    }
}
