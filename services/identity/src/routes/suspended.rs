//! `/auth/suspended`: what somebody who is suspended may still do, with their password instead of a session.

use super::account::AccountDeleted;
use super::log_in::LogIn;
use crate::app::App;
use crate::commands;
use crate::model::Visitor;
use crate::queries::ExportView;
use axum::extract::State;
use axum::response::IntoResponse;
use chassis::Result;
use chassis::http::{Errors, Json, RequestCause};
use chrono::Utc;
use http::StatusCode;

/// Ask for an archive of everything that is held about oneself, while one is suspended.
///
/// Asked again within an hour, it is the same one: so whoever asks again learns how far it is, and where it can be fetched.
#[utoipa::path(post, path = "/auth/suspended/export", tag = "auth", request_body = LogIn,
    responses((status = 202, body = ExportView), Errors))]
pub(super) async fn export_suspended(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    visitor: Visitor,
    Json { value: ask, .. }: Json<LogIn>,
) -> Result<impl IntoResponse> {
    let export = commands::export_suspended(&app, &cause, &ask.attempt()?, &visitor).await?;
    let view = ExportView::of(&app.bucket, export, Utc::now()).await?;
    Ok((StatusCode::ACCEPTED, Json::of(view)))
}

/// Delete one's account, for good, while one is suspended.
#[utoipa::path(post, path = "/auth/suspended/delete", tag = "auth", request_body = LogIn,
    responses((status = 202, body = AccountDeleted), Errors))]
pub(super) async fn delete_suspended(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    visitor: Visitor,
    Json { value: ask, .. }: Json<LogIn>,
) -> Result<impl IntoResponse> {
    let token = commands::delete_suspended(&app, &cause, &ask.attempt()?, &visitor).await?;
    Ok((StatusCode::ACCEPTED, Json::of(AccountDeleted::of(&app, &token))))
}
