//! What services answer: that they have erased somebody, or where their part of an export lies.

use super::now;
use crate::store::{archives, departures};
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::account::{Erased, ExportPartReady, SERVICES};

/// Notes that nothing of a person is left in a service.
///
/// # Errors
/// When the database says so.
pub(crate) async fn take_confirmation(
    conn: &AsyncPgConnection,
    service: &str,
    erased: &Erased,
) -> Result<()> {
    let all = i64::try_from(SERVICES.len())?;
    departures::confirm(conn, erased.erasure_id, (service, erased.erased_at), all).await?;
    Ok(())
}

/// Notes where a part lies.
///
/// # Errors
/// When the database says so.
pub(crate) async fn take_part(conn: &AsyncPgConnection, service: &str, part: &ExportPartReady) -> Result<()> {
    let all = i64::try_from(SERVICES.len())?;
    archives::arrive(conn, part.export_id, (service, &part.key), all, now()).await?;
    Ok(())
}
