//! Giving an account a role.

use super::now;
use crate::model::{Email, SecurityEvent, role_name};
use crate::store::accounts;
use crate::store::security_log::{self, Line};
use chassis::{Refusal, Result, Role};
use diesel_async::AsyncPgConnection;
use events::AccountId;
use serde_json::json;

/// Nobody has this address.
pub(crate) fn no_account_of_address() -> Refusal {
    Refusal::not_found(
        "ACCOUNT_NOT_FOUND",
        "There is no account with this e-mail address",
    )
}

/// Gives the account of an address a role. It counts from the account's next request on: sessions carry no role.
///
/// # Errors
/// 404 `ACCOUNT_NOT_FOUND`.
pub(crate) async fn set_role(conn: &mut AsyncPgConnection, email: &Email, role: Role) -> Result<AccountId> {
    let before = accounts::set_role(conn, email, role).await?;
    let before = before.ok_or_else(no_account_of_address)?;
    let line = Line {
        account: Some(before.id),
        detail: Some(json!({ "from": before.role, "to": role_name(role) })),
        ..Line::default()
    };
    security_log::append(conn, SecurityEvent::RoleChanged, now(), &line).await?;
    Ok(before.id)
}
