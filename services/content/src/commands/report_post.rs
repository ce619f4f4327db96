use super::{now, seen_by};
use crate::model::{Reason, Remark};
use crate::store::reports;
use chassis::{Principal, Refusal, Result};
use diesel_async::AsyncPgConnection;
use events::content::{Report, ReportState};
use events::{Cause, Event, PostId, ReportId};
use store::outbox;

/// Tells the moderators about a post that the member may see. Whoever waits for an answer cannot ask again.
pub(crate) async fn report_post(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    reporter: &Principal,
    post_id: PostId,
    (reason, description): (Reason, Option<Remark>),
) -> Result<Report> {
    let standing = seen_by(conn, reporter, post_id).await?;
    if standing.author_id == reporter.account {
        return Err(Refusal::forbidden("This post is your own; change or remove it instead").into());
    }
    let now = now();
    let report = Report {
        report_id: ReportId::new(),
        post_id,
        author_id: standing.author_id,
        reporter_id: reporter.account,
        reason: reason.into_string(),
        description: description.map(Remark::into_string),
        state: ReportState::Open,
        moderator_id: None,
        note: None,
        created_at: now,
        changed_at: now,
    };
    if !reports::insert(conn, reporter, &report).await? {
        let message = "You have reported this post already; moderators will look at it";
        return Err(Refusal::conflict("ALREADY_REPORTED", message).into());
    }
    outbox::append(conn, cause, 1, Event::PostReported(report.clone())).await?;
    Ok(report)
}
