//! Everything between two people, and how many people each is related to.

use crate::model::{Between, Bond, Edge, Pair, Tally};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;
use events::social_graph::{ConnectionState, RelationshipCounts};
use store::statement;
use uuid::Uuid;

/// Takes both people's rows, the smaller id first, so that two who change the same pair wait for each other
/// and never lock each other out.
pub(crate) async fn lock(mut conn: &AsyncPgConnection, pair: Pair) -> QueryResult<()> {
    let ids: Vec<Uuid> = pair.ordered().map(Uuid::from).into();
    let locking = || {
        statement(
            "SELECT account_id AS id FROM counts WHERE account_id = ANY($1) ORDER BY account_id FOR UPDATE",
        )
        .bind::<Array<SqlUuid>, _>(&ids)
    };
    let locked: Vec<Locked> = locking().load(&mut conn).await?;
    if locked.len() < ids.len() {
        statement(
            "INSERT INTO counts (account_id) SELECT id FROM unnest($1) AS id ORDER BY id ON CONFLICT DO NOTHING",
        )
        .bind::<Array<SqlUuid>, _>(&ids)
        .execute(&mut conn)
        .await?;
        let _both: Vec<Locked> = locking().load(&mut conn).await?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Locked {
    #[diesel(sql_type = SqlUuid)]
    #[expect(dead_code, reason = "only how many rows there are matters")]
    id: Uuid,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    what: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    by: Option<AccountId>,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
}

impl Row {
    fn edge(&self) -> Edge {
        Edge {
            active: self.state == "active",
            version: self.version,
            at: self.at,
        }
    }
}

/// Reads what is between two people. Hold [`lock`] to change it.
pub(crate) async fn load(
    mut conn: &AsyncPgConnection,
    pair: Pair,
    they_are_active: bool,
) -> QueryResult<Between> {
    let [low, high] = pair.ordered();
    let rows: Vec<Row> = statement(
        "SELECT 'follow' AS what, follower_id AS by, CASE WHEN active THEN 'active' ELSE 'ended' END AS state, version, at \
         FROM follow WHERE (follower_id, following_id) IN (($1, $2), ($2, $1)) \
         UNION ALL \
         SELECT 'block', blocker_id, CASE WHEN active THEN 'active' ELSE 'ended' END, version, at \
         FROM block WHERE (blocker_id, blocked_id) IN (($1, $2), ($2, $1)) \
         UNION ALL \
         SELECT 'connection', NULL, state, version, at FROM connection WHERE (low_id, high_id) = ($1, $2)",
    )
    .bind::<SqlUuid, _>(low)
    .bind::<SqlUuid, _>(high)
    .load(&mut conn)
    .await?;
    let edge = |what: &str, by: AccountId| {
        let row = rows.iter().find(|row| row.what == what && row.by == Some(by));
        row.map_or(Edge::NEVER, Row::edge)
    };
    let bond = rows.iter().find(|row| row.what == "connection").map(|row| Bond {
        state: connection_state(&row.state),
        version: row.version,
        at: row.at,
    });
    Ok(Between {
        pair,
        they_are_active,
        my_follow: edge("follow", pair.me),
        their_follow: edge("follow", pair.them),
        my_block: edge("block", pair.me),
        their_block: edge("block", pair.them),
        bond: bond.unwrap_or(Bond::NEVER),
    })
}

/// Saves whether one follows the other.
pub(crate) async fn save_follow(
    mut conn: &AsyncPgConnection,
    by: AccountId,
    whom: AccountId,
    edge: &Edge,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO follow (follower_id, following_id, active, version, at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (follower_id, following_id) \
         DO UPDATE SET active = excluded.active, version = excluded.version, at = excluded.at",
    )
    .bind::<SqlUuid, _>(by)
    .bind::<SqlUuid, _>(whom)
    .bind::<Bool, _>(edge.active)
    .bind::<BigInt, _>(edge.version)
    .bind::<Timestamptz, _>(edge.at)
    .execute(&mut conn)
    .await
}

/// Saves whether one blocks the other.
pub(crate) async fn save_block(
    mut conn: &AsyncPgConnection,
    by: AccountId,
    whom: AccountId,
    edge: &Edge,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO block (blocker_id, blocked_id, active, version, at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (blocker_id, blocked_id) \
         DO UPDATE SET active = excluded.active, version = excluded.version, at = excluded.at",
    )
    .bind::<SqlUuid, _>(by)
    .bind::<SqlUuid, _>(whom)
    .bind::<Bool, _>(edge.active)
    .bind::<BigInt, _>(edge.version)
    .bind::<Timestamptz, _>(edge.at)
    .execute(&mut conn)
    .await
}

/// Saves how far the pair is with connecting.
pub(crate) async fn save_bond(mut conn: &AsyncPgConnection, pair: Pair, bond: &Bond) -> QueryResult<usize> {
    let [low, high] = pair.ordered();
    statement(
        "INSERT INTO connection (low_id, high_id, state, version, at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (low_id, high_id) \
         DO UPDATE SET state = excluded.state, version = excluded.version, at = excluded.at",
    )
    .bind::<SqlUuid, _>(low)
    .bind::<SqlUuid, _>(high)
    .bind::<Text, _>(connection_text(bond.state))
    .bind::<BigInt, _>(bond.version)
    .bind::<Timestamptz, _>(bond.at)
    .execute(&mut conn)
    .await
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    followers: i64,
    #[diesel(sql_type = BigInt)]
    following: i64,
    #[diesel(sql_type = BigInt)]
    connections: i64,
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// Moves a person's counts, whose row is locked; answers them with their new version.
pub(crate) async fn count(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    tally: Tally,
) -> QueryResult<(i64, RelationshipCounts)> {
    let counted: Counted = statement(
        "UPDATE counts SET followers = followers + $1, following = following + $2, \
         connections = connections + $3, version = version + 1 WHERE account_id = $4 \
         RETURNING followers, following, connections, version",
    )
    .bind::<BigInt, _>(tally.followers)
    .bind::<BigInt, _>(tally.following)
    .bind::<BigInt, _>(tally.connections)
    .bind::<SqlUuid, _>(account)
    .get_result(&mut conn)
    .await?;
    let counts = RelationshipCounts {
        account_id: account,
        followers: counted.followers,
        following: counted.following,
        connections: counted.connections,
    };
    Ok((counted.version, counts))
}

fn connection_text(state: ConnectionState) -> &'static str {
    match state {
        ConnectionState::None => "none",
        ConnectionState::LowAsked => "low-asked",
        ConnectionState::HighAsked => "high-asked",
        ConnectionState::Connected => "connected",
    }
}

/// The table's check lets nothing else in.
fn connection_state(text: &str) -> ConnectionState {
    match text {
        "low-asked" => ConnectionState::LowAsked,
        "high-asked" => ConnectionState::HighAsked,
        "connected" => ConnectionState::Connected,
        _ => ConnectionState::None,
    }
}
