//! Letting addresses sign up where only invited ones may.

use super::administer::must_be_admin;
use super::{now, own_line};
use crate::model::{Device, Email, SecurityEvent};
use crate::store::allow_list::{self, Entry};
use crate::store::security_log::{self, Line};
use chassis::{Principal, Refusal, Result};
use diesel_async::AsyncPgConnection;

/// Lets an address sign up. The same answer when it may already.
///
/// # Errors
/// 400 `VALIDATION_ERROR`; 403 `FORBIDDEN`.
pub(crate) async fn allow(
    conn: &AsyncPgConnection,
    admin: &Principal,
    device: &Device,
    email: &str,
) -> Result<Entry> {
    let email = Email::parse(email).map_err(|problem| Refusal::invalid("email", problem))?;
    must_be_admin(conn, admin).await?;
    let now = now();
    let (entry, is_new) = allow_list::add(conn, &email, admin.account, now).await?;
    if is_new {
        security_log::append(conn, SecurityEvent::AllowListAdded, now, &line(admin, device)).await?;
    }
    Ok(entry)
}

/// Lets an address no longer sign up. Whoever has done so stays.
///
/// # Errors
/// 400 `VALIDATION_ERROR`; 403 `FORBIDDEN`; 404 `ADDRESS_NOT_FOUND`.
pub(crate) async fn disallow(
    conn: &AsyncPgConnection,
    admin: &Principal,
    device: &Device,
    email: &str,
) -> Result<()> {
    let email = Email::parse(email).map_err(|problem| Refusal::invalid("email", problem))?;
    must_be_admin(conn, admin).await?;
    if !allow_list::remove(conn, &email).await? {
        let message = "This address is not on the list";
        return Err(Refusal::not_found("ADDRESS_NOT_FOUND", message).into());
    }
    security_log::append(conn, SecurityEvent::AllowListRemoved, now(), &line(admin, device)).await?;
    Ok(())
}

/// It is about no account, and no address stands in the log.
fn line(admin: &Principal, device: &Device) -> Line {
    Line {
        account: None,
        ..own_line(admin, device)
    }
}
