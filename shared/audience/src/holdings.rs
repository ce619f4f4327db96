//! What the projections hold about one person: handed out on request, and erased with them.

use diesel::QueryResult;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;
use store::exports::Holding;
use store::statement;

/// What may be handed out. Who blocks a person is nothing that they are told.
pub const HOLDINGS: &[Holding] = &[
    (
        "knownAccount",
        "SELECT account_id, state, version FROM audience_account WHERE account_id = $1",
    ),
    (
        "knownFollows",
        "SELECT follower_id, following_id, active, version FROM audience_follow \
         WHERE follower_id = $1 OR following_id = $1",
    ),
    (
        "knownConnections",
        "SELECT low_id, high_id, connected, version FROM audience_connection WHERE low_id = $1 OR high_id = $1",
    ),
    (
        "knownBlocks",
        "SELECT blocker_id, blocked_id, active, version FROM audience_block WHERE blocker_id = $1",
    ),
];

/// Erases a person's edges. That the account is deleted stays: it is what the policy asks for.
///
/// # Errors
/// When the database says so.
pub async fn erase(mut conn: &AsyncPgConnection, account: AccountId) -> QueryResult<()> {
    for sql in [
        "DELETE FROM audience_follow WHERE follower_id = $1 OR following_id = $1",
        "DELETE FROM audience_connection WHERE low_id = $1 OR high_id = $1",
        "DELETE FROM audience_block WHERE blocker_id = $1 OR blocked_id = $1",
    ] {
        statement(sql)
            .bind::<SqlUuid, _>(account)
            .execute(&mut conn)
            .await?;
    }
    Ok(())
}
