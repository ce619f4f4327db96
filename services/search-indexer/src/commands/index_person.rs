use crate::store::{self, Index};
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::profile::Card;

/// Makes a person and their credits findable as this card shows them.
///
/// Two statements: the credits' must not look before it has waited for whoever else is changing this person.
pub(crate) async fn index_person(
    conn: &mut AsyncPgConnection,
    index: Index,
    version: i64,
    card: &Card,
) -> Result<()> {
    if store::people::upsert(conn, index, version, card).await? {
        store::credits::replace(conn, index, card.account_id, &card.credits).await?;
    }
    Ok(())
}
