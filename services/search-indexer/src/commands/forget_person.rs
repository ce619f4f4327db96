use crate::store;
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::AccountId;

/// Keeps nothing of a person whose account is deleted. No card that comes later is taken.
pub(crate) async fn forget_person(conn: &mut AsyncPgConnection, account: AccountId) -> Result<()> {
    store::people::bury(conn, account).await?;
    store::credits::replace(conn, account, &[]).await?;
    Ok(())
}
