//! What identity keeps of each profile.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::profile::Card;
use store::statement;

/// Keeps a card, if it is newer than the one that is kept.
pub(crate) async fn upsert(mut conn: &AsyncPgConnection, version: i64, card: &Card) -> QueryResult<usize> {
    statement(
        "INSERT INTO card (account_id, version, display_name, avatar_media_id, theme) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (account_id) DO UPDATE SET version = excluded.version, display_name = excluded.display_name, \
            avatar_media_id = excluded.avatar_media_id, theme = excluded.theme \
         WHERE card.version < excluded.version",
    )
    .bind::<SqlUuid, _>(card.account_id)
    .bind::<BigInt, _>(version)
    .bind::<Text, _>(&card.display_name)
    .bind::<Nullable<SqlUuid>, _>(card.avatar_media_id)
    .bind::<Text, _>(&card.theme)
    .execute(&mut conn)
    .await
}
