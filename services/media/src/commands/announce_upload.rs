use super::fresh_key;
use crate::model::{Announced, GIVEN_UP_AFTER, UPLOAD_LASTS};
use crate::storage::Storage;
use crate::store::media::Own;
use crate::store::{media, objects};
use chassis::{Error, Result};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::{AccountId, MediaId};

/// Where a file may be written, once.
pub(crate) struct Upload {
    pub(crate) id: MediaId,
    pub(crate) url: String,
}

/// Writes down a file that is to come, and signs the URL that takes exactly it. Signing asks nobody.
pub(crate) async fn announce_upload(
    conn: &AsyncPgConnection,
    storage: &Storage,
    owner: AccountId,
    announced: &Announced,
    now: DateTime<Utc>,
) -> Result<Upload> {
    let own = Own {
        owner,
        id: MediaId::new(),
    };
    let key = fresh_key("uploads");
    media::insert(conn, own, announced, &key, now).await?;
    // When nobody can write there any more, whatever is there goes.
    objects::write_down(conn, &key, own.id, now + GIVEN_UP_AFTER).await?;
    let (content_type, size) = (announced.format.content_type, announced.size);
    let url = storage
        .upload_url(&key, content_type, size, (now, UPLOAD_LASTS))
        .await
        .map_err(Error::Failed)?;
    Ok(Upload { id: own.id, url })
}
