use super::admin::Admin;
use crate::app::App;
use crate::queries::{self, QueuesView};
use axum::extract::State;
use chassis::Result;
use chassis::http::{Errors, Json};
use chrono::Utc;

/// How much waits in every queue and every outbox
#[utoipa::path(get, path = "/admin/queues", tag = "admin", responses((status = 200, body = QueuesView), Errors))]
pub(super) async fn list_queues(State(app): State<App>, _admin: Admin) -> Result<Json<QueuesView>> {
    Ok(Json::of(queries::queues(&app, Utc::now()).await?))
}
