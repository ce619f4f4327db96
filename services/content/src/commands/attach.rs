//! Which files an author may attach.

use crate::model::Attachments;
use crate::store::media;
use chassis::{Principal, Refusal, Result};
use diesel_async::AsyncPgConnection;
use std::time::Duration;

/// Holds the files, so that they are there when the post is.
///
/// Somebody else's file is answered like one that nobody has heard of: to tell them apart would tell that it is
/// there.
pub(super) async fn hold(conn: &AsyncPgConnection, owner: &Principal, files: &Attachments) -> Result<()> {
    if files.ids().is_empty() {
        return Ok(());
    }
    let own = media::hold_own(conn, owner.account, files.ids()).await?;
    if own.len() < files.ids().len() {
        return Err(not_ready().into());
    }
    if own.iter().any(|file| file.removed) {
        let message = "One of the files was removed; leave it out or upload it again";
        return Err(Refusal::invalid("mediaIds", message).into());
    }
    Ok(())
}

/// 409 `MEDIA_NOT_READY`.
fn not_ready() -> Refusal {
    let message =
        "One of the files is not yours, or not ready yet; confirm the upload and try again in a moment";
    Refusal::conflict("MEDIA_NOT_READY", message).retry_after(Duration::from_secs(1))
}
