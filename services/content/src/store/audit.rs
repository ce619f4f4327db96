//! What moderators did. Rows are added and never changed; the database refuses anything else.

use super::authors::CardRow;
use crate::model::Place;
use ::store::statement;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, DeedId, PostId};
use uuid::Uuid;

/// Something that a moderator did. Ids only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deed {
    pub(crate) id: DeedId,
    pub(crate) actor: AccountId,
    /// `post-hidden`, `report-taken`, …
    pub(crate) what: &'static str,
    /// `post` or `report`.
    pub(crate) subject_kind: &'static str,
    pub(crate) subject: Uuid,
    pub(crate) request: Uuid,
}

/// Adds a deed.
pub(crate) async fn add(mut conn: &AsyncPgConnection, deed: Deed, now: DateTime<Utc>) -> QueryResult<()> {
    statement(
        "INSERT INTO moderation_audit (id, at, actor_id, deed, subject_kind, subject_id, request_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind::<SqlUuid, _>(deed.id)
    .bind::<Timestamptz, _>(now)
    .bind::<SqlUuid, _>(deed.actor)
    .bind::<Text, _>(deed.what)
    .bind::<Text, _>(deed.subject_kind)
    .bind::<SqlUuid, _>(deed.subject)
    .bind::<SqlUuid, _>(deed.request)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// A line of the audit.
#[derive(Debug, QueryableByName)]
pub(crate) struct AuditRow {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) at: DateTime<Utc>,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) actor_id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) deed: String,
    #[diesel(sql_type = Text)]
    pub(crate) subject_kind: String,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) subject_id: Uuid,
    /// The post itself, or the one that the report is about.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) post_id: Option<PostId>,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) request_id: Uuid,
    #[diesel(embed)]
    pub(crate) actor: CardRow,
}

/// The newest lines after this place.
pub(crate) async fn newest(
    mut conn: &AsyncPgConnection,
    after: Place,
    limit: i64,
) -> QueryResult<Vec<AuditRow>> {
    statement(
        "SELECT m.id, m.at, m.actor_id, m.deed, m.subject_kind, m.subject_id, m.request_id, \
         CASE m.subject_kind WHEN 'post' THEN m.subject_id ELSE r.post_id END AS post_id, \
         coalesce(a.username, '') AS username, coalesce(a.display_name, '') AS display_name, a.avatar_media_id \
         FROM moderation_audit m LEFT JOIN author a ON a.account_id = m.actor_id \
         LEFT JOIN report r ON m.subject_kind = 'report' AND r.id = m.subject_id \
         WHERE (m.at, m.id) < ($1, $2) ORDER BY m.at DESC, m.id DESC LIMIT $3",
    )
    .bind::<Timestamptz, _>(after.at)
    .bind::<SqlUuid, _>(after.id)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await
}
