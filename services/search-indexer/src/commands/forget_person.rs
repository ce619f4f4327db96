use crate::store::{self, Index};
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::AccountId;

/// Keeps nothing of a person whose account is deleted. No card that comes later is taken.
pub(crate) async fn forget_person(
    conn: &mut AsyncPgConnection,
    index: Index,
    account: AccountId,
) -> Result<()> {
    store::people::bury(conn, index, account).await?;
    store::credits::replace(conn, index, account, &[]).await?;
    Ok(())
}
