//! What admins look through, and who they are.

use crate::model::role_name;
use chassis::Role;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;
use store::statement;
use uuid::Uuid;

/// An account as admins see it: no address of theirs.
#[derive(QueryableByName)]
pub(crate) struct Overseen {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) username: String,
    #[diesel(sql_type = Text)]
    pub(crate) display_name: String,
    #[diesel(sql_type = Text)]
    pub(crate) role: String,
    #[diesel(sql_type = Text)]
    pub(crate) state: String,
    #[diesel(sql_type = Bool)]
    pub(crate) email_verified: bool,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) reason: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) suspended_at: Option<DateTime<Utc>>,
}

macro_rules! overseen {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.username, coalesce(c.display_name, a.display_name) AS display_name, a.role, a.state, \
                a.email_verified_at IS NOT NULL AS email_verified, a.created_at, s.reason, s.until, s.suspended_at \
             FROM account a LEFT JOIN card c ON c.account_id = a.id LEFT JOIN suspension s ON s.account_id = a.id ",
            $rest
        )
    };
}

/// Accounts whose user name begins like this, or whose address or id is exactly this; all of them for nothing. The
/// newest first.
pub(crate) async fn accounts(
    mut conn: &AsyncPgConnection,
    q: &str,
    before: Option<Uuid>,
    limit: i64,
) -> QueryResult<Vec<Overseen>> {
    // Signs that mean something to LIKE are meant as they are.
    let beginning: String = q
        .to_lowercase()
        .chars()
        .flat_map(|letter| {
            matches!(letter, '%' | '_' | '\\')
                .then_some('\\')
                .into_iter()
                .chain([letter])
        })
        .chain(['%'])
        .collect();
    statement(overseen!(
        "WHERE ($1 = '%' OR lower(a.username) LIKE $1 OR a.normalized_email = lower($2) OR a.id = $3) \
            AND ($4::uuid IS NULL OR a.id < $4) ORDER BY a.id DESC LIMIT $5"
    ))
    .bind::<Text, _>(beginning)
    .bind::<Text, _>(q)
    .bind::<Nullable<SqlUuid>, _>(q.parse::<Uuid>().ok())
    .bind::<Nullable<SqlUuid>, _>(before)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await
}

/// One account.
pub(crate) async fn account(mut conn: &AsyncPgConnection, id: AccountId) -> QueryResult<Option<Overseen>> {
    statement(overseen!("WHERE a.id = $1"))
        .bind::<SqlUuid, _>(id)
        .get_result(&mut conn)
        .await
        .optional()
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: AccountId,
}

/// All active admins, locked in the order of ids: whoever takes one away sees who is left, and nobody else does at the
/// same moment.
pub(crate) async fn lock_admins(mut conn: &AsyncPgConnection) -> QueryResult<Vec<AccountId>> {
    let admins: Vec<Id> = statement(
        "SELECT id FROM account WHERE role = 'admin' AND state = 'active' ORDER BY id FOR NO KEY UPDATE",
    )
    .load(&mut conn)
    .await?;
    Ok(admins.into_iter().map(|admin| admin.id).collect())
}

#[derive(QueryableByName)]
struct Before {
    #[diesel(sql_type = Text)]
    role: String,
}

/// Gives an account a role; answers the one before.
pub(crate) async fn set_role(
    mut conn: &AsyncPgConnection,
    id: AccountId,
    role: Role,
) -> QueryResult<Option<String>> {
    let before: Option<Before> = statement(
        "WITH before AS (SELECT id, role FROM account WHERE id = $1 AND state <> 'deleted' FOR NO KEY UPDATE) \
         UPDATE account a SET role = $2 FROM before WHERE a.id = before.id RETURNING before.role",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(role_name(role))
    .get_result(&mut conn)
    .await
    .optional()?;
    Ok(before.map(|before| before.role))
}

/// Something that staff or an operator did, here or elsewhere.
#[derive(QueryableByName)]
pub(crate) struct Deed {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: Uuid,
    #[diesel(sql_type = Text)]
    pub(crate) kind: String,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) actor_id: Option<AccountId>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) actor: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) account_id: Option<AccountId>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) account: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) ip_address: Option<String>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub(crate) detail: Option<serde_json::Value>,
}

/// What staff and operators did, the latest first.
pub(crate) async fn deeds(
    mut conn: &AsyncPgConnection,
    before: Option<Uuid>,
    limit: i64,
) -> QueryResult<Vec<Deed>> {
    statement(
        "WITH own AS ( \
            SELECT id, type AS kind, at, actor_id, account_id, ip_address, detail FROM security_event \
            WHERE type IN ('role-changed', 'account-suspended', 'account-restored', 'allow-list-added', \
               'allow-list-removed', 'operator-key-used') AND ($1::uuid IS NULL OR id < $1) \
            ORDER BY id DESC LIMIT $2 \
         ), told AS ( \
            SELECT id, deed AS kind, at, actor_id, owner_id AS account_id, NULL AS ip_address, jsonb_build_object( \
               'subjectKind', subject_kind, 'subjectId', subject_id, 'requestId', request_id) AS detail \
            FROM staff_deed WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2 \
         ) \
         SELECT e.id, e.kind, e.at, e.actor_id, actor.username AS actor, e.account_id, account.username AS account, \
            e.ip_address, e.detail \
         FROM (SELECT * FROM own UNION ALL SELECT * FROM told) e \
         LEFT JOIN account actor ON actor.id = e.actor_id LEFT JOIN account ON account.id = e.account_id \
         ORDER BY e.id DESC LIMIT $2",
    )
    .bind::<Nullable<SqlUuid>, _>(before)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await
}
