use super::publish;
use crate::model::name_digest;
use crate::store::{names, profiles};
use chassis::{Result, Secrets};
use diesel_async::AsyncPgConnection;
use events::Cause;
use events::identity::Account;

/// Makes the profile of a new account, or keeps what identity says anew of one.
///
/// A user name stays its owner's also when this comes after the next one.
///
/// The person may have written their profile before this came; nothing of it is lost.
pub(crate) async fn keep_account(
    conn: &AsyncPgConnection,
    secrets: &Secrets,
    cause: &Cause,
    version: i64,
    account: &Account,
) -> Result<()> {
    let (id, name) = (account.account_id, &account.display_name);
    profiles::insert_if_absent(conn, id, &account.username, name, account.created_at).await?;
    let Some(mut profile) = profiles::lock(conn, id).await? else {
        return Ok(());
    };
    // The one before may have come from the person's own session.
    for name in [&profile.username, &account.username] {
        names::keep(conn, &name_digest(secrets, name), id).await?;
    }
    let reads_differently = profile.keep_account(version, account);
    if reads_differently || profile.version == 0 {
        publish(conn, cause, &mut profile).await
    } else {
        profiles::save(conn, &profile).await?;
        Ok(())
    }
}
