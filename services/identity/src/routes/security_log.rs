//! `GET /auth/security-log`: what happened to a person's account.

use crate::app::App;
use crate::queries::{self, SecurityEventView};
use axum::extract::State;
use chassis::http::{Cursor, Errors, Json, Page, Query};
use chassis::{Principal, Result};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SecurityLog {
    events: Vec<SecurityEventView>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "MDE5N2EyZDA")]
    next_cursor: Option<String>,
}

/// One's own security events, the latest first.
#[utoipa::path(get, path = "/auth/security-log", tag = "auth", params(Page),
    responses((status = 200, body = SecurityLog), Errors))]
pub(super) async fn security_log(
    State(app): State<App>,
    who: Principal,
    Query(page): Query<Page>,
) -> Result<Json<SecurityLog>> {
    let (limit, before) = page.read::<Uuid>()?;
    let conn = app.database.connection().await?;
    let events = queries::security_log(&conn, &who, before, limit.probe()).await?;
    let (events, next_cursor) = Cursor::cut(events, limit, |event| event.id);
    Ok(Json::of(SecurityLog { events, next_cursor }))
}
