//! What people are to be told by mail.

use crate::model::Notice;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, NoticeId};
use store::statement;

/// Writes a notice to the address that the account has now. Whoever changes the address writes it before.
pub(crate) async fn insert(
    mut conn: &AsyncPgConnection,
    id: NoticeId,
    account: AccountId,
    notice: Notice,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO notice (id, account_id, kind, recipient, created_at) \
         SELECT $1, id, $2, email, $3 FROM account WHERE id = $4",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(notice.as_str())
    .bind::<Timestamptz, _>(now)
    .bind::<SqlUuid, _>(account)
    .execute(&mut conn)
    .await
}

/// A notice to be mailed.
#[derive(QueryableByName)]
pub(crate) struct Taken {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) account_id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) kind: String,
    #[diesel(sql_type = Text)]
    pub(crate) recipient: String,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
}

/// Takes a notice: once.
pub(crate) async fn take(mut conn: &AsyncPgConnection, id: NoticeId) -> QueryResult<Option<Taken>> {
    statement("DELETE FROM notice WHERE id = $1 RETURNING account_id, kind, recipient, created_at")
        .bind::<SqlUuid, _>(id)
        .get_result(&mut conn)
        .await
        .optional()
}
