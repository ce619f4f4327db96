//! Deciding that somebody is to be told what happened to their account.

use crate::model::Notice;
use crate::store::notices;
use chassis::Result;
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::identity::NoticeRequested;
use events::{AccountId, Cause, Event, NoticeId};
use store::outbox;

/// Has a notice mailed to the address that the account has at this point of the transaction.
pub(super) async fn notify(
    conn: &AsyncPgConnection,
    cause: &Cause,
    account: AccountId,
    notice: Notice,
    now: DateTime<Utc>,
) -> Result<()> {
    let id = NoticeId::new();
    notices::insert(conn, id, account, notice, now).await?;
    let requested = NoticeRequested {
        notice_id: id,
        account_id: account,
    };
    outbox::append(conn, cause, 1, Event::NoticeRequested(requested)).await?;
    Ok(())
}
