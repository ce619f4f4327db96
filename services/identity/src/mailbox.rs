//! The development mailbox: the mails that would have been sent, to be read by whoever develops or tests.

use crate::store::mail;
use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use serde::Serialize;

/// A mail.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// The address, in lower case.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// Its words.
    pub text: String,
    /// The links among its words.
    pub links: Vec<String>,
    /// When it was sent.
    #[serde(serialize_with = "chassis::http::milliseconds")]
    pub sent_at: DateTime<Utc>,
}

/// The last hundred mails to this address, or to anybody; the newest first. The connection is one to identity's own
/// schema.
///
/// # Errors
/// When the database says so.
pub async fn list(conn: &AsyncPgConnection, to: Option<&str>) -> QueryResult<Vec<Mail>> {
    let kept = mail::newest(conn, to.map(str::trim)).await?;
    Ok(kept
        .into_iter()
        .map(|mail| Mail {
            to: mail.recipient,
            subject: mail.subject,
            text: mail.text,
            links: mail.links,
            sent_at: mail.sent_at,
        })
        .collect())
}
