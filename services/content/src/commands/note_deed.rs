//! Noting what a moderator did: here, and for the audit of all that staff do.

use crate::store::audit::{self, Deed};
use chassis::Result;
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::staff::StaffDeed;
use events::{AccountId, Cause, Event};
use store::outbox;

/// Notes a deed done to something of this account's, in the transaction that does it.
pub(super) async fn note_deed(
    conn: &AsyncPgConnection,
    cause: &Cause,
    deed: Deed,
    owner: AccountId,
    now: DateTime<Utc>,
) -> Result<()> {
    audit::add(conn, deed, now).await?;
    let told = StaffDeed {
        deed_id: deed.id,
        actor_id: deed.actor,
        deed: deed.what.to_owned(),
        subject_kind: deed.subject_kind.to_owned(),
        subject_id: deed.subject.to_string(),
        owner_id: Some(owner),
        request_id: deed.request,
        done_at: now,
    };
    outbox::append(conn, cause, 1, Event::ContentStaffActed(told)).await?;
    Ok(())
}
