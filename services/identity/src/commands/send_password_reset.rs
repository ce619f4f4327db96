//! Sending the mail with the link by which a password is set anew.

use super::now;
use crate::mailer::Mailer;
use crate::model::Links;
use crate::store::{mail, password_resets};
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::{EventId, PasswordResetId};

/// Sends the link, once for the event that asked for it.
///
/// # Errors
/// When the database says so, or the mail is not taken.
pub(crate) async fn send_password_reset(
    conn: &AsyncPgConnection,
    (links, mailer): (&Links, &Mailer),
    event: EventId,
    id: PasswordResetId,
) -> Result<()> {
    let Some(addressee) = password_resets::addressee(conn, id).await? else {
        return Ok(());
    };
    let link = links.password_reset(id).to_string();
    let text = format!(
        "Somebody, hopefully you, has forgotten the password of your account on Joint.\n\n\
         Choose a new one here:\n\n{link}\n\n\
         The link works once, and for an hour. If you did not ask for it, do nothing: your password stays as it is.\n"
    );
    let mail = mail::Kept {
        recipient: addressee.email,
        subject: "Choose a new password".to_owned(),
        text,
        links: vec![link],
        sent_at: now(),
    };
    mailer.send(conn, (event, addressee.account_id), &mail).await
}
