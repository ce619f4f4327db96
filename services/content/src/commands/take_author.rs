//! How authors are shown: told by identity and profile, each about its own half.

use crate::store::authors;
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::identity::Account;
use events::profile::Card;

/// Notes an account's names.
pub(crate) async fn take_account(
    conn: &mut AsyncPgConnection,
    version: i64,
    account: &Account,
) -> Result<()> {
    authors::take_account(conn, version, account).await?;
    Ok(())
}

/// Notes a profile's display name and picture.
pub(crate) async fn take_profile(conn: &mut AsyncPgConnection, version: i64, card: &Card) -> Result<()> {
    authors::take_profile(conn, version, card).await?;
    Ok(())
}
