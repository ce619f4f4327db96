//! `/internal`: what the edge asks before it vouches for anybody, and what it tells for the audit.

use crate::app::App;
use crate::commands;
use crate::model::Device;
use axum::extract::State;
use chassis::http::{Json, Message, Path};
use chassis::{Caller, Principal, Result};
use events::SessionId;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Recognised {
    principal: Principal,
}

/// Who has this session, if it lives and its account may act; 404 otherwise, and for everybody but the edge.
pub(super) async fn session(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<Json<Recognised>> {
    caller.must_be_edge()?;
    let conn = app.database.connection().await?;
    let principal = commands::recognise_session(&conn, id).await?;
    Ok(Json::of(Recognised { principal }))
}

/// Notes that somebody has presented the operator's key, once for each address and hour; 404 for everybody but the edge.
pub(super) async fn operator_use(
    State(app): State<App>,
    caller: Caller,
    device: Device,
) -> Result<Json<Message>> {
    caller.must_be_edge()?;
    commands::note_operator_use(&app, &device).await?;
    Ok(Json::of(Message::new("It is noted")))
}
