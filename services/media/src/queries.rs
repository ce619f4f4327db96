//! Records, as they are shown.

use crate::commands::no_such_media;
use crate::model::{Format, Viewer};
use crate::store::media::{self, Row};
use chassis::http::{Cursor, Limit};
use chassis::{Refusal, Result};
use chrono::{DateTime, SecondsFormat, Utc};
use diesel_async::AsyncPgConnection;
use events::media::Kind;
use events::{AccountId, MediaId};
use serde::{Serialize, Serializer};
use std::time::Duration;
use utoipa::ToSchema;

/// Whether a file can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Status {
    /// Announced; not confirmed yet.
    Pending,
    /// Its bytes were verified.
    Ready,
}

/// A file.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MediaView {
    id: MediaId,
    owner_id: AccountId,
    kind: Option<Kind>,
    content_type: String,
    /// Bytes.
    size: i64,
    /// Pixels.
    width: Option<i32>,
    height: Option<i32>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<f64>,
    /// Its stable address, which checks who asks; null until it is ready.
    #[schema(example = "/api/media/0197a2d0-0000-7000-8000-000000000000/content")]
    url: Option<String>,
    status: Status,
    /// Only for its owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_name: Option<String>,
    #[serde(serialize_with = "millis")]
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime<Utc>,
}

impl MediaView {
    /// As this account sees it.
    pub(crate) fn new(row: Row, viewer: Option<AccountId>) -> Self {
        let status = if row.state == "ready" {
            Status::Ready
        } else {
            Status::Pending
        };
        Self {
            kind: Format::of(&row.content_type).map(|format| format.kind),
            url: (status == Status::Ready).then(|| format!("/api/media/{}/content", row.id)),
            status,
            file_name: (viewer == Some(row.owner_id)).then_some(row.file_name),
            id: row.id,
            owner_id: row.owner_id,
            content_type: row.content_type,
            size: row.size,
            width: row.width,
            height: row.height,
            duration: row.duration,
            created_at: row.created_at,
        }
    }
}

/// One's own files.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnMedia {
    media: Vec<MediaView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// One's own files, the newest first; those still to be confirmed, too.
pub(crate) async fn of_owner(
    conn: &AsyncPgConnection,
    owner: AccountId,
    limit: Limit,
    after: Option<MediaId>,
) -> Result<OwnMedia> {
    let rows = media::of_owner(conn, owner, after, limit.probe()).await?;
    let (rows, next_cursor) = Cursor::cut(rows, limit, |row| row.id);
    let media = rows
        .into_iter()
        .map(|row| MediaView::new(row, Some(owner)))
        .collect();
    Ok(OwnMedia { media, next_cursor })
}

/// A file's record, for those who may see it.
pub(crate) async fn record(conn: &AsyncPgConnection, viewer: Viewer, id: MediaId) -> Result<Row> {
    let found = media::shown(conn, viewer, id).await?;
    Ok(found.ok_or_else(|| {
        if viewer.account.is_some() {
            no_such_media()
        } else {
            Refusal::unauthenticated()
        }
    })?)
}

/// Where a file's verified bytes are.
pub(crate) fn object_key(row: &Row) -> Result<&str, Refusal> {
    row.object_key.as_deref().ok_or_else(|| {
        let refusal = Refusal::conflict(
            "MEDIA_NOT_READY",
            "This file is not confirmed yet; confirm it first",
        );
        refusal.retry_after(Duration::from_secs(1))
    })
}

/// RFC 3339 in UTC with exactly three digits of a second.
fn millis<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
}
