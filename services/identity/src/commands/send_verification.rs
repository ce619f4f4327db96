//! Sending the mail with the link that confirms an address.

use super::now;
use crate::mailer::Mailer;
use crate::model::Links;
use crate::store::{mail, verifications};
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::{EventId, VerificationId};

/// Sends the link, once for the event that asked for it.
///
/// Nothing that somebody typed at sign-up stands in the mail: it may go to an address that is not theirs, and must not
/// carry their words there.
///
/// # Errors
/// When the database says so, or the mail is not taken.
pub(crate) async fn send_verification(
    conn: &AsyncPgConnection,
    (links, mailer): (&Links, &Mailer),
    event: EventId,
    id: VerificationId,
) -> Result<()> {
    // Whoever is gone, or has another address by now, needs no link.
    let Some(addressee) = verifications::addressee(conn, id).await? else {
        return Ok(());
    };
    let link = links.verification(id).to_string();
    let text = format!(
        "Welcome to Joint.\n\n\
         Please confirm that this address is yours:\n\n{link}\n\n\
         The link works for 24 hours. If you did not give us this address, somebody mistyped theirs: do nothing.\n"
    );
    let mail = mail::Kept {
        recipient: addressee.email,
        subject: "Confirm your e-mail address".to_owned(),
        text,
        links: vec![link],
        sent_at: now(),
    };
    mailer.send(conn, (event, addressee.account_id), &mail).await
}
