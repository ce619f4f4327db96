//! All that is held about one person: handed out on request, and erased with them.

use super::Index;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;
use store::exports::Holding;
use store::statement;

pub(crate) const HOLDINGS: &[Holding] = &[
    (
        "person",
        "SELECT id, version, removed, searchable, username, display_name, title, avatar_media_id, names, \
         document::text FROM person WHERE id = $1",
    ),
    (
        "credits",
        "SELECT account_id, id, position, title, role, company, year, description, document::text FROM credit \
         WHERE account_id = $1 ORDER BY id",
    ),
    (
        "posts",
        "SELECT id, version, removed, author_id, content, tags, media, visibility, state, created_at, edited_at, \
         document::text FROM post WHERE author_id = $1 ORDER BY id",
    ),
    ("files", "SELECT * FROM file WHERE owner_id = $1 ORDER BY id"),
    (
        "counts",
        "SELECT * FROM post_counts WHERE author_id = $1 ORDER BY post_id",
    ),
    (
        "reactions",
        "SELECT * FROM reaction WHERE account_id = $1 ORDER BY post_id",
    ),
];

/// Erases what stands beside both indexes.
pub(crate) async fn erase_beside(mut conn: &AsyncPgConnection, account: AccountId) -> QueryResult<()> {
    statement("DELETE FROM file WHERE owner_id = $1")
        .bind::<SqlUuid, _>(account)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Erases all of it in one of the two indexes.
pub(crate) async fn erase(mut conn: &AsyncPgConnection, index: Index, account: AccountId) -> QueryResult<()> {
    let statements = match index {
        Index::Live => [
            "DELETE FROM person WHERE id = $1",
            "DELETE FROM credit WHERE account_id = $1",
            "DELETE FROM reaction WHERE account_id = $1 OR author_id = $1",
            "DELETE FROM post_counts WHERE author_id = $1",
            // Events of before they said whose they are.
            "DELETE FROM post_counts c USING post p WHERE c.author_id IS NULL AND p.id = c.post_id AND p.author_id = $1",
            "DELETE FROM post WHERE author_id = $1",
        ],
        Index::Shadow => [
            "DELETE FROM person_shadow WHERE id = $1",
            "DELETE FROM credit_shadow WHERE account_id = $1",
            "DELETE FROM reaction_shadow WHERE account_id = $1 OR author_id = $1",
            "DELETE FROM post_counts_shadow WHERE author_id = $1",
            "DELETE FROM post_counts_shadow c USING post_shadow p \
             WHERE c.author_id IS NULL AND p.id = c.post_id AND p.author_id = $1",
            "DELETE FROM post_shadow WHERE author_id = $1",
        ],
    };
    for sql in statements {
        statement(sql)
            .bind::<SqlUuid, _>(account)
            .execute(&mut conn)
            .await?;
    }
    Ok(())
}
