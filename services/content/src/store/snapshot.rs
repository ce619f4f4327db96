//! All posts there are, one page after another, and all reactions; posts that are removed, too.

use super::changes::{WholePost, WholeRow, whole};
use ::store::statement;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::content::Reaction;
use events::{AccountId, PostId};
use uuid::Uuid;

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

#[derive(QueryableByName)]
struct ReactionRow {
    #[diesel(sql_type = SqlUuid)]
    post_id: PostId,
    #[diesel(sql_type = SqlUuid)]
    author_id: AccountId,
    #[diesel(sql_type = SqlUuid)]
    account_id: AccountId,
    #[diesel(sql_type = Text)]
    reaction: String,
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// Reactions that come after this one by their posts' ids and their people's, with the version that the post's counts have now.
pub(crate) async fn reactions(
    mut conn: &AsyncPgConnection,
    after: Option<(PostId, AccountId)>,
    limit: i64,
) -> QueryResult<Vec<(i64, Reaction)>> {
    let rows: Vec<ReactionRow> = statement(
        "SELECT r.post_id, p.author_id, r.account_id, r.type AS reaction, c.version \
         FROM reaction r JOIN post p ON p.id = r.post_id JOIN post_counts c ON c.post_id = r.post_id \
         WHERE (r.post_id, r.account_id) > ($1, $2) ORDER BY r.post_id, r.account_id LIMIT $3",
    )
    .bind::<SqlUuid, _>(after.map_or(Uuid::nil(), |(post, _)| post.0))
    .bind::<SqlUuid, _>(after.map_or(Uuid::nil(), |(_, person)| person.0))
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await?;
    let told = rows.into_iter().map(|row| {
        let told = Reaction {
            post_id: row.post_id,
            author_id: row.author_id,
            account_id: row.account_id,
            reaction: Some(row.reaction),
        };
        (row.version, told)
    });
    Ok(told.collect())
}
