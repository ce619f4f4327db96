//! One use case a file. Most run in the transaction their caller opened; confirming, rendering, erasing and sweeping speak with
//! storage, so they open several short ones, and none while they speak.

pub(crate) mod announce_upload;
pub(crate) mod confirm_upload;
pub(crate) mod describe_media;
pub(crate) mod erase_person;
pub(crate) mod remove_media;
pub(crate) mod render;
pub(crate) mod request_rendering;
pub(crate) mod sweep;
pub(crate) mod take_sighting;

use crate::model::Viewer;
use crate::storage::Storage;
use crate::store::media;
use chassis::{Error, Refusal, Result};
use diesel_async::AsyncPgConnection;
use events::MediaId;

/// 404 for a file that is not there, or not for this asker.
pub(crate) fn no_such_media() -> Refusal {
    Refusal::not_found("MEDIA_NOT_FOUND", "There is no such file")
}

/// For whoever wants to change a file that is not theirs: 403 where they see it, else as if it were not there.
async fn not_theirs(conn: &AsyncPgConnection, viewer: Viewer, id: MediaId) -> Result<Refusal> {
    Ok(match media::shown(conn, viewer, id).await? {
        Some(_) => Refusal::forbidden("Only its owner may change or remove a file"),
        None => no_such_media(),
    })
}

/// 400 with a code of its own.
fn unusable(code: &'static str, message: &'static str) -> Refusal {
    Refusal {
        code,
        details: Vec::new(),
        ..Refusal::invalid("mediaId", message)
    }
}

/// 503 when storage does not do what it should; the cause goes to the log.
pub(crate) fn storage_is_away(error: &anyhow::Error) -> Error {
    tracing::error!(error = format!("{error:#}"), "the storage does not answer");
    Refusal::unavailable("The storage does not answer; try again").into()
}

/// Deletes at once what the sweep would delete later. Nothing is lost when it fails.
pub(crate) async fn delete_early(storage: &Storage, keys: impl IntoIterator<Item = &String>) {
    for key in keys {
        if let Err(error) = storage.remove(key).await {
            tracing::warn!(error = format!("{error:#}"), "an object is left to the sweep");
        }
    }
}

/// A key in this folder that nobody can guess.
fn fresh_key(folder: &str) -> String {
    format!("{folder}/{:032x}", rand::random::<u128>())
}
