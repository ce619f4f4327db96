//! What admins do to accounts: suspend, restore, give a role.

use super::end_session::revoke_all;
use super::notify::notify;
use super::now;
use crate::model::{Device, Notice, Reason, SecurityEvent, role_name};
use crate::store::administration::{self, Overseen};
use crate::store::security_log::{self, Line};
use crate::store::suspensions::{self, NewSuspension};
use crate::store::{accounts, password_resets, verifications};
use chassis::{Error, Principal, Refusal, Result, Role};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::{AccountId, Cause, Event};
use serde_json::json;
use store::outbox;

/// An admin at work on an account.
pub(crate) struct Administration<'a> {
    pub(crate) admin: &'a Principal,
    pub(crate) device: Device,
    pub(crate) account: AccountId,
}

impl Administration<'_> {
    /// Whoever asks must be an admin at this moment, and not only when the edge asked; answers all admins, who stay locked.
    async fn begin(&self, conn: &AsyncPgConnection) -> Result<Vec<AccountId>> {
        let admins = administration::lock_admins(conn).await?;
        if admins.contains(&self.admin.account) {
            Ok(admins)
        } else {
            Err(Refusal::forbidden("This is for admins").into())
        }
    }

    /// Somebody must be left who could undo it.
    fn must_not_be_last(&self, admins: &[AccountId]) -> Result<()> {
        if admins == [self.account] {
            return Err(Refusal::conflict(
                "LAST_ADMIN",
                "This is the last admin; make somebody else one first",
            )
            .into());
        }
        Ok(())
    }

    fn line(&self, detail: serde_json::Value) -> Line {
        Line {
            account: Some(self.account),
            actor: Some(self.admin.account),
            device: self.device.clone(),
            detail: Some(detail),
        }
    }

    async fn look(&self, conn: &AsyncPgConnection) -> Result<Overseen> {
        let account = administration::account(conn, self.account).await?;
        Ok(account.ok_or_else(account_not_found)?)
    }
}

/// Suspends an account: its sessions end, its links are void, and everything by it is hidden. Of one that is suspended,
/// the reason and the end are changed.
///
/// # Errors
/// 403 `FORBIDDEN`; 404 `ACCOUNT_NOT_FOUND`; 409 `LAST_ADMIN`.
pub(crate) async fn suspend(
    conn: &AsyncPgConnection,
    cause: &Cause,
    by: &Administration<'_>,
    reason: Reason,
    until: Option<DateTime<Utc>>,
) -> Result<Overseen> {
    let (now, account) = (now(), by.account);
    by.must_not_be_last(&by.begin(conn).await?)?;
    // Also one that is suspended, and is about to be restored because its time is over.
    accounts::lock(conn, account).await?;
    let suspended = suspensions::change_state(conn, account, "active", "suspended").await?;
    if suspended.is_none() && by.look(conn).await?.state != "suspended" {
        return Err(account_not_found().into());
    }
    let suspension = NewSuspension {
        account,
        reason,
        until,
        at: now,
        by: Some(by.admin.account),
    };
    suspensions::upsert(conn, &suspension).await?;
    let line = by.line(json!({ "reason": suspension.reason.as_str(), "until": until }));
    security_log::append(conn, SecurityEvent::AccountSuspended, now, &line).await?;
    if let Some(state) = suspended {
        password_resets::void(conn, account, now).await?;
        verifications::void_changes(conn, account, now).await?;
        revoke_all(conn, cause, account, None, now).await?;
        let version = state.version;
        outbox::append(conn, cause, version, Event::AccountSuspended(state.told())).await?;
        notify(conn, cause, account, Notice::AccountSuspended, now).await?;
    }
    by.look(conn).await
}

/// Ends a suspension. The same answer when there is none.
///
/// # Errors
/// 403 `FORBIDDEN`; 404 `ACCOUNT_NOT_FOUND`.
pub(crate) async fn restore(
    conn: &AsyncPgConnection,
    cause: &Cause,
    by: &Administration<'_>,
) -> Result<Overseen> {
    by.begin(conn).await?;
    if by.look(conn).await?.state == "deleted" {
        return Err(account_not_found().into());
    }
    let line = by.line(json!({}));
    end_suspension(conn, cause, by.account, &line, now()).await?;
    by.look(conn).await
}

/// Puts a suspended account back, and tells so.
pub(super) async fn end_suspension(
    conn: &AsyncPgConnection,
    cause: &Cause,
    account: AccountId,
    line: &Line,
    now: DateTime<Utc>,
) -> Result<()> {
    let restored = suspensions::change_state(conn, account, "suspended", "active").await?;
    suspensions::remove(conn, account).await?;
    let Some(state) = restored else {
        return Ok(());
    };
    security_log::append(conn, SecurityEvent::AccountRestored, now, line).await?;
    let version = state.version;
    outbox::append(conn, cause, version, Event::AccountRestored(state.told())).await?;
    notify(conn, cause, account, Notice::AccountRestored, now).await
}

/// Gives an account a role. It counts from the account's next request on: sessions carry no role.
///
/// # Errors
/// 403 `FORBIDDEN`; 404 `ACCOUNT_NOT_FOUND`; 409 `LAST_ADMIN`.
pub(crate) async fn give_role(
    conn: &AsyncPgConnection,
    by: &Administration<'_>,
    role: Role,
) -> Result<Overseen> {
    let admins = by.begin(conn).await?;
    if role != Role::Admin {
        by.must_not_be_last(&admins)?;
    }
    let before = administration::set_role(conn, by.account, role).await?;
    let before = before.ok_or_else(account_not_found)?;
    if before != role_name(role) {
        let line = by.line(json!({ "from": before, "to": role_name(role) }));
        security_log::append(conn, SecurityEvent::RoleChanged, now(), &line).await?;
    }
    by.look(conn).await
}

/// Refuses whoever is no admin any more; for what is done to no account.
///
/// # Errors
/// 403 `FORBIDDEN`.
pub(super) async fn must_be_admin(conn: &AsyncPgConnection, who: &Principal) -> Result<()> {
    let account = administration::account(conn, who.account).await?;
    let is_admin =
        account.is_some_and(|account| account.role == role_name(Role::Admin) && account.state == "active");
    if is_admin {
        Ok(())
    } else {
        Err(Error::Refused(Refusal::forbidden("This is for admins")))
    }
}

fn account_not_found() -> Refusal {
    Refusal::not_found("ACCOUNT_NOT_FOUND", "There is no such account")
}
