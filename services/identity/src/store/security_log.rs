//! The security log. It only grows.

use crate::model::{Device, SecurityEvent};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;
use store::statement;
use uuid::Uuid;

/// One line of the log.
#[derive(Default)]
pub(crate) struct Line {
    /// To whose account; unknown when the address had none.
    pub(crate) account: Option<AccountId>,
    /// Who did it, if it was somebody with a session or a password.
    pub(crate) actor: Option<AccountId>,
    /// From where.
    pub(crate) device: Device,
    /// What else an auditor wants to know; ids and names of roles, never people's words.
    pub(crate) detail: Option<serde_json::Value>,
}

/// Adds a line.
pub(crate) async fn append(
    mut conn: &AsyncPgConnection,
    event: SecurityEvent,
    at: DateTime<Utc>,
    line: &Line,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO security_event (id, type, account_id, actor_id, at, ip_address, user_agent, detail) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind::<SqlUuid, _>(Uuid::now_v7())
    .bind::<Text, _>(event.as_str())
    .bind::<Nullable<SqlUuid>, _>(line.account)
    .bind::<Nullable<SqlUuid>, _>(line.actor)
    .bind::<Timestamptz, _>(at)
    .bind::<Nullable<Text>, _>(line.device.ip_address.map(|address| address.to_string()))
    .bind::<Nullable<Text>, _>(&line.device.user_agent)
    .bind::<Nullable<Jsonb>, _>(&line.detail)
    .execute(&mut conn)
    .await
}

/// A line as the person sees it whose account it is about.
#[derive(QueryableByName)]
pub(crate) struct Own {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: Uuid,
    #[diesel(sql_type = Text)]
    pub(crate) kind: String,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) ip_address: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) user_agent: Option<String>,
}

/// What happened to an account, the latest first. From where staff did something is not for the person to know.
pub(crate) async fn of_account(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    before: Option<Uuid>,
    limit: i64,
) -> QueryResult<Vec<Own>> {
    statement(
        "SELECT id, type AS kind, at, \
            CASE WHEN actor_id IS NULL OR actor_id = account_id THEN ip_address END AS ip_address, \
            CASE WHEN actor_id IS NULL OR actor_id = account_id THEN user_agent END AS user_agent \
         FROM security_event WHERE account_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Nullable<SqlUuid>, _>(before)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await
}
