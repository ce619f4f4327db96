//! That somebody asked for a link. To write it down is the same work for every address, and all that is done while they wait.

use crate::model::{Device, Purpose};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::LinkRequestId;
use store::statement;

/// Somebody's wish for a link.
pub(crate) struct NewRequest {
    pub(crate) id: LinkRequestId,
    pub(crate) purpose: Purpose,
    /// In lower case.
    pub(crate) email: String,
    pub(crate) device: Device,
    pub(crate) created_at: DateTime<Utc>,
}

/// Writes it down.
pub(crate) async fn insert(mut conn: &AsyncPgConnection, new: &NewRequest) -> QueryResult<usize> {
    statement(
        "INSERT INTO link_request (id, purpose, normalized_email, ip_address, user_agent, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind::<SqlUuid, _>(new.id)
    .bind::<Text, _>(new.purpose.as_str())
    .bind::<Text, _>(&new.email)
    .bind::<Nullable<Text>, _>(new.device.ip_address.map(|address| address.to_string()))
    .bind::<Nullable<Text>, _>(&new.device.user_agent)
    .bind::<Timestamptz, _>(new.created_at)
    .execute(&mut conn)
    .await
}

/// A wish that is looked into.
#[derive(QueryableByName)]
pub(crate) struct Asked {
    #[diesel(sql_type = Text)]
    pub(crate) purpose: String,
    #[diesel(sql_type = Text)]
    pub(crate) normalized_email: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) ip_address: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) user_agent: Option<String>,
}

/// Takes it: once.
pub(crate) async fn take(mut conn: &AsyncPgConnection, id: LinkRequestId) -> QueryResult<Option<Asked>> {
    statement(
        "DELETE FROM link_request WHERE id = $1 RETURNING purpose, normalized_email, ip_address, user_agent",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(&mut conn)
    .await
    .optional()
}
