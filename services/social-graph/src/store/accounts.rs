//! What is known of people: each source's columns under that source's own version.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;
use events::identity::{Account, AccountState};
use events::profile::Card;
use store::statement;

/// What is known of a person who may be asked about.
#[derive(QueryableByName)]
pub(crate) struct Known {
    /// Whether they are neither suspended nor deleted.
    #[diesel(sql_type = diesel::sql_types::Bool)]
    pub(crate) active: bool,
}

pub(crate) async fn find(mut conn: &AsyncPgConnection, id: AccountId) -> QueryResult<Option<Known>> {
    statement("SELECT state = 'active' AS active FROM account WHERE id = $1")
        .bind::<SqlUuid, _>(id)
        .get_result(&mut conn)
        .await
        .optional()
}

/// Notes somebody who acts here before their registration was heard of; any event says it better.
pub(crate) async fn insert_if_unknown(
    mut conn: &AsyncPgConnection,
    id: AccountId,
    username: &str,
    display_name: &str,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO account (id, username, signup_name, account_version) VALUES ($1, $2, $3, 0) \
         ON CONFLICT (id) DO UPDATE SET username = excluded.username, signup_name = excluded.signup_name, \
         account_version = excluded.account_version WHERE account.account_version < excluded.account_version",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(username)
    .bind::<Text, _>(display_name)
    .execute(&mut conn)
    .await
}

/// Applies identity's word, if it is newer.
pub(crate) async fn apply_account(
    mut conn: &AsyncPgConnection,
    version: i64,
    account: &Account,
) -> QueryResult<usize> {
    let state = match account.state {
        AccountState::Active => "active",
        AccountState::Suspended => "suspended",
        AccountState::Deleted => "deleted",
    };
    statement(
        "INSERT INTO account (id, username, signup_name, state, account_version) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (id) DO UPDATE SET username = excluded.username, signup_name = excluded.signup_name, \
         state = excluded.state, account_version = excluded.account_version \
         WHERE account.account_version < excluded.account_version",
    )
    .bind::<SqlUuid, _>(account.account_id)
    .bind::<Text, _>(&account.username)
    .bind::<Text, _>(&account.display_name)
    .bind::<Text, _>(state)
    .bind::<BigInt, _>(version)
    .execute(&mut conn)
    .await
}

/// Applies profile's word, if it is newer.
pub(crate) async fn apply_card(
    mut conn: &AsyncPgConnection,
    version: i64,
    card: &Card,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO account (id, card_username, display_name, avatar_media_id, card_version) \
         VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (id) DO UPDATE SET card_username = excluded.card_username, \
         display_name = excluded.display_name, avatar_media_id = excluded.avatar_media_id, \
         card_version = excluded.card_version WHERE account.card_version < excluded.card_version",
    )
    .bind::<SqlUuid, _>(card.account_id)
    .bind::<Text, _>(&card.username)
    .bind::<Text, _>(&card.display_name)
    .bind::<Nullable<SqlUuid>, _>(card.avatar_media_id)
    .bind::<BigInt, _>(version)
    .execute(&mut conn)
    .await
}
