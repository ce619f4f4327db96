//! Telling what an admin does to a letter, for the audit of all staff.

use crate::model::LetterId;
use chassis::{Principal, Result};
use chrono::{SubsecRound, Utc};
use diesel_async::AsyncPgConnection;
use events::staff::StaffDeed;
use events::{Cause, DeedId, Event};
use store::outbox;

/// Tells it. What is to be done is told before it is done, and what cannot be told is not done.
pub(super) async fn tell(
    conn: &AsyncPgConnection,
    (cause, who): (&Cause, &Principal),
    id: &LetterId,
    deed: &str,
) -> Result<()> {
    let told = StaffDeed {
        deed_id: DeedId::new(),
        actor_id: who.account,
        deed: deed.to_owned(),
        subject_kind: "dead-letter".to_owned(),
        subject_id: id.to_string(),
        owner_id: None,
        request_id: cause.correlation_id,
        done_at: Utc::now().trunc_subsecs(3),
    };
    outbox::append(conn, cause, 1, Event::OrchestratorStaffActed(told)).await?;
    Ok(())
}
