//! Sessions.

use crate::model::NewSession;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, SessionId};
use store::statement;

/// Begins a session, if the account is active, its password still the one that was checked, outside of this transaction,
/// and its second factor on only if one was asked for; answers whether it did. Whoever begins one holds the account and
/// its password, so that whoever changes either finds this session among those to end.
pub(crate) async fn open(
    mut conn: &AsyncPgConnection,
    session: &NewSession,
    checked_hash: &str,
    has_second_factor: bool,
) -> QueryResult<bool> {
    let opened = statement(
        "INSERT INTO session (id, account_id, user_agent, ip_address, created_at, last_active_at, expires_at) \
         SELECT $1, a.id, $2, $3, $4, $4, $5 FROM account a JOIN credential c ON c.account_id = a.id \
         WHERE a.id = $6 AND a.state = 'active' AND c.password_hash = $7 AND ($8 OR NOT EXISTS ( \
            SELECT FROM two_factor t WHERE t.account_id = a.id AND t.enabled_at IS NOT NULL))",
    )
    .bind::<SqlUuid, _>(session.id)
    .bind::<Nullable<Text>, _>(&session.device.user_agent)
    .bind::<Nullable<Text>, _>(session.device.ip_address.map(|address| address.to_string()))
    .bind::<Timestamptz, _>(session.created_at)
    .bind::<Timestamptz, _>(session.expires_at)
    .bind::<SqlUuid, _>(session.account)
    .bind::<Text, _>(checked_hash)
    .bind::<Bool, _>(has_second_factor)
    .execute(&mut conn)
    .await?;
    Ok(opened == 1)
}

/// Whose a live session is: everything a principal says.
#[derive(QueryableByName)]
pub(crate) struct Live {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) session_id: SessionId,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) account_id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) role: String,
    #[diesel(sql_type = Text)]
    pub(crate) username: String,
    #[diesel(sql_type = Text)]
    pub(crate) display_name: String,
    #[diesel(sql_type = Text)]
    pub(crate) email: String,
    #[diesel(sql_type = Bool)]
    pub(crate) email_verified: bool,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
}

/// Finds a session that may be used, and notes that it is, once a minute at most. One statement: it runs before every
/// request that anybody with a session makes.
pub(crate) async fn recognise(
    mut conn: &AsyncPgConnection,
    id: SessionId,
    now: DateTime<Utc>,
) -> QueryResult<Option<Live>> {
    statement(
        "WITH active AS ( \
            UPDATE session SET last_active_at = $1 \
            WHERE id = $2 AND revoked_at IS NULL AND expires_at > $1 AND last_active_at < $1 - interval '1 minute' \
         ) \
         SELECT s.id AS session_id, a.id AS account_id, a.role, a.username, \
            coalesce(c.display_name, a.display_name) AS display_name, a.email, \
            a.email_verified_at IS NOT NULL AS email_verified, a.created_at \
         FROM session s JOIN account a ON a.id = s.account_id LEFT JOIN card c ON c.account_id = a.id \
         WHERE s.id = $2 AND s.revoked_at IS NULL AND s.expires_at > $1 AND a.state = 'active'",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<SqlUuid, _>(id)
    .get_result(&mut conn)
    .await
    .optional()
}

/// A session as its owner sees it.
#[derive(QueryableByName)]
pub(crate) struct Listed {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: SessionId,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) user_agent: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) ip_address: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) last_active_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) expires_at: DateTime<Utc>,
}

/// An account's live sessions, the last used first: the hundred that a person can look through.
pub(crate) async fn of_account(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Listed>> {
    statement(
        "SELECT id, user_agent, ip_address, created_at, last_active_at, expires_at FROM session \
         WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2 \
         ORDER BY last_active_at DESC, id DESC LIMIT 100",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Timestamptz, _>(now)
    .load(&mut conn)
    .await
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: SessionId,
}

/// Ends one of an account's sessions; answers whether it was there, and whether it lived until now.
pub(crate) async fn revoke(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    id: SessionId,
    now: DateTime<Utc>,
) -> QueryResult<Option<bool>> {
    #[derive(QueryableByName)]
    struct Before {
        #[diesel(sql_type = Bool)]
        was_live: bool,
    }
    let before: Option<Before> = statement(
        "WITH before AS (SELECT id, revoked_at FROM session WHERE id = $1 AND account_id = $2 FOR UPDATE) \
         UPDATE session s SET revoked_at = coalesce(before.revoked_at, $3) FROM before WHERE s.id = before.id \
         RETURNING before.revoked_at IS NULL AS was_live",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(account)
    .bind::<Timestamptz, _>(now)
    .get_result(&mut conn)
    .await
    .optional()?;
    Ok(before.map(|before| before.was_live))
}

/// Ends all of an account's live sessions, but the one that is kept; answers which. Locks in the order of ids, so that
/// two who do this at once do not wait for each other.
pub(crate) async fn revoke_all(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    kept: Option<SessionId>,
    now: DateTime<Utc>,
) -> QueryResult<Vec<SessionId>> {
    let ended: Vec<Id> = statement(
        "WITH live AS ( \
            SELECT id FROM session WHERE account_id = $1 AND id IS DISTINCT FROM $2 AND revoked_at IS NULL AND expires_at > $3 \
            ORDER BY id FOR UPDATE \
         ) \
         UPDATE session s SET revoked_at = $3 FROM live WHERE s.id = live.id RETURNING s.id",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Nullable<SqlUuid>, _>(kept)
    .bind::<Timestamptz, _>(now)
    .load(&mut conn)
    .await?;
    Ok(ended.into_iter().map(|row| row.id).collect())
}
