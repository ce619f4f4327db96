use super::note_deed::note_deed;
use super::now;
use crate::model::{Handling, Remark, handle};
use crate::store::audit::Deed;
use crate::store::reports;
use chassis::{Principal, Refusal, Result};
use diesel_async::AsyncPgConnection;
use events::{Cause, DeedId, Event, ReportId};
use store::outbox;

/// Takes a report, or says what became of it. Of two moderators at once one is the first, and the other is told.
pub(crate) async fn handle_report(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    moderator: &Principal,
    id: ReportId,
    (handling, note): (Handling, Option<Remark>),
) -> Result<()> {
    let before = reports::lock(conn, id).await?.ok_or_else(no_such_report)?;
    let now = now();
    let note = note.map(Remark::into_string);
    let Some(report) = handle(&before, handling, moderator, note, now)? else {
        return Ok(());
    };
    let version = reports::update(conn, &report).await?;
    let deed = Deed {
        id: DeedId::new(),
        actor: moderator.account,
        what: match handling {
            Handling::Take => "report-taken",
            Handling::Resolve => "report-resolved",
            Handling::Dismiss => "report-dismissed",
        },
        subject_kind: "report",
        subject: id.0,
        request: cause.correlation_id,
    };
    note_deed(conn, cause, deed, report.author_id, now).await?;
    outbox::append(conn, cause, version, Event::ReportChanged(report)).await?;
    Ok(())
}

/// 404 `REPORT_NOT_FOUND`.
pub(crate) fn no_such_report() -> Refusal {
    Refusal::not_found("REPORT_NOT_FOUND", "There is no such report")
}
