//! Where files can be seen: projections of posts and of people's pictures.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::content::{Post, PostRemoved, PostState};
use events::profile::Card;
use store::statement;

/// Takes a post if it is newer.
pub(crate) async fn upsert_post(mut conn: &AsyncPgConnection, version: i64, post: &Post) -> QueryResult<()> {
    let state = match post.state {
        PostState::Published => "published",
        PostState::Hidden => "hidden",
    };
    statement(
        "INSERT INTO post AS known (id, version, removed, author_id, visibility, state, media) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, removed = excluded.removed, \
           author_id = excluded.author_id, visibility = excluded.visibility, state = excluded.state, \
           media = excluded.media \
         WHERE known.version < excluded.version",
    )
    .bind::<SqlUuid, _>(post.post_id)
    .bind::<BigInt, _>(version)
    .bind::<Bool, _>(false)
    .bind::<SqlUuid, _>(post.author_id)
    .bind::<Text, _>(post.visibility.as_str())
    .bind::<Text, _>(state)
    .bind::<Array<SqlUuid>, _>(&post.media)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Leaves only the version.
pub(crate) async fn bury_post(
    mut conn: &AsyncPgConnection,
    version: i64,
    post: &PostRemoved,
) -> QueryResult<()> {
    statement(
        "INSERT INTO post AS known (id, version, removed, author_id) VALUES ($1, $2, true, $3) \
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, removed = true, author_id = excluded.author_id, \
           visibility = 'private', state = 'hidden', media = '{}' \
         WHERE known.version < excluded.version",
    )
    .bind::<SqlUuid, _>(post.post_id)
    .bind::<BigInt, _>(version)
    .bind::<SqlUuid, _>(post.author_id)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Takes a card's pictures if it is newer.
pub(crate) async fn upsert_portrait(
    mut conn: &AsyncPgConnection,
    version: i64,
    card: &Card,
) -> QueryResult<()> {
    statement(
        "INSERT INTO portrait AS known (account_id, version, avatar_media_id, banner_media_id) \
         VALUES ($1, $2, $3, $4) \
         ON CONFLICT (account_id) DO UPDATE SET version = excluded.version, \
           avatar_media_id = excluded.avatar_media_id, banner_media_id = excluded.banner_media_id \
         WHERE known.version < excluded.version",
    )
    .bind::<SqlUuid, _>(card.account_id)
    .bind::<BigInt, _>(version)
    .bind::<Nullable<SqlUuid>, _>(card.avatar_media_id)
    .bind::<Nullable<SqlUuid>, _>(card.banner_media_id)
    .execute(&mut conn)
    .await?;
    Ok(())
}
