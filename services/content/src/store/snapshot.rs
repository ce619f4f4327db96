//! All posts there are, one page after another; those that are removed, too.

use super::changes::{WholePost, WholeRow, whole};
use ::store::statement;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::PostId;

#[derive(QueryableByName)]
struct Row {
    #[diesel(embed)]
    whole: WholeRow,
    #[diesel(sql_type = Bool)]
    removed: bool,
}

/// A post, and whether it was removed.
pub(crate) struct Told {
    pub(crate) whole: WholePost,
    pub(crate) removed: bool,
}

/// Those that come after this one by their ids.
pub(crate) async fn page(
    mut conn: &AsyncPgConnection,
    after: Option<PostId>,
    limit: i64,
) -> QueryResult<Vec<Told>> {
    let rows: Vec<Row> = statement(concat!(
        "SELECT p.removed_at IS NOT NULL AS removed, ",
        whole!(),
        "FROM post p WHERE $1::uuid IS NULL OR p.id > $1 ORDER BY p.id LIMIT $2"
    ))
    .bind::<Nullable<SqlUuid>, _>(after)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Told {
                whole: row.whole.read()?,
                removed: row.removed,
            })
        })
        .collect()
}
