//! The cards of those who write, comment and react.

use crate::model::Asker;
use ::store::statement;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, MediaId};

/// How a person is shown; embedded in the rows of what they did.
#[derive(Clone, Debug, QueryableByName)]
pub(crate) struct CardRow {
    #[diesel(sql_type = Text)]
    pub(crate) username: String,
    #[diesel(sql_type = Text)]
    pub(crate) display_name: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) avatar_media_id: Option<MediaId>,
}

/// Part of a `WITH`: makes a card for `$1`, called `$2` and `$3`, who acts before their account's event has come.
macro_rules! introduced {
    () => {
        "introduced AS (INSERT INTO author (account_id, username, display_name) VALUES ($1, $2, $3) \
         ON CONFLICT DO NOTHING) "
    };
}
pub(crate) use introduced;

/// Takes over what an account's event says; the profile's display name goes before.
pub(crate) async fn take_account(
    mut conn: &AsyncPgConnection,
    version: i64,
    account: &events::identity::Account,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO author AS known (account_id, username, display_name, account_version) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (account_id) DO UPDATE SET username = excluded.username, \
         display_name = CASE WHEN known.profile_version = 0 THEN excluded.display_name ELSE known.display_name END, \
         account_version = excluded.account_version \
         WHERE known.account_version < excluded.account_version",
    )
    .bind::<SqlUuid, _>(account.account_id)
    .bind::<Text, _>(&account.username)
    .bind::<Text, _>(&account.display_name)
    .bind::<BigInt, _>(version)
    .execute(&mut conn)
    .await
}

/// Takes over what a profile's event says; the account's user name goes before.
pub(crate) async fn take_profile(
    mut conn: &AsyncPgConnection,
    version: i64,
    card: &events::profile::Card,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO author AS known (account_id, username, display_name, avatar_media_id, profile_version) \
         VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (account_id) DO UPDATE SET \
         username = CASE WHEN known.account_version = 0 THEN excluded.username ELSE known.username END, \
         display_name = excluded.display_name, avatar_media_id = excluded.avatar_media_id, \
         profile_version = excluded.profile_version \
         WHERE known.profile_version < excluded.profile_version",
    )
    .bind::<SqlUuid, _>(card.account_id)
    .bind::<Text, _>(&card.username)
    .bind::<Text, _>(&card.display_name)
    .bind::<Nullable<SqlUuid>, _>(card.avatar_media_id)
    .bind::<BigInt, _>(version)
    .execute(&mut conn)
    .await
}

/// An author, and how many of their posts the asker may see.
#[derive(Debug, QueryableByName)]
pub(crate) struct AuthorRow {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) account_id: AccountId,
    #[diesel(sql_type = BigInt)]
    pub(crate) total: i64,
}

/// Finds an author by user name in any case. One who is suspended or gone is nobody, but to themselves and
/// to moderators.
///
/// When a name was given up and taken by another, the newer account has it.
pub(crate) async fn find(
    mut conn: &AsyncPgConnection,
    asker: Asker,
    username: &str,
) -> QueryResult<Option<AuthorRow>> {
    statement(concat!(
        "SELECT a.account_id, (SELECT count(*) FROM post p WHERE p.author_id = a.account_id \
         AND p.removed_at IS NULL AND ",
        audience::visible!("p"),
        ") AS total FROM author a WHERE lower(a.username) = lower($3) AND ($2 OR a.account_id = $1 OR NOT EXISTS \
         (SELECT FROM audience_account s WHERE s.account_id = a.account_id AND s.state <> 'active')) \
         ORDER BY a.account_id DESC LIMIT 1"
    ))
    .bind::<Nullable<SqlUuid>, _>(asker.account)
    .bind::<Bool, _>(asker.moderator)
    .bind::<Text, _>(username)
    .get_result(&mut conn)
    .await
    .optional()
}
