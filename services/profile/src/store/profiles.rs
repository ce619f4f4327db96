//! The profile's own row.

use crate::model::{Profile, VanityUrl};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;
use store::statement;

macro_rules! columns {
    () => {
        "id, username, signup_name, state, account_version, created_at, display_name, bio, title, location, \
         pronouns, roles, skills, vanity_url, avatar_media_id, banner_media_id, theme, is_onboarded, searchable, \
         show_connections, show_location, version, updated_at"
    };
}

pub(crate) async fn find(mut conn: &AsyncPgConnection, id: AccountId) -> QueryResult<Option<Profile>> {
    statement(concat!("SELECT ", columns!(), " FROM profile WHERE id = $1"))
        .bind::<SqlUuid, _>(id)
        .get_result(&mut conn)
        .await
        .optional()
}

/// By user name, which wins, or vanity URL; both in any case.
pub(crate) async fn find_by_name(mut conn: &AsyncPgConnection, name: &str) -> QueryResult<Option<Profile>> {
    statement(concat!(
        "SELECT ",
        columns!(),
        " FROM profile WHERE lower(username) = $1 OR vanity_url = $1 \
         ORDER BY lower(username) = $1 DESC, created_at DESC, id LIMIT 1"
    ))
    .bind::<Text, _>(name.to_lowercase())
    .get_result(&mut conn)
    .await
    .optional()
}

/// Those who come after this one by their ids, as far as anything was published of them.
pub(crate) async fn page(
    mut conn: &AsyncPgConnection,
    after: Option<AccountId>,
    limit: i64,
) -> QueryResult<Vec<Profile>> {
    statement(concat!(
        "SELECT ",
        columns!(),
        " FROM profile WHERE version > 0 AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2"
    ))
    .bind::<Nullable<SqlUuid>, _>(after)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await
}

/// Holds the row until the transaction ends.
pub(crate) async fn lock(mut conn: &AsyncPgConnection, id: AccountId) -> QueryResult<Option<Profile>> {
    statement(concat!(
        "SELECT ",
        columns!(),
        " FROM profile WHERE id = $1 FOR UPDATE"
    ))
    .bind::<SqlUuid, _>(id)
    .get_result(&mut conn)
    .await
    .optional()
}

/// Makes the row of somebody who has none yet; version 0 says that nothing was published of it.
pub(crate) async fn insert_if_absent(
    mut conn: &AsyncPgConnection,
    id: AccountId,
    username: &str,
    signup_name: &str,
    created_at: DateTime<Utc>,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO profile (id, username, signup_name, account_version, created_at, updated_at) \
         VALUES ($1, $2, $3, 0, $4, $4) ON CONFLICT (id) DO NOTHING",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(username)
    .bind::<Text, _>(signup_name)
    .bind::<Timestamptz, _>(created_at)
    .execute(&mut conn)
    .await
}

/// Saves the whole row, which is locked.
///
/// # Errors
/// `UniqueViolation` when somebody else has the vanity URL.
pub(crate) async fn save(mut conn: &AsyncPgConnection, profile: &Profile) -> QueryResult<usize> {
    statement(
        "UPDATE profile SET username = $2, signup_name = $3, state = $4, account_version = $5, created_at = $6, \
         display_name = $7, bio = $8, title = $9, location = $10, pronouns = $11, roles = $12, skills = $13, \
         vanity_url = $14, avatar_media_id = $15, banner_media_id = $16, theme = $17, is_onboarded = $18, \
         searchable = $19, show_connections = $20, show_location = $21, version = $22, updated_at = $23 \
         WHERE id = $1",
    )
    .bind::<SqlUuid, _>(profile.id)
    .bind::<Text, _>(&profile.username)
    .bind::<Text, _>(&profile.signup_name)
    .bind::<Text, _>(&profile.state)
    .bind::<BigInt, _>(profile.account_version)
    .bind::<Timestamptz, _>(profile.created_at)
    .bind::<Nullable<Text>, _>(&profile.display_name)
    .bind::<Nullable<Text>, _>(&profile.bio)
    .bind::<Nullable<Text>, _>(&profile.title)
    .bind::<Nullable<Text>, _>(&profile.location)
    .bind::<Nullable<Text>, _>(&profile.pronouns)
    .bind::<Array<Text>, _>(&profile.roles)
    .bind::<Array<Text>, _>(&profile.skills)
    .bind::<Nullable<Text>, _>(&profile.vanity_url)
    .bind::<Nullable<SqlUuid>, _>(profile.avatar_media_id)
    .bind::<Nullable<SqlUuid>, _>(profile.banner_media_id)
    .bind::<Text, _>(&profile.theme)
    .bind::<Bool, _>(profile.is_onboarded)
    .bind::<Bool, _>(profile.searchable)
    .bind::<Bool, _>(profile.show_connections)
    .bind::<Bool, _>(profile.show_location)
    .bind::<BigInt, _>(profile.version)
    .bind::<Timestamptz, _>(profile.updated_at)
    .execute(&mut conn)
    .await
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Bool)]
    taken: bool,
}

/// Whether a vanity URL is somebody else's already, or reads like somebody else's user name.
pub(crate) async fn is_taken(
    mut conn: &AsyncPgConnection,
    url: &VanityUrl,
    by_other_than: AccountId,
) -> QueryResult<bool> {
    let row: Taken = statement(
        "SELECT EXISTS (SELECT FROM profile WHERE id <> $1 \
         AND (vanity_url = $2 OR translate(lower(username), '_', '-') = $2)) AS taken",
    )
    .bind::<SqlUuid, _>(by_other_than)
    .bind::<Text, _>(url.as_str())
    .get_result(&mut conn)
    .await?;
    Ok(row.taken)
}
