//! What media publishes.

use crate::catalogue::Payload;
use crate::{AccountId, MediaId};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What sort of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A picture.
    Image,
    /// Sound.
    Audio,
    /// Moving pictures.
    Video,
    /// A PDF.
    Document,
}

/// A file: that its owner has confirmed, or that was checked and can be used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Media {
    /// Which.
    pub media_id: MediaId,
    /// Whose.
    pub owner_id: AccountId,
    /// What sort.
    pub kind: Kind,
    /// MIME type, as found in its bytes.
    pub content_type: String,
    /// Bytes.
    pub size: i64,
    /// Pixels.
    pub width: Option<i32>,
    /// Pixels.
    pub height: Option<i32>,
    /// Seconds.
    pub duration: Option<f64>,
    /// What its owner says to those who do not see or hear it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt_text: Option<String>,
    /// When the upload was asked for.
    pub created_at: DateTime<Utc>,
}

impl Payload for Media {
    fn subject(&self) -> String {
        self.media_id.to_string()
    }

    fn people(&self) -> Vec<AccountId> {
        vec![self.owner_id]
    }

    fn scrub(&mut self) {
        self.alt_text = None;
    }
}

/// A file that came to nothing after it was confirmed: it could not be made ready.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaRejected {
    /// Which.
    pub media_id: MediaId,
    /// Whose.
    pub owner_id: AccountId,
    /// Why, as a stable code: `MEDIA_UNREADABLE`.
    pub reason: String,
}

impl Payload for MediaRejected {
    fn subject(&self) -> String {
        self.media_id.to_string()
    }

    fn people(&self) -> Vec<AccountId> {
        vec![self.owner_id]
    }

    fn scrub(&mut self) {}
}

/// A file that is gone. Its version is the last one it will ever have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MediaRemoved {
    /// Which.
    pub media_id: MediaId,
    /// Whose.
    pub owner_id: AccountId,
}

impl Payload for MediaRemoved {
    fn subject(&self) -> String {
        self.media_id.to_string()
    }

    fn people(&self) -> Vec<AccountId> {
        vec![self.owner_id]
    }

    fn scrub(&mut self) {}
}
