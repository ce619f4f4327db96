use super::now;
use crate::model::{Device, SecurityEvent};
use crate::store::archives::{self, Export};
use crate::store::security_log::{self, Line};
use chassis::Result;
use chrono::TimeDelta;
use diesel_async::AsyncPgConnection;
use events::account::ExportRequested;
use events::{AccountId, Cause, Event, ExportId};
use store::outbox;

/// Whoever asks again within this time is given the same one.
const BETWEEN_TWO: TimeDelta = TimeDelta::hours(1);

/// Asks every service for what it holds about somebody.
///
/// # Errors
/// When the database says so.
pub(crate) async fn request_export(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    who: AccountId,
    device: Device,
) -> Result<Export> {
    let now = now();
    let asked = Export {
        id: ExportId::new(),
        account_id: who,
        requested_at: now,
        expires_at: None,
        archive_key: None,
        size: None,
    };
    let (export, is_new) = archives::request(conn, &asked, now - BETWEEN_TWO).await?;
    if is_new {
        let line = Line {
            account: Some(who),
            actor: Some(who),
            device,
            detail: None,
        };
        security_log::append(conn, SecurityEvent::ExportRequested, now, &line).await?;
        let requested = ExportRequested {
            export_id: export.id,
            account_id: who,
        };
        outbox::append(conn, cause, 1, Event::ExportRequested(requested)).await?;
    }
    Ok(export)
}
