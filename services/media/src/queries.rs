//! Records, as they are shown.

mod holdings;

pub(crate) use holdings::holdings;

use crate::commands::no_such_media;
use crate::model::{Format, Size, Viewer};
use crate::store::media::{self, Row};
use crate::store::renditions::{self, Rendition};
use chassis::http::{Cursor, Limit};
use chassis::{Refusal, Result};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::media::Kind;
use events::{AccountId, MediaId};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// Whether a file can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Status {
    /// Announced; not confirmed yet.
    Pending,
    /// A picture that was confirmed and is being cleaned.
    Processing,
    /// Its bytes were verified, and cleaned where it is a picture.
    Ready,
    /// It could not be cleaned.
    Failed,
}

/// A file.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MediaView {
    id: MediaId,
    owner_id: AccountId,
    #[schema(required)]
    kind: Option<Kind>,
    #[schema(example = "image/png")]
    content_type: String,
    /// Bytes.
    size: i64,
    /// Pixels.
    #[schema(required)]
    width: Option<i32>,
    #[schema(required)]
    height: Option<i32>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<f64>,
    /// Its stable address, which checks who asks; null until it is ready.
    #[schema(required, example = "/api/media/0197a2d0-0000-7000-8000-000000000000/content")]
    url: Option<String>,
    /// The same for a small copy of a picture.
    #[schema(
        required,
        example = "/api/media/0197a2d0-0000-7000-8000-000000000000/content?size=thumb"
    )]
    thumbnail_url: Option<String>,
    /// What it shows, for those who do not see or hear it.
    #[schema(required, example = "A microphone in front of a window, at night.")]
    alt_text: Option<String>,
    status: Status,
    /// Why it failed, for its owner: a stable code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "MEDIA_UNREADABLE")]
    failed_for: Option<String>,
    /// Only for its owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "portrait.png")]
    file_name: Option<String>,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime<Utc>,
}

impl MediaView {
    /// As this account sees it.
    pub(crate) fn new(row: Row, viewer: Option<AccountId>) -> Self {
        let status = match row.state.as_str() {
            "ready" => Status::Ready,
            "processing" => Status::Processing,
            "failed" => Status::Failed,
            _ => Status::Pending,
        };
        let kind = Format::of(&row.content_type).map(|format| format.kind);
        let url = (status == Status::Ready).then(|| format!("/api/media/{}/content", row.id));
        let thumbnail_url = url
            .as_ref()
            .filter(|_| kind == Some(Kind::Image))
            .map(|url| format!("{url}?size=thumb"));
        let is_own = viewer == Some(row.owner_id);
        Self {
            kind,
            url,
            thumbnail_url,
            status,
            failed_for: row.rejected_for.filter(|_| is_own && status == Status::Failed),
            file_name: is_own.then_some(row.file_name),
            id: row.id,
            owner_id: row.owner_id,
            content_type: row.content_type,
            size: row.size,
            width: row.width,
            height: row.height,
            duration: row.duration,
            alt_text: row.alt_text,
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
    #[schema(example = "WzQyXQ")]
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

/// Where a file's verified bytes are, in the size that is wanted, and what they are.
pub(crate) async fn shown(conn: &AsyncPgConnection, row: &Row, size: Size) -> Result<Rendition> {
    if size != Size::Original
        && let Some(copy) = renditions::fitting(conn, row.id, size).await?
    {
        return Ok(copy);
    }
    let Some(object_key) = row.object_key.clone() else {
        return Err(if row.state == "failed" {
            no_such_media()
        } else {
            let message = "This file is not ready yet; confirm it, or try again in a moment";
            Refusal::conflict("MEDIA_NOT_READY", message).retry_after(Duration::from_secs(1))
        }
        .into());
    };
    Ok(Rendition {
        object_key,
        content_type: row.content_type.clone(),
    })
}
