//! Rows that cannot be used any more.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use store::statement;

/// A table whose rows come to an end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Table {
    Sessions,
    Verifications,
    PasswordResets,
    /// Second factors that were proposed and never enabled.
    Proposals,
}

/// All of them.
pub(crate) const TABLES: [Table; 4] = [
    Table::Sessions,
    Table::Verifications,
    Table::PasswordResets,
    Table::Proposals,
];

/// Forgets rows that have ended before then, at most `limit` of them; answers how many. Rows that others have locked are
/// passed over.
pub(crate) async fn forget(
    mut conn: &AsyncPgConnection,
    table: Table,
    before: DateTime<Utc>,
    limit: i64,
) -> QueryResult<usize> {
    let sql = match table {
        Table::Sessions => {
            "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE least(expires_at, revoked_at) < $1 \
             LIMIT $2 FOR UPDATE SKIP LOCKED)"
        }
        Table::Verifications => {
            "DELETE FROM verification WHERE id IN (SELECT id FROM verification WHERE expires_at < $1 \
             LIMIT $2 FOR UPDATE SKIP LOCKED)"
        }
        Table::PasswordResets => {
            "DELETE FROM password_reset WHERE id IN (SELECT id FROM password_reset WHERE expires_at < $1 \
             LIMIT $2 FOR UPDATE SKIP LOCKED)"
        }
        Table::Proposals => {
            "DELETE FROM two_factor WHERE account_id IN (SELECT account_id FROM two_factor \
             WHERE enabled_at IS NULL AND set_up_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)"
        }
    };
    statement(sql)
        .bind::<Timestamptz, _>(before)
        .bind::<BigInt, _>(limit)
        .execute(&mut conn)
        .await
}
