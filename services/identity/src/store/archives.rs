//! Exports: which were asked for, which parts have come, and the archives made of them.

use super::accounts;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, ExportId};
use store::exports::Holding;
use store::statement;

/// What identity itself holds about a person and may hand out. Hashes, tokens and links are left out.
pub(crate) const HOLDINGS: &[Holding] = &[
    ("account", "SELECT * FROM account WHERE id = $1"),
    (
        "credential",
        "SELECT account_id, changed_at FROM credential WHERE account_id = $1",
    ),
    (
        "sessions",
        "SELECT * FROM session WHERE account_id = $1 ORDER BY id",
    ),
    (
        "verifications",
        "SELECT * FROM verification WHERE account_id = $1 ORDER BY id",
    ),
    ("card", "SELECT * FROM card WHERE account_id = $1"),
    (
        "usernames",
        "SELECT * FROM held_username WHERE account_id = $1 ORDER BY since, name",
    ),
    (
        "passwordResets",
        "SELECT * FROM password_reset WHERE account_id = $1 ORDER BY id",
    ),
    (
        "notices",
        "SELECT * FROM notice WHERE account_id = $1 ORDER BY id",
    ),
    (
        "twoFactor",
        "SELECT account_id, set_up_at, enabled_at FROM two_factor WHERE account_id = $1",
    ),
    (
        "recoveryCodes",
        "SELECT account_id, used_at FROM recovery_code WHERE account_id = $1",
    ),
    (
        "mails",
        "SELECT event_id, recipient, subject, sent_at FROM mail WHERE account_id = $1 ORDER BY event_id",
    ),
    (
        "allowList",
        "SELECT l.normalized_email, l.created_at FROM allow_list l JOIN account a USING (normalized_email) WHERE a.id = $1",
    ),
    (
        "securityEvents",
        // From where staff did something, and why, in their words, is theirs.
        "SELECT id, type, account_id, at, detail - CASE WHEN is_own THEN '' ELSE 'reason' END AS detail, \
            CASE WHEN is_own THEN ip_address END AS ip_address, CASE WHEN is_own THEN user_agent END AS user_agent \
         FROM (SELECT *, coalesce(actor_id = account_id, true) AS is_own FROM security_event WHERE account_id = $1) own \
         ORDER BY id",
    ),
    (
        "securityDeeds",
        "SELECT id, type, account_id, at, detail FROM security_event \
         WHERE actor_id = $1 AND account_id IS DISTINCT FROM $1 ORDER BY id",
    ),
    (
        "staffDeeds",
        "SELECT id, deed, at, subject_kind, subject_id, request_id FROM staff_deed WHERE actor_id = $1 ORDER BY id",
    ),
    (
        "suspensions",
        "SELECT account_id, reason, until, suspended_at FROM suspension WHERE suspended_by = $1 ORDER BY account_id",
    ),
    (
        "exports",
        "SELECT id, account_id, requested_at, ready_at, expires_at, size FROM export WHERE account_id = $1 ORDER BY id",
    ),
];

/// An export.
#[derive(QueryableByName)]
pub(crate) struct Export {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: ExportId,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) account_id: AccountId,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) requested_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) expires_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) archive_key: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(crate) size: Option<i64>,
}

/// The columns of an [`Export`].
macro_rules! columns {
    () => {
        "id, account_id, requested_at, expires_at, archive_key, size"
    };
}

/// Writes down that somebody asked, unless they did since this time; answers the newest either way, and whether it is new.
/// The account is locked meanwhile, so that two who ask at once get one.
pub(crate) async fn request(
    mut conn: &AsyncPgConnection,
    export: &Export,
    since: DateTime<Utc>,
) -> QueryResult<(Export, bool)> {
    accounts::lock(conn, export.account_id).await?;
    let recent: Option<Export> = statement(concat!(
        "SELECT ",
        columns!(),
        " FROM export WHERE account_id = $1 AND requested_at > $2 ORDER BY requested_at DESC LIMIT 1"
    ))
    .bind::<SqlUuid, _>(export.account_id)
    .bind::<Timestamptz, _>(since)
    .get_result(&mut conn)
    .await
    .optional()?;
    if let Some(recent) = recent {
        return Ok((recent, false));
    }
    let made = statement(concat!(
        "INSERT INTO export (id, account_id, requested_at) VALUES ($1, $2, $3) RETURNING ",
        columns!()
    ))
    .bind::<SqlUuid, _>(export.id)
    .bind::<SqlUuid, _>(export.account_id)
    .bind::<Timestamptz, _>(export.requested_at)
    .get_result(&mut conn)
    .await?;
    Ok((made, true))
}

/// An export of somebody's own.
pub(crate) async fn own(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    id: ExportId,
) -> QueryResult<Option<Export>> {
    statement(concat!(
        "SELECT ",
        columns!(),
        " FROM export WHERE id = $1 AND account_id = $2"
    ))
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(account)
    .get_result(&mut conn)
    .await
    .optional()
}

/// Notes that a part has come; when it is the last of so many, the archive is due. Parts of exports that are no more are
/// not noted.
pub(crate) async fn arrive(
    mut conn: &AsyncPgConnection,
    export: ExportId,
    (service, key): (&str, &str),
    services: i64,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    // Locked, so that of two that come at once the second sees the first.
    let found = statement("SELECT FROM export WHERE id = $1 FOR UPDATE")
        .bind::<SqlUuid, _>(export)
        .execute(&mut conn)
        .await?;
    if found == 0 {
        return Ok(());
    }
    statement(
        "INSERT INTO export_arrival (export_id, service, key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(export)
    .bind::<Text, _>(service)
    .bind::<Text, _>(key)
    .execute(&mut conn)
    .await?;
    statement(
        "UPDATE export SET due_at = $3 WHERE id = $1 AND ready_at IS NULL AND due_at IS NULL \
         AND (SELECT count(*) FROM export_arrival WHERE export_id = $1) >= $2",
    )
    .bind::<SqlUuid, _>(export)
    .bind::<BigInt, _>(services)
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Takes the archive that waits longest, passing over those that others are taking. Whoever dies with it in hand loses it
/// at `until`.
pub(crate) async fn take(
    mut conn: &AsyncPgConnection,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<Option<Export>> {
    statement(concat!(
        "UPDATE export SET due_at = $2 WHERE id = ( \
           SELECT id FROM export WHERE due_at <= $1 ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING ",
        columns!()
    ))
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(until)
    .get_result(&mut conn)
    .await
    .optional()
}

/// Puts an archive back, to be put together at this time.
pub(crate) async fn put_back(
    mut conn: &AsyncPgConnection,
    id: ExportId,
    due_at: DateTime<Utc>,
) -> QueryResult<usize> {
    statement("UPDATE export SET due_at = $2 WHERE id = $1 AND due_at IS NOT NULL")
        .bind::<SqlUuid, _>(id)
        .bind::<Timestamptz, _>(due_at)
        .execute(&mut conn)
        .await
}

/// A part that has come.
#[derive(QueryableByName)]
pub(crate) struct Arrival {
    #[diesel(sql_type = Text)]
    pub(crate) service: String,
    #[diesel(sql_type = Text)]
    pub(crate) key: String,
}

/// The parts of an export.
pub(crate) async fn arrivals(mut conn: &AsyncPgConnection, id: ExportId) -> QueryResult<Vec<Arrival>> {
    statement("SELECT service, key FROM export_arrival WHERE export_id = $1 ORDER BY service")
        .bind::<SqlUuid, _>(id)
        .load(&mut conn)
        .await
}

/// Notes that an archive lies in storage; whether the export is still there, and was not ready before.
pub(crate) async fn finish(
    mut conn: &AsyncPgConnection,
    id: ExportId,
    (archive_key, size): (&str, i64),
    (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> QueryResult<bool> {
    let finished = statement(
        "UPDATE export SET due_at = NULL, ready_at = $4, expires_at = $5, archive_key = $2, size = $3 \
         WHERE id = $1 AND ready_at IS NULL",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(archive_key)
    .bind::<BigInt, _>(size)
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(expires_at)
    .execute(&mut conn)
    .await?;
    Ok(finished == 1)
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: ExportId,
}

/// Some exports whose time is over.
pub(crate) async fn expired(
    mut conn: &AsyncPgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<ExportId>> {
    let ids: Vec<Id> = statement("SELECT id FROM export WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2")
        .bind::<Timestamptz, _>(now)
        .bind::<BigInt, _>(limit)
        .load(&mut conn)
        .await?;
    Ok(ids.into_iter().map(|row| row.id).collect())
}

/// Every export of an account.
pub(crate) async fn all_of(mut conn: &AsyncPgConnection, account: AccountId) -> QueryResult<Vec<ExportId>> {
    let ids: Vec<Id> = statement("SELECT id FROM export WHERE account_id = $1 ORDER BY id")
        .bind::<SqlUuid, _>(account)
        .load(&mut conn)
        .await?;
    Ok(ids.into_iter().map(|row| row.id).collect())
}

/// Forgets an export.
pub(crate) async fn forget(mut conn: &AsyncPgConnection, id: ExportId) -> QueryResult<usize> {
    statement("DELETE FROM export WHERE id = $1")
        .bind::<SqlUuid, _>(id)
        .execute(&mut conn)
        .await
}
