use super::remove_media::removed;
use crate::store::{media, objects};
use chassis::Result;
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::{AccountId, Cause, MediaId};
use store::outbox;

/// Removes every file of an account that is deleted. The sweep deletes their objects.
pub(crate) async fn remove_account(
    conn: &AsyncPgConnection,
    cause: &Cause,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<()> {
    let rows = media::remove_all_of(conn, account).await?;
    let ids: Vec<MediaId> = rows.iter().map(|row| row.id).collect();
    objects::doom(conn, &ids, now).await?;
    let events = rows.iter().filter_map(|row| Some((row.version, removed(row)?)));
    outbox::append_all(conn, cause, events).await?;
    Ok(())
}
