//! All that is held about one person: handed out on request, and erased with them.

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;
use store::exports::Holding;
use store::statement;

pub(crate) const HOLDINGS: &[Holding] = &[(
    "operatorActions",
    "SELECT at, action, queue, event_id, detail, outcome FROM bus.operator_action WHERE operator = $1::text ORDER BY id",
)];

/// Erases what they wrote. That they did something stays, with ids alone: it is the audit of the installation.
pub(crate) async fn erase(mut conn: &AsyncPgConnection, account: AccountId) -> QueryResult<()> {
    statement("SELECT bus.forget_reasons($1)")
        .bind::<Text, _>(account.to_string())
        .execute(&mut conn)
        .await?;
    Ok(())
}
