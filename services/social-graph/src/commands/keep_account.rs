use crate::store::accounts;
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::identity::Account;
use events::profile::Card;

/// Keeps what identity last said of somebody.
pub(crate) async fn keep_account(conn: &AsyncPgConnection, version: i64, account: &Account) -> Result<()> {
    accounts::apply_account(conn, version, account).await?;
    Ok(())
}

/// Keeps what profile last said of somebody.
pub(crate) async fn keep_card(conn: &AsyncPgConnection, version: i64, card: &Card) -> Result<()> {
    accounts::apply_card(conn, version, card).await?;
    Ok(())
}
