use super::{AuthorView, PostView};
use crate::commands::handle_report::no_such_report;
use crate::commands::no_such_post;
use crate::model::{Asker, Place};
use crate::store::history::HistoryRow;
use crate::store::reports::ReportRow;
use crate::store::{audit, history, posts, reports};
use chassis::Result;
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::content::{ReportState, Visibility};
use events::{AccountId, MediaId, PostId, ReportId};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a post was after a change.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HistoryView {
    /// Grows by each change; files that are gone count, too, and are not listed.
    pub(crate) version: i64,
    /// `published`, `edited`, `hidden`, `restored` or `removed`.
    #[schema(example = "edited")]
    change: String,
    /// Who changed it.
    by: AuthorView,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    at: DateTime<Utc>,
    /// A moderator's, for hiding it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Advertising")]
    reason: Option<String>,
    #[schema(example = "Looking for a baritone for a radio play. Two evenings in March.")]
    content: String,
    #[schema(value_type = Visibility)]
    visibility: String,
    #[schema(example = json!(["radio", "casting"]))]
    tags: Vec<String>,
    media_ids: Vec<MediaId>,
    /// `published`, `hidden` or `removed`.
    #[schema(example = "published")]
    state: String,
}

impl HistoryView {
    fn new(row: HistoryRow) -> Self {
        Self {
            version: row.version,
            change: row.change,
            by: AuthorView::new(row.changed_by, row.card),
            at: row.changed_at,
            reason: row.reason,
            content: row.content,
            visibility: row.visibility,
            tags: row.tags,
            media_ids: row.media,
            state: row.state,
        }
    }
}

/// What a post was, version by version, the latest first.
pub(crate) async fn post_history(
    conn: &AsyncPgConnection,
    post: PostId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<HistoryView>> {
    let rows = history::of(conn, post, before, limit).await?;
    if rows.is_empty() && before.is_none() {
        return Err(no_such_post().into());
    }
    Ok(rows.into_iter().map(HistoryView::new).collect())
}

/// A report, with the post it is about.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReportView {
    id: ReportId,
    post_id: PostId,
    /// With its author and its state; null once its author has removed it and it was wiped.
    #[schema(required)]
    post: Option<PostView>,
    /// What is wrong with it.
    #[schema(example = "Advertising")]
    reason: String,
    #[schema(required, example = "The same text under every post.")]
    description: Option<String>,
    reporter: AuthorView,
    #[schema(value_type = ReportState)]
    state: String,
    /// Who took it or dealt with it.
    #[schema(required)]
    moderator_id: Option<AccountId>,
    #[schema(required, example = "Spoke with the author.")]
    note: Option<String>,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    created_at: DateTime<Utc>,
    #[serde(
        serialize_with = "chassis::http::milliseconds_if_any",
        skip_serializing_if = "Option::is_none"
    )]
    updated_at: Option<DateTime<Utc>>,
}

impl ReportView {
    fn new(row: ReportRow, post: Option<PostView>) -> Self {
        Self {
            id: row.id,
            post_id: row.post_id,
            post,
            reason: row.reason,
            description: row.description,
            reporter: AuthorView::new(row.reporter_id, row.reporter),
            state: row.state,
            moderator_id: row.moderator_id,
            note: row.note,
            created_at: row.created_at,
            updated_at: Some(row.changed_at).filter(|changed| *changed != row.created_at),
        }
    }

    /// Its place in a list that shows the oldest first.
    pub(crate) fn place(&self) -> Place {
        Place::from((self.created_at, self.id.0))
    }
}

/// A page of the reports in this state, or in any, and how many there are on all pages.
pub(crate) async fn reports(
    conn: &AsyncPgConnection,
    moderator: Asker,
    state: Option<ReportState>,
    after: Place,
    limit: i64,
) -> Result<(Vec<ReportView>, i64)> {
    let total = reports::count(conn, state).await?;
    let rows = reports::list(conn, state, after, limit).await?;
    Ok((with_posts(conn, moderator, rows).await?, total))
}

/// One report.
pub(crate) async fn report(conn: &AsyncPgConnection, moderator: Asker, id: ReportId) -> Result<ReportView> {
    let row = reports::find(conn, id).await?.ok_or_else(no_such_report)?;
    let found = with_posts(conn, moderator, vec![row]).await?;
    Ok(found.into_iter().next().ok_or_else(no_such_report)?)
}

async fn with_posts(
    conn: &AsyncPgConnection,
    moderator: Asker,
    rows: Vec<ReportRow>,
) -> Result<Vec<ReportView>> {
    let ids: Vec<PostId> = rows.iter().map(|row| row.post_id).collect();
    let found = posts::of_ids(conn, moderator, &ids).await?;
    let posts: HashMap<_, _> = found.into_iter().map(|row| (row.id, row)).collect();
    rows.into_iter()
        .map(|row| {
            let post = posts.get(&row.post_id).cloned().map(PostView::new).transpose()?;
            Ok(ReportView::new(row, post))
        })
        .collect()
}

/// Something that a moderator did.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeedView {
    id: Uuid,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    at: DateTime<Utc>,
    actor_id: AccountId,
    /// Who that is; without a name when the account is gone.
    actor: AuthorView,
    /// `post-hidden`, `post-restored`, `report-taken`, `report-resolved` or `report-dismissed`.
    #[schema(example = "post-hidden")]
    deed: String,
    /// `post` or `report`.
    #[schema(example = "post")]
    subject_kind: String,
    subject_id: Uuid,
    /// The post, or the one that the report is about; null once the report is gone.
    #[schema(required)]
    post_id: Option<PostId>,
    /// The `X-Request-Id` of the request that did it.
    request_id: Uuid,
}

impl DeedView {
    /// Its place in a list that shows the newest first.
    pub(crate) fn place(&self) -> Place {
        Place::from((self.at, self.id))
    }
}

/// What moderators did, the newest first.
pub(crate) async fn deeds(conn: &AsyncPgConnection, after: Place, limit: i64) -> Result<Vec<DeedView>> {
    let rows = audit::newest(conn, after, limit).await?;
    let deed = |row: audit::AuditRow| DeedView {
        id: row.id,
        at: row.at,
        actor_id: row.actor_id,
        actor: AuthorView::new(row.actor_id, row.actor),
        deed: row.deed,
        subject_kind: row.subject_kind,
        subject_id: row.subject_id,
        post_id: row.post_id,
        request_id: row.request_id,
    };
    Ok(rows.into_iter().map(deed).collect())
}
