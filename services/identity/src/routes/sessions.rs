//! `/auth/sessions`: where a person is logged in.

use super::cookies::Cookies;
use crate::app::App;
use crate::commands;
use crate::model::Device;
use crate::queries::{self, SessionView};
use axum::extract::State;
use axum::response::IntoResponse;
use chassis::http::{Errors, Json, Message, Path, RequestCause};
use chassis::{Principal, Result};
use chrono::Utc;
use events::SessionId;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub(super) struct Sessions {
    sessions: Vec<SessionView>,
}

/// The sessions that live, the last used first.
#[utoipa::path(get, path = "/auth/sessions", tag = "auth", responses((status = 200, body = Sessions), Errors))]
pub(super) async fn list_sessions(State(app): State<App>, who: Principal) -> Result<Json<Sessions>> {
    let conn = app.database.connection().await?;
    let sessions = queries::sessions(&conn, &who, Utc::now()).await?;
    Ok(Json::of(Sessions { sessions }))
}

/// End one session; the one that asks, too.
#[utoipa::path(delete, path = "/auth/sessions/{id}", tag = "auth", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = Message), Errors))]
pub(super) async fn end_session(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    device: Device,
    who: Principal,
    Path(id): Path<SessionId>,
) -> Result<impl IntoResponse> {
    let end = async |conn: &mut _| commands::end_session(conn, &cause, &who, device, id).await;
    app.database.write(end).await?;
    let cookie = if id == who.session {
        Cookies::cleared(&app)
    } else {
        Cookies::none()
    };
    Ok((cookie, Json::of(Message::new("The session is ended"))))
}

/// End every session but the one that asks.
#[utoipa::path(delete, path = "/auth/sessions", tag = "auth", responses((status = 200, body = Message), Errors))]
pub(super) async fn end_other_sessions(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    device: Device,
    who: Principal,
) -> Result<Json<Message>> {
    let end = async |conn: &mut _| commands::end_other_sessions(conn, &cause, &who, device).await;
    let message = match app.database.write(end).await? {
        0 => "There are no other sessions".to_owned(),
        1 => "The other session is ended".to_owned(),
        ended => format!("{ended} other sessions are ended"),
    };
    Ok(Json::of(Message::new(message)))
}
