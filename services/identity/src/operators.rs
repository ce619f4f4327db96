//! What an operator may do to accounts, by the command line.

use crate::commands;
use crate::model::Email;
use crate::store::accounts;
use chassis::{Refusal, Result, Role, Secrets};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use events::AccountId;
use url::Url;

/// Whose address this is. The connection is one to identity's own schema.
///
/// # Errors
/// 400 `VALIDATION_ERROR` for what is no address; 404 `ACCOUNT_NOT_FOUND`.
pub async fn account_of(conn: &AsyncPgConnection, email: &str) -> Result<AccountId> {
    let email = Email::parse(email).map_err(|problem| Refusal::invalid("email", problem))?;
    let found = accounts::of_address(conn, &email).await?;
    found.ok_or_else(|| commands::no_account_of_address().into())
}

/// Gives the account of an address a role, and notes it in the security log. The connection is one to identity's own
/// schema; the change counts from the account's next request on.
///
/// # Errors
/// 400 `VALIDATION_ERROR` for what is no address; 404 `ACCOUNT_NOT_FOUND`.
pub async fn set_role(conn: &mut AsyncPgConnection, email: &str, role: Role) -> Result<AccountId> {
    let email = Email::parse(email).map_err(|problem| Refusal::invalid("email", problem))?;
    conn.transaction(async |conn| commands::set_role(conn, &email, role).await)
        .await
}

/// Deletes the account of an address, as its person asked: also one that is suspended, which has no session to ask with.
/// Answers where the receipt is read. The connection is one to identity's own schema.
///
/// # Errors
/// 400 `VALIDATION_ERROR` for what is no address; 404 `ACCOUNT_NOT_FOUND`.
pub async fn delete_account(
    conn: &mut AsyncPgConnection,
    secrets: &Secrets,
    public_url: &Url,
    email: &str,
) -> Result<Url> {
    let email = Email::parse(email).map_err(|problem| Refusal::invalid("email", problem))?;
    let token = conn
        .transaction(async |conn| commands::delete_account_of(conn, secrets, &email).await)
        .await?;
    Ok(token.address(public_url))
}
