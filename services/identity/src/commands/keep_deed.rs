//! Keeping what moderators and admins did in other services, for the one audit.

use crate::store::staff_deeds;
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::staff::StaffDeed;

/// Keeps it, once.
///
/// # Errors
/// When the database says so.
pub(crate) async fn keep_deed(conn: &AsyncPgConnection, told: &StaffDeed) -> Result<()> {
    staff_deeds::add(conn, told).await?;
    Ok(())
}
