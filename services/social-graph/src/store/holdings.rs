//! All that is held about one person: handed out on request, and erased with them.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;
use events::social_graph::RelationshipCounts;
use store::exports::Holding;
use store::statement;
use uuid::Uuid;

/// What may be handed out. Who blocks a person is nothing that they are told.
pub(crate) const HOLDINGS: &[Holding] = &[
    ("account", "SELECT * FROM account WHERE id = $1"),
    ("counts", "SELECT * FROM counts WHERE account_id = $1"),
    (
        "following",
        "SELECT * FROM follow WHERE follower_id = $1 ORDER BY following_id",
    ),
    (
        "followers",
        "SELECT * FROM follow WHERE following_id = $1 ORDER BY follower_id",
    ),
    (
        "connections",
        "SELECT * FROM connection WHERE low_id = $1 OR high_id = $1 ORDER BY low_id, high_id",
    ),
    (
        "blocks",
        "SELECT * FROM block WHERE blocker_id = $1 ORDER BY blocked_id",
    ),
];

/// Lets nobody find the person in any list.
pub(crate) async fn hide(mut conn: &AsyncPgConnection, account: AccountId) -> QueryResult<()> {
    statement("UPDATE account SET state = 'deleted' WHERE id = $1 AND state <> 'deleted'")
        .bind::<SqlUuid, _>(account)
        .execute(&mut conn)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Other {
    #[diesel(sql_type = SqlUuid)]
    id: AccountId,
}

/// Some of those with whom a person ever had to do.
pub(crate) async fn others(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    limit: i64,
) -> QueryResult<Vec<AccountId>> {
    let others: Vec<Other> = statement(
        "SELECT following_id AS id FROM follow WHERE follower_id = $1 \
         UNION SELECT follower_id FROM follow WHERE following_id = $1 \
         UNION SELECT high_id FROM connection WHERE low_id = $1 UNION SELECT low_id FROM connection WHERE high_id = $1 \
         UNION SELECT blocked_id FROM block WHERE blocker_id = $1 UNION SELECT blocker_id FROM block WHERE blocked_id = $1 \
         ORDER BY id LIMIT $2",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await?;
    Ok(others.into_iter().map(|row| row.id).collect())
}

/// Makes the asker the only one who changes anything between these people. They are taken in the order of their ids.
pub(crate) async fn lock(mut conn: &AsyncPgConnection, people: &[AccountId]) -> QueryResult<()> {
    let ids: Vec<Uuid> = people.iter().map(|id| id.0).collect();
    statement("SELECT FROM counts WHERE account_id = ANY($1) ORDER BY account_id FOR UPDATE")
        .bind::<Array<SqlUuid>, _>(ids)
        .execute(&mut conn)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = SqlUuid)]
    account_id: AccountId,
    #[diesel(sql_type = BigInt)]
    followers: i64,
    #[diesel(sql_type = BigInt)]
    following: i64,
    #[diesel(sql_type = BigInt)]
    connections: i64,
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// Deletes everything between a person and these others, and counts it off for them; answers the counts that changed,
/// with their new versions.
pub(crate) async fn part(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    others: &[AccountId],
) -> QueryResult<Vec<(i64, RelationshipCounts)>> {
    let ids: Vec<Uuid> = others.iter().map(|id| id.0).collect();
    let counted: Vec<Counted> = statement(
        "WITH followed AS (DELETE FROM follow WHERE follower_id = $1 AND following_id = ANY($2) \
             RETURNING following_id AS id, active), \
         following AS (DELETE FROM follow WHERE following_id = $1 AND follower_id = ANY($2) \
             RETURNING follower_id AS id, active), \
         higher AS (DELETE FROM connection WHERE low_id = $1 AND high_id = ANY($2) \
             RETURNING high_id AS id, state = 'connected' AS active), \
         lower AS (DELETE FROM connection WHERE high_id = $1 AND low_id = ANY($2) \
             RETURNING low_id AS id, state = 'connected' AS active), \
         blocked AS (DELETE FROM block WHERE blocker_id = $1 AND blocked_id = ANY($2)), \
         blocking AS (DELETE FROM block WHERE blocked_id = $1 AND blocker_id = ANY($2)), \
         lost AS (SELECT id, sum(followers) AS followers, sum(following) AS following, sum(connections) AS connections FROM ( \
             SELECT id, 1 AS followers, 0 AS following, 0 AS connections FROM followed WHERE active \
             UNION ALL SELECT id, 0, 1, 0 FROM following WHERE active \
             UNION ALL SELECT id, 0, 0, 1 FROM higher WHERE active \
             UNION ALL SELECT id, 0, 0, 1 FROM lower WHERE active) each GROUP BY id) \
         UPDATE counts c SET followers = c.followers - lost.followers, following = c.following - lost.following, \
             connections = c.connections - lost.connections, version = c.version + 1 \
         FROM lost WHERE c.account_id = lost.id \
         RETURNING c.account_id, c.followers, c.following, c.connections, c.version",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Array<SqlUuid>, _>(ids)
    .load(&mut conn)
    .await?;
    let told = counted.into_iter().map(|row| {
        let counts = RelationshipCounts {
            account_id: row.account_id,
            followers: row.followers,
            following: row.following,
            connections: row.connections,
        };
        (row.version, counts)
    });
    Ok(told.collect())
}

/// Erases what is left when nothing is between the person and anybody.
pub(crate) async fn erase(mut conn: &AsyncPgConnection, account: AccountId) -> QueryResult<()> {
    for sql in [
        "DELETE FROM counts WHERE account_id = $1",
        "DELETE FROM account WHERE id = $1",
    ] {
        statement(sql)
            .bind::<SqlUuid, _>(account)
            .execute(&mut conn)
            .await?;
    }
    Ok(())
}
