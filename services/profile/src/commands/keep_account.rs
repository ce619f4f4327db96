use super::publish;
use crate::store::profiles;
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::Cause;
use events::identity::Account;

/// Makes the profile of a new account, or keeps what identity says anew of one.
///
/// The person may have written their profile before this came; nothing of it is lost.
pub(crate) async fn keep_account(
    conn: &AsyncPgConnection,
    cause: &Cause,
    version: i64,
    account: &Account,
) -> Result<()> {
    let (id, name) = (account.account_id, &account.display_name);
    profiles::insert_if_absent(conn, id, &account.username, name, account.created_at).await?;
    let Some(mut profile) = profiles::lock(conn, id).await? else {
        return Ok(());
    };
    let reads_differently = profile.keep_account(version, account);
    if reads_differently || profile.version == 0 {
        publish(conn, cause, &mut profile).await
    } else {
        profiles::save(conn, &profile).await?;
        Ok(())
    }
}
