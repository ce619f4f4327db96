//! Sending the mail that tells somebody what happened to their account.

use super::now;
use crate::mailer::Mailer;
use crate::model::{Links, Notice};
use crate::store::{mail, notices};
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::{EventId, NoticeId};

/// Sends a notice, once for the event that asked for it.
///
/// # Errors
/// When the database says so, or the mail is not taken.
pub(crate) async fn send_notice(
    conn: &AsyncPgConnection,
    (links, mailer): (&Links, &Mailer),
    event: EventId,
    id: NoticeId,
) -> Result<()> {
    let Some(taken) = notices::take(conn, id).await? else {
        return Ok(());
    };
    // Written by a release that knows more: it says nothing rather than something wrong.
    let Some(notice) = Notice::named(&taken.kind) else {
        tracing::warn!(
            kind = taken.kind,
            "a notice of a kind that this release does not know is not mailed"
        );
        return Ok(());
    };
    let (words, when) = (notice.words(), taken.created_at.format("%Y-%m-%d %H:%M UTC"));
    let mut text = format!("{words}\n\nThat was at {when}.\n");
    let mut help = Vec::new();
    if notice.may_alarm() {
        let link = links.forgotten().to_string();
        let advice =
            "If it was not you, choose a new password at once, and look through your sessions afterwards:";
        text.push_str(&format!("\n{advice}\n\n{link}\n"));
        help.push(link);
    }
    let mail = mail::Kept {
        recipient: taken.recipient,
        subject: notice.subject().to_owned(),
        text,
        links: help,
        sent_at: now(),
    };
    mailer.send(conn, (event, taken.account_id), &mail).await
}
