//! The files of posts that were found, as they are shown.

use chassis::Result;
use events::MediaId;
use events::media::Kind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A file of a post that was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundMedia {
    id: MediaId,
    kind: Kind,
    #[schema(example = "image/png")]
    content_type: String,
    /// Pixels.
    #[schema(required)]
    width: Option<i32>,
    /// Pixels.
    #[schema(required)]
    height: Option<i32>,
    /// Seconds.
    #[schema(required)]
    duration: Option<f64>,
    /// What it shows, for those who do not see or hear it.
    #[schema(required, example = "A microphone in front of a window, at night.")]
    alt_text: Option<String>,
    /// `ready`; or `processing`, while a picture is being cleaned.
    #[schema(example = "ready")]
    status: &'static str,
    /// Null until it is ready.
    #[schema(required, example = "/api/media/0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77/content")]
    pub(super) url: Option<String>,
    /// A small copy of a picture.
    #[schema(
        required,
        example = "/api/media/0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77/content?size=thumb"
    )]
    thumbnail_url: Option<String>,
}

/// As the statement that finds posts writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FileJson {
    id: MediaId,
    kind: Kind,
    content_type: String,
    width: Option<i32>,
    height: Option<i32>,
    duration: Option<f64>,
    ready: bool,
    alt_text: Option<String>,
}

impl From<FileJson> for FoundMedia {
    fn from(json: FileJson) -> Self {
        let url = json.ready.then(|| media_url(json.id));
        Self {
            id: json.id,
            kind: json.kind,
            content_type: json.content_type,
            width: json.width,
            height: json.height,
            duration: json.duration,
            alt_text: json.alt_text,
            status: if json.ready { "ready" } else { "processing" },
            thumbnail_url: url
                .as_ref()
                .filter(|_| json.kind == Kind::Image)
                .map(|url| format!("{url}?size=thumb")),
            url,
        }
    }
}

/// The files that a statement told of.
pub(super) fn files(told: Option<serde_json::Value>) -> Result<Vec<FoundMedia>> {
    let files: Vec<FileJson> = told.map(serde_json::from_value).transpose()?.unwrap_or_default();
    Ok(files.into_iter().map(FoundMedia::from).collect())
}

/// The stable address of a file; media checks there who may see it.
pub(super) fn media_url(id: MediaId) -> String {
    format!("/api/media/{id}/content")
}
