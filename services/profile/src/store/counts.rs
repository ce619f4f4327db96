//! Numbers that other services count. They may come before the profile they belong to.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;
use events::content::AuthorPostCount;
use events::social_graph::RelationshipCounts;
use store::statement;

/// What others counted about somebody.
#[derive(Debug, PartialEq, QueryableByName)]
pub(crate) struct Counts {
    #[diesel(sql_type = BigInt)]
    pub(crate) followers: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) following: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) connections: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) posts: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) public_posts: i64,
}

/// All zero where nothing was counted yet.
pub(crate) async fn of(mut conn: &AsyncPgConnection, account: AccountId) -> QueryResult<Counts> {
    statement(
        "SELECT coalesce(r.followers, 0) AS followers, coalesce(r.following, 0) AS following, \
         coalesce(r.connections, 0) AS connections, coalesce(p.total, 0) AS posts, \
         coalesce(p.public, 0) AS public_posts \
         FROM (SELECT $1 AS id) asked LEFT JOIN relationship_counts r ON r.account_id = asked.id \
         LEFT JOIN post_counts p ON p.account_id = asked.id",
    )
    .bind::<SqlUuid, _>(account)
    .get_result(&mut conn)
    .await
}

/// Applies social-graph's word, if it is newer.
pub(crate) async fn apply_relationships(
    mut conn: &AsyncPgConnection,
    version: i64,
    counts: &RelationshipCounts,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO relationship_counts AS known (account_id, followers, following, connections, version) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account_id) DO UPDATE SET followers = excluded.followers, \
         following = excluded.following, connections = excluded.connections, version = excluded.version \
         WHERE known.version < excluded.version",
    )
    .bind::<SqlUuid, _>(counts.account_id)
    .bind::<BigInt, _>(counts.followers)
    .bind::<BigInt, _>(counts.following)
    .bind::<BigInt, _>(counts.connections)
    .bind::<BigInt, _>(version)
    .execute(&mut conn)
    .await
}

/// Applies content's word, if it is newer.
pub(crate) async fn apply_posts(
    mut conn: &AsyncPgConnection,
    version: i64,
    counts: &AuthorPostCount,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO post_counts AS known (account_id, total, public, version) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (account_id) DO UPDATE SET total = excluded.total, public = excluded.public, \
         version = excluded.version WHERE known.version < excluded.version",
    )
    .bind::<SqlUuid, _>(counts.account_id)
    .bind::<BigInt, _>(counts.total)
    .bind::<BigInt, _>(counts.public)
    .bind::<BigInt, _>(version)
    .execute(&mut conn)
    .await
}
