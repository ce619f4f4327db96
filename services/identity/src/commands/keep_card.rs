//! Keeping what identity answers of each profile.

use crate::store::cards;
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::profile::Card;

/// Keeps a card, unless a newer one is kept. It may come before the account is looked at, or after it is gone: it is
/// read only together with an account.
///
/// # Errors
/// When the database says so.
pub(crate) async fn keep_card(conn: &AsyncPgConnection, version: i64, card: &Card) -> Result<()> {
    cards::upsert(conn, version, card).await?;
    Ok(())
}
