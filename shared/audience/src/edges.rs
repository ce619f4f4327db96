//! The projections: whatever order events come in and however often, the newest version stays.

use chassis::{Consumer, Result, Subscription};
use diesel::QueryResult;
use diesel::sql_types::{BigInt, Bool, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::identity::AccountState;
use events::social_graph::ConnectionState;
use events::{AccountId, Envelope, Event};
use futures::FutureExt;
use store::statement;

/// What the projections are made of.
pub const SUBSCRIPTION: Subscription = Subscription::new(
    "audience",
    &[
        "identity.account-registered.v1",
        "identity.account-verified.v1",
        "identity.account-renamed.v1",
        "identity.account-suspended.v1",
        "identity.account-restored.v1",
        "identity.account-deleted.v1",
        "social-graph.followed.v1",
        "social-graph.unfollowed.v1",
        "social-graph.connection-changed.v1",
        "social-graph.blocked.v1",
        "social-graph.unblocked.v1",
    ],
);

/// Keeps the projections of the service that runs it. Its claims are its own, under the name `audience`.
#[must_use]
pub fn consumer() -> Consumer {
    Consumer::new(SUBSCRIPTION, |conn, envelope| apply(conn, envelope).boxed())
}

async fn apply(conn: &mut AsyncPgConnection, envelope: &Envelope) -> Result<()> {
    let version = envelope.version;
    if let Some(account) = envelope.event.account() {
        account_state(conn, account.account_id, account.state, version).await?;
    }
    match &envelope.event {
        Event::AccountDeleted(gone) => {
            account_state(conn, gone.account_id, AccountState::Deleted, version).await?;
        }
        Event::Followed(follow) => {
            edge(
                conn,
                Edge::Follow,
                (follow.follower_id, follow.following_id),
                true,
                version,
            )
            .await?
        }
        Event::Unfollowed(follow) => {
            edge(
                conn,
                Edge::Follow,
                (follow.follower_id, follow.following_id),
                false,
                version,
            )
            .await?
        }
        Event::ConnectionChanged(connection) => {
            let connected = connection.state == ConnectionState::Connected;
            edge(
                conn,
                Edge::Connection,
                (connection.low_id, connection.high_id),
                connected,
                version,
            )
            .await?;
        }
        Event::Blocked(block) => {
            edge(
                conn,
                Edge::Block,
                (block.blocker_id, block.blocked_id),
                true,
                version,
            )
            .await?
        }
        Event::Unblocked(block) => {
            edge(
                conn,
                Edge::Block,
                (block.blocker_id, block.blocked_id),
                false,
                version,
            )
            .await?
        }
        _ => {}
    }
    Ok(())
}

async fn account_state(
    mut conn: &AsyncPgConnection,
    id: AccountId,
    state: AccountState,
    version: i64,
) -> QueryResult<()> {
    let state = match state {
        AccountState::Active => "active",
        AccountState::Suspended => "suspended",
        AccountState::Deleted => "deleted",
    };
    statement(
        "INSERT INTO audience_account AS known (account_id, state, version) VALUES ($1, $2, $3) \
         ON CONFLICT (account_id) DO UPDATE SET state = excluded.state, version = excluded.version \
         WHERE known.version < excluded.version",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(state)
    .bind::<BigInt, _>(version)
    .execute(&mut conn)
    .await?;
    Ok(())
}

#[derive(Clone, Copy)]
enum Edge {
    Follow,
    Connection,
    Block,
}

async fn edge(
    mut conn: &AsyncPgConnection,
    edge: Edge,
    (from, to): (AccountId, AccountId),
    active: bool,
    version: i64,
) -> QueryResult<()> {
    let sql = match edge {
        Edge::Follow => {
            "INSERT INTO audience_follow AS known (follower_id, following_id, active, version) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (follower_id, following_id) DO UPDATE SET active = excluded.active, version = excluded.version \
             WHERE known.version < excluded.version"
        }
        Edge::Connection => {
            "INSERT INTO audience_connection AS known (low_id, high_id, connected, version) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (low_id, high_id) DO UPDATE SET connected = excluded.connected, version = excluded.version \
             WHERE known.version < excluded.version"
        }
        Edge::Block => {
            "INSERT INTO audience_block AS known (blocker_id, blocked_id, active, version) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (blocker_id, blocked_id) DO UPDATE SET active = excluded.active, version = excluded.version \
             WHERE known.version < excluded.version"
        }
    };
    statement(sql)
        .bind::<SqlUuid, _>(from)
        .bind::<SqlUuid, _>(to)
        .bind::<Bool, _>(active)
        .bind::<BigInt, _>(version)
        .execute(&mut conn)
        .await?;
    Ok(())
}
