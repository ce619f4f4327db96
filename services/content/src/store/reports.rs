//! What members told the moderators about posts.

use super::authors::{CardRow, introduced};
use super::unknown;
use crate::model::Place;
use ::store::statement;
use chassis::Principal;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::content::{Report, ReportState};
use events::{AccountId, PostId, ReportId};

/// Writes a new report, and sees to its author's card; whether it did: not while the same person waits for an answer
/// about the same post.
pub(crate) async fn insert(
    mut conn: &AsyncPgConnection,
    reporter: &Principal,
    report: &Report,
) -> QueryResult<bool> {
    let inserted = statement(concat!(
        "WITH ",
        introduced!(),
        "INSERT INTO report (id, post_id, reporter_id, reason, description, created_at, changed_at) \
         VALUES ($4, $5, $1, $6, $7, $8, $8) \
         ON CONFLICT (post_id, reporter_id) WHERE state IN ('open', 'taken') DO NOTHING"
    ))
    .bind::<SqlUuid, _>(reporter.account)
    .bind::<Text, _>(&reporter.username)
    .bind::<Text, _>(&reporter.display_name)
    .bind::<SqlUuid, _>(report.report_id)
    .bind::<SqlUuid, _>(report.post_id)
    .bind::<Text, _>(&report.reason)
    .bind::<Nullable<Text>, _>(report.description.as_deref())
    .bind::<Timestamptz, _>(report.created_at)
    .execute(&mut conn)
    .await?;
    Ok(inserted == 1)
}

/// A report as it stands, without the people's cards.
#[derive(Debug, QueryableByName)]
struct WholeRow {
    #[diesel(sql_type = SqlUuid)]
    id: ReportId,
    #[diesel(sql_type = SqlUuid)]
    post_id: PostId,
    #[diesel(sql_type = SqlUuid)]
    author_id: AccountId,
    #[diesel(sql_type = SqlUuid)]
    reporter_id: AccountId,
    #[diesel(sql_type = Text)]
    reason: String,
    #[diesel(sql_type = Nullable<Text>)]
    description: Option<String>,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    moderator_id: Option<AccountId>,
    #[diesel(sql_type = Nullable<Text>)]
    note: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    changed_at: DateTime<Utc>,
}

/// Locks a report, so that of two moderators one is the first.
pub(crate) async fn lock(mut conn: &AsyncPgConnection, id: ReportId) -> QueryResult<Option<Report>> {
    let row: Option<WholeRow> = statement(
        "SELECT k.id, k.post_id, p.author_id, k.reporter_id, k.reason, k.description, k.state, k.moderator_id, k.note, \
         k.created_at, k.changed_at FROM report k JOIN post p ON p.id = k.post_id WHERE k.id = $1 FOR UPDATE OF k",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(&mut conn)
    .await
    .optional()?;
    row.map(|row| {
        Ok(Report {
            report_id: row.id,
            post_id: row.post_id,
            author_id: row.author_id,
            reporter_id: row.reporter_id,
            reason: row.reason,
            description: row.description,
            state: ReportState::parse(&row.state).ok_or_else(|| unknown("report's state", &row.state))?,
            moderator_id: row.moderator_id,
            note: row.note,
            created_at: row.created_at,
            changed_at: row.changed_at,
        })
    })
    .transpose()
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// Writes what moderators may change of a locked report; answers its new version.
pub(crate) async fn update(mut conn: &AsyncPgConnection, report: &Report) -> QueryResult<i64> {
    let row: Version = statement(
        "UPDATE report SET state = $2, moderator_id = $3, note = $4, changed_at = $5, version = version + 1 \
         WHERE id = $1 RETURNING version",
    )
    .bind::<SqlUuid, _>(report.report_id)
    .bind::<Text, _>(report.state.as_str())
    .bind::<Nullable<SqlUuid>, _>(report.moderator_id)
    .bind::<Nullable<Text>, _>(report.note.as_deref())
    .bind::<Timestamptz, _>(report.changed_at)
    .get_result(&mut conn)
    .await?;
    Ok(row.version)
}

/// A report as moderators see it.
#[derive(Debug, QueryableByName)]
pub(crate) struct ReportRow {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: ReportId,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) post_id: PostId,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) reporter_id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) reason: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) description: Option<String>,
    #[diesel(sql_type = Text)]
    pub(crate) state: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) moderator_id: Option<AccountId>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) note: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) changed_at: DateTime<Utc>,
    #[diesel(embed)]
    pub(crate) reporter: CardRow,
}

/// Begins a statement that answers [`ReportRow`]s, of the alias `k`.
macro_rules! shown {
    () => {
        "SELECT k.id, k.post_id, k.reporter_id, k.reason, k.description, k.state, k.moderator_id, k.note, k.created_at, \
         k.changed_at, a.username, a.display_name, a.avatar_media_id \
         FROM report k JOIN author a ON a.account_id = k.reporter_id WHERE "
    };
}

/// Reports in this state, or in any; the oldest first, so that nobody waits for ever.
pub(crate) async fn list(
    mut conn: &AsyncPgConnection,
    state: Option<ReportState>,
    after: Place,
    limit: i64,
) -> QueryResult<Vec<ReportRow>> {
    statement(concat!(
        shown!(),
        "($1::text IS NULL OR k.state = $1) AND (k.created_at, k.id) > ($2, $3) ORDER BY k.created_at, k.id LIMIT $4"
    ))
    .bind::<Nullable<Text>, _>(state.map(ReportState::as_str))
    .bind::<Timestamptz, _>(after.at)
    .bind::<SqlUuid, _>(after.id)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many [`list`] shows on all its pages.
pub(crate) async fn count(mut conn: &AsyncPgConnection, state: Option<ReportState>) -> QueryResult<i64> {
    let row: Count =
        statement("SELECT count(*) AS count FROM report k WHERE $1::text IS NULL OR k.state = $1")
            .bind::<Nullable<Text>, _>(state.map(ReportState::as_str))
            .get_result(&mut conn)
            .await?;
    Ok(row.count)
}

/// One report.
pub(crate) async fn find(mut conn: &AsyncPgConnection, id: ReportId) -> QueryResult<Option<ReportRow>> {
    statement(concat!(shown!(), "k.id = $1"))
        .bind::<SqlUuid, _>(id)
        .get_result(&mut conn)
        .await
        .optional()
}
