//! All that is held about one person: handed out on request, and erased with them.

use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;
use store::exports::Holding;
use store::statement;

pub(crate) const HOLDINGS: &[Holding] = &[
    ("profile", "SELECT * FROM profile WHERE id = $1"),
    (
        "credits",
        "SELECT * FROM credit WHERE account_id = $1 ORDER BY position, id",
    ),
    (
        "education",
        "SELECT * FROM education WHERE account_id = $1 ORDER BY id",
    ),
    ("links", "SELECT * FROM link WHERE account_id = $1 ORDER BY id"),
    (
        "knownFiles",
        "SELECT * FROM media WHERE owner_id = $1 ORDER BY id",
    ),
    (
        "relationshipCounts",
        "SELECT * FROM relationship_counts WHERE account_id = $1",
    ),
    ("postCounts", "SELECT * FROM post_counts WHERE account_id = $1"),
    (
        "knownNames",
        "SELECT * FROM known_name WHERE account_id = $1 ORDER BY digest",
    ),
];

/// Erases all of it. What belongs to the profile goes with its row; of user names nobody can tell any more whose they were.
pub(crate) async fn erase(mut conn: &AsyncPgConnection, account: AccountId) -> QueryResult<()> {
    for sql in [
        "DELETE FROM profile WHERE id = $1",
        "DELETE FROM media WHERE owner_id = $1",
        "DELETE FROM relationship_counts WHERE account_id = $1",
        "DELETE FROM post_counts WHERE account_id = $1",
        "UPDATE known_name SET account_id = NULL WHERE account_id = $1",
    ] {
        statement(sql)
            .bind::<SqlUuid, _>(account)
            .execute(&mut conn)
            .await?;
    }
    Ok(())
}
