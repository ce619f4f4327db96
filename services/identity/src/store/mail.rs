//! The development mailbox.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, EventId};
use store::statement;

/// To whom a mail is to be sent.
#[derive(QueryableByName)]
pub(crate) struct Addressee {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) account_id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) email: String,
}

/// A mail in the box.
#[derive(QueryableByName)]
pub(crate) struct Kept {
    #[diesel(sql_type = Text)]
    pub(crate) recipient: String,
    #[diesel(sql_type = Text)]
    pub(crate) subject: String,
    #[diesel(sql_type = Text)]
    pub(crate) text: String,
    #[diesel(sql_type = Array<Text>)]
    pub(crate) links: Vec<String>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) sent_at: DateTime<Utc>,
}

/// Puts a mail about an account into the box, once for each event.
pub(crate) async fn insert(
    mut conn: &AsyncPgConnection,
    event: EventId,
    account: AccountId,
    mail: &Kept,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO mail (event_id, recipient, subject, text, links, sent_at, account_id) \
         VALUES ($1, lower($2), $3, $4, $5, $6, $7) ON CONFLICT (event_id) DO NOTHING",
    )
    .bind::<SqlUuid, _>(event)
    .bind::<Text, _>(&mail.recipient)
    .bind::<Text, _>(&mail.subject)
    .bind::<Text, _>(&mail.text)
    .bind::<Array<Text>, _>(&mail.links)
    .bind::<Timestamptz, _>(mail.sent_at)
    .bind::<SqlUuid, _>(account)
    .execute(&mut conn)
    .await
}

/// The last hundred mails to an address, the newest first; to anybody, when no address is given.
pub(crate) async fn newest(mut conn: &AsyncPgConnection, to: Option<&str>) -> QueryResult<Vec<Kept>> {
    let columns = "SELECT recipient, subject, text, links, sent_at FROM mail";
    match to {
        Some(to) => {
            statement(format!(
                "{columns} WHERE recipient = lower($1) ORDER BY event_id DESC LIMIT 100"
            ))
            .bind::<Text, _>(to)
            .load(&mut conn)
            .await
        }
        None => {
            statement(format!("{columns} ORDER BY event_id DESC LIMIT 100"))
                .load(&mut conn)
                .await
        }
    }
}
