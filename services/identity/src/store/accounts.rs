//! Accounts, their passwords, and who may have one.

use crate::model::{DisplayName, Email, PasswordHash, Taken, Username, role_name, state_named};
use chassis::Role;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::identity::Account;
use events::{AccountId, MediaId};
use store::statement;

/// An account that comes to be.
pub(crate) struct NewAccount {
    pub(crate) id: AccountId,
    pub(crate) email: Email,
    pub(crate) username: Username,
    pub(crate) display_name: DisplayName,
    pub(crate) password_hash: PasswordHash,
    pub(crate) created_at: DateTime<Utc>,
}

/// Makes an account with its password, or says what of it somebody else has. Then the transaction is over.
pub(crate) async fn insert(
    mut conn: &AsyncPgConnection,
    account: &NewAccount,
) -> QueryResult<Result<(), Taken>> {
    let inserted = statement(
        "WITH born AS ( \
            INSERT INTO account (id, email, normalized_email, username, display_name, created_at) \
            VALUES ($1, $2, $3, $4, $5, $6) RETURNING id, username, created_at \
         ), held AS ( \
            INSERT INTO held_username (name, account_id, since) SELECT lower(username), id, created_at FROM born \
         ) \
         INSERT INTO credential (account_id, password_hash, changed_at) SELECT id, $7, created_at FROM born",
    )
    .bind::<SqlUuid, _>(account.id)
    .bind::<Text, _>(account.email.as_written())
    .bind::<Text, _>(account.email.normalized())
    .bind::<Text, _>(account.username.as_str())
    .bind::<Text, _>(account.display_name.as_str())
    .bind::<Timestamptz, _>(account.created_at)
    .bind::<Text, _>(&account.password_hash.0)
    .execute(&mut conn)
    .await;
    match inserted {
        Ok(_) => Ok(Ok(())),
        Err(error) => taken(&error).map_or(Err(error), |taken| Ok(Err(taken))),
    }
}

/// Which unique index refused.
pub(super) fn taken(error: &Error) -> Option<Taken> {
    let Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info) = error else {
        return None;
    };
    match info.constraint_name()? {
        "account_email" => Some(Taken::Email),
        "account_username" | "held_username_pkey" => Some(Taken::Username),
        _ => None,
    }
}

#[derive(QueryableByName)]
struct Truth {
    #[diesel(sql_type = Bool)]
    truth: bool,
}

/// What log-in needs to know of an account.
#[derive(QueryableByName)]
pub(crate) struct Known {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) password_hash: String,
    #[diesel(sql_type = Text)]
    pub(crate) state: String,
    #[diesel(sql_type = Bool)]
    pub(crate) email_verified: bool,
    /// When the password was set that it has now.
    #[diesel(sql_type = Timestamptz)]
    pub(crate) password_since: DateTime<Utc>,
    /// Of its second factor, where one is on.
    #[diesel(sql_type = Nullable<Binary>)]
    pub(crate) sealed_secret: Option<Vec<u8>>,
}

/// The account of an address, whatever its state.
pub(crate) async fn known(
    mut conn: &AsyncPgConnection,
    normalized_email: &str,
) -> QueryResult<Option<Known>> {
    statement(
        "SELECT a.id, c.password_hash, a.state, a.email_verified_at IS NOT NULL AS email_verified, \
            c.changed_at AS password_since, t.sealed_secret \
         FROM account a JOIN credential c ON c.account_id = a.id \
         LEFT JOIN two_factor t ON t.account_id = a.id AND t.enabled_at IS NOT NULL \
         WHERE a.normalized_email = $1",
    )
    .bind::<Text, _>(normalized_email)
    .get_result(&mut conn)
    .await
    .optional()
}

/// An account with what its card says of it.
#[derive(QueryableByName)]
pub(crate) struct Described {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) email: String,
    #[diesel(sql_type = Text)]
    pub(crate) normalized_email: String,
    #[diesel(sql_type = Text)]
    pub(crate) username: String,
    #[diesel(sql_type = Text)]
    pub(crate) display_name: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) avatar_media_id: Option<MediaId>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) theme: Option<String>,
    #[diesel(sql_type = Text)]
    pub(crate) role: String,
    #[diesel(sql_type = Bool)]
    pub(crate) email_verified: bool,
    #[diesel(sql_type = Bool)]
    pub(crate) two_factor_enabled: bool,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
}

/// An active account.
pub(crate) async fn described(mut conn: &AsyncPgConnection, id: AccountId) -> QueryResult<Option<Described>> {
    statement(
        "SELECT a.id, a.email, a.normalized_email, a.username, \
            coalesce(c.display_name, a.display_name) AS display_name, c.avatar_media_id, c.theme, a.role, \
            a.email_verified_at IS NOT NULL AS email_verified, t.enabled_at IS NOT NULL AS two_factor_enabled, a.created_at \
         FROM account a LEFT JOIN card c ON c.account_id = a.id LEFT JOIN two_factor t ON t.account_id = a.id \
         WHERE a.id = $1 AND a.state = 'active'",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(&mut conn)
    .await
    .optional()
}

/// The public state of an account, and its version.
#[derive(QueryableByName)]
pub(crate) struct PublicState {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) username: String,
    #[diesel(sql_type = Text)]
    pub(crate) display_name: String,
    #[diesel(sql_type = Text)]
    pub(crate) state: String,
    #[diesel(sql_type = Bool)]
    pub(crate) email_verified: bool,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    pub(crate) version: i64,
}

impl PublicState {
    /// As it is published.
    pub(crate) fn told(self) -> Account {
        Account {
            account_id: self.id,
            username: self.username,
            display_name: self.display_name,
            state: state_named(&self.state),
            email_verified: self.email_verified,
            created_at: self.created_at,
        }
    }
}

/// Gives an account the address that was proved to be its owner's, or says that somebody else has it by now. Then the
/// transaction is over.
pub(crate) async fn change_email(
    mut conn: &AsyncPgConnection,
    id: AccountId,
    email: &Email,
    at: DateTime<Utc>,
) -> QueryResult<Result<PublicState, Taken>> {
    let changed = statement(
        "UPDATE account SET email = $1, normalized_email = $2, email_verified_at = $3, version = version + 1 WHERE id = $4 \
         RETURNING id, username, display_name, state, true AS email_verified, created_at, version",
    )
    .bind::<Text, _>(email.as_written())
    .bind::<Text, _>(email.normalized())
    .bind::<Timestamptz, _>(at)
    .bind::<SqlUuid, _>(id)
    .get_result(&mut conn)
    .await;
    match changed {
        Ok(account) => Ok(Ok(account)),
        Err(error) => taken(&error).map_or(Err(error), |taken| Ok(Err(taken))),
    }
}

/// Whether an address is some account's.
pub(crate) async fn is_taken(mut conn: &AsyncPgConnection, email: &Email) -> QueryResult<bool> {
    let row: Truth = statement("SELECT EXISTS (SELECT FROM account WHERE normalized_email = $1) AS truth")
        .bind::<Text, _>(email.normalized())
        .get_result(&mut conn)
        .await?;
    Ok(row.truth)
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: AccountId,
}

/// The account of an address.
pub(crate) async fn of_address(
    mut conn: &AsyncPgConnection,
    email: &Email,
) -> QueryResult<Option<AccountId>> {
    let found: Option<Id> = statement("SELECT id FROM account WHERE normalized_email = $1")
        .bind::<Text, _>(email.normalized())
        .get_result(&mut conn)
        .await
        .optional()?;
    Ok(found.map(|found| found.id))
}

/// Locks an account: whoever changes something that hangs on it does so first, so that two who change it wait for each
/// other there and nowhere else. What only refers to it can be added meanwhile.
pub(crate) async fn lock(mut conn: &AsyncPgConnection, id: AccountId) -> QueryResult<usize> {
    statement("SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE")
        .bind::<SqlUuid, _>(id)
        .execute(&mut conn)
        .await
}

/// The active account of an address, locked.
pub(crate) async fn lock_active(
    mut conn: &AsyncPgConnection,
    normalized_email: &str,
) -> QueryResult<Option<AccountId>> {
    let found: Option<Id> = statement(
        "SELECT id FROM account WHERE normalized_email = $1 AND state = 'active' FOR NO KEY UPDATE",
    )
    .bind::<Text, _>(normalized_email)
    .get_result(&mut conn)
    .await
    .optional()?;
    Ok(found.map(|found| found.id))
}

/// Notes that an account's address is confirmed.
pub(crate) async fn confirm_email(
    mut conn: &AsyncPgConnection,
    id: AccountId,
    at: DateTime<Utc>,
) -> QueryResult<PublicState> {
    statement(
        "UPDATE account SET email_verified_at = $1, version = version + 1 WHERE id = $2 \
         RETURNING id, username, display_name, state, true AS email_verified, created_at, version",
    )
    .bind::<Timestamptz, _>(at)
    .bind::<SqlUuid, _>(id)
    .get_result(&mut conn)
    .await
}

/// What a role was changed from.
#[derive(QueryableByName)]
pub(crate) struct RoleBefore {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) role: String,
}

/// Gives the account of an address another role.
pub(crate) async fn set_role(
    mut conn: &AsyncPgConnection,
    email: &Email,
    role: Role,
) -> QueryResult<Option<RoleBefore>> {
    statement(
        "WITH before AS (SELECT id, role FROM account WHERE normalized_email = $1 FOR NO KEY UPDATE) \
         UPDATE account a SET role = $2 FROM before WHERE a.id = before.id RETURNING before.id, before.role",
    )
    .bind::<Text, _>(email.normalized())
    .bind::<Text, _>(role_name(role))
    .get_result(&mut conn)
    .await
    .optional()
}
