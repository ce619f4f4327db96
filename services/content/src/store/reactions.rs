//! Who reacted to what.

use super::authors::{CardRow, introduced};
use super::feeds::Ask;
use crate::model::{Asker, ReactionType};
use ::store::statement;
use chassis::Principal;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, PostId};

/// Somebody's reaction.
#[derive(Debug, QueryableByName)]
pub(crate) struct ReactionRow {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) account_id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) r#type: ReactionType,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) at: DateTime<Utc>,
    #[diesel(embed)]
    pub(crate) card: CardRow,
}

/// Writes a person's reaction in the place of the one before, and sees to the person's card.
pub(crate) async fn set(
    mut conn: &AsyncPgConnection,
    who: &Principal,
    post: PostId,
    reaction: ReactionType,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    statement(concat!(
        "WITH ",
        introduced!(),
        "INSERT INTO reaction (post_id, account_id, type, at) VALUES ($4, $1, $5, $6) \
         ON CONFLICT (post_id, account_id) DO UPDATE SET type = excluded.type, at = excluded.at"
    ))
    .bind::<SqlUuid, _>(who.account)
    .bind::<Text, _>(&who.username)
    .bind::<Text, _>(&who.display_name)
    .bind::<SqlUuid, _>(post)
    .bind::<Text, _>(reaction)
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Takes a person's reaction back.
pub(crate) async fn unset(mut conn: &AsyncPgConnection, who: AccountId, post: PostId) -> QueryResult<()> {
    statement("DELETE FROM reaction WHERE post_id = $1 AND account_id = $2")
        .bind::<SqlUuid, _>(post)
        .bind::<SqlUuid, _>(who)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Takes all reactions to a post back.
pub(crate) async fn clear(mut conn: &AsyncPgConnection, post: PostId) -> QueryResult<()> {
    statement("DELETE FROM reaction WHERE post_id = $1")
        .bind::<SqlUuid, _>(post)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Those whose reactions the asker may see: `$3` is the post, `$4` the type or NULL.
macro_rules! reacted {
    () => {
        concat!(
            "FROM reaction r WHERE r.post_id = $3 AND ($4 IS NULL OR r.type = $4) AND ",
            audience::not_blocked!("r.account_id")
        )
    };
}

/// The newest reactions to a post, of one type or all.
pub(crate) async fn list(
    mut conn: &AsyncPgConnection,
    Ask { asker, after, limit }: Ask,
    post: PostId,
    reaction: Option<ReactionType>,
) -> QueryResult<Vec<ReactionRow>> {
    statement(concat!(
        "SELECT r.account_id, r.type, r.at, a.username, a.display_name, a.avatar_media_id FROM (SELECT r.* ",
        reacted!(),
        " AND (r.at, r.account_id) < ($5, $6) ORDER BY r.at DESC, r.account_id DESC LIMIT $7) r \
         JOIN author a ON a.account_id = r.account_id ORDER BY r.at DESC, r.account_id DESC"
    ))
    .bind::<Nullable<SqlUuid>, _>(asker.account)
    .bind::<Bool, _>(asker.moderator)
    .bind::<SqlUuid, _>(post)
    .bind::<Nullable<Text>, _>(reaction)
    .bind::<Timestamptz, _>(after.at)
    .bind::<SqlUuid, _>(after.id)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many [`list`] shows on all its pages.
pub(crate) async fn count(
    mut conn: &AsyncPgConnection,
    asker: Asker,
    post: PostId,
    reaction: Option<ReactionType>,
) -> QueryResult<i64> {
    let row: Count = statement(concat!("SELECT count(*) AS count ", reacted!()))
        .bind::<Nullable<SqlUuid>, _>(asker.account)
        .bind::<Bool, _>(asker.moderator)
        .bind::<SqlUuid, _>(post)
        .bind::<Nullable<Text>, _>(reaction)
        .get_result(&mut conn)
        .await?;
    Ok(row.count)
}
