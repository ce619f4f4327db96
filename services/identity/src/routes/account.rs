//! `/auth/account`: deleting it, the receipt of that, and the export of what is held.

use super::cookies::Cookies;
use crate::app::App;
use crate::commands::{self, Claim};
use crate::model::{Device, ReceiptToken, Visitor};
use crate::queries::{self, ExportView, ReceiptView};
use axum::extract::State;
use axum::response::IntoResponse;
use chassis::http::{Errors, Json, Path, RequestCause};
use chassis::{Principal, Result};
use chrono::Utc;
use events::ExportId;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
pub(super) struct DeleteAccount {
    #[schema(format = Password, example = "seven small lanterns")]
    password: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccountDeleted {
    #[schema(example = "Your account is deleted")]
    message: &'static str,
    /// Where anybody who has it can read for thirty days, without a session, which services have erased what. It is told
    /// once.
    #[schema(example = "/api/auth/account/receipts/bWFkZQ")]
    receipt_url: String,
}

impl AccountDeleted {
    pub(super) fn of(app: &App, token: &ReceiptToken) -> Self {
        Self {
            message: "Your account is deleted; keep the address of the receipt",
            receipt_url: token.address(&app.links.public_url).into(),
        }
    }
}

/// Delete one's account, for good.
///
/// It is unknown at once, and its sessions end. Every service erases what it holds; the receipt says when each has. The
/// e-mail address may be used again, the user name by nobody.
#[utoipa::path(delete, path = "/auth/account", tag = "auth", request_body = DeleteAccount,
    responses((status = 202, body = AccountDeleted), Errors))]
pub(super) async fn delete_account(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    visitor: Visitor,
    who: Principal,
    Json { value: ask, .. }: Json<DeleteAccount>,
) -> Result<impl IntoResponse> {
    let claim = Claim {
        who: &who,
        visitor: &visitor,
        field: "password",
        password: &ask.password,
    };
    let token = commands::delete_account(&app, &cause, &claim).await?;
    let answer = AccountDeleted::of(&app, &token);
    Ok((StatusCode::ACCEPTED, Cookies::cleared(&app), Json::of(answer)))
}

/// Read the receipt of an account that was deleted.
#[utoipa::path(get, path = "/auth/account/receipts/{token}", tag = "auth", params(("token" = String, Path)),
    responses((status = 200, body = ReceiptView), Errors))]
pub(super) async fn read_receipt(
    State(app): State<App>,
    Path(token): Path<String>,
) -> Result<Json<ReceiptView>> {
    let conn = app.database.connection().await?;
    let receipt = queries::receipt(&conn, &ReceiptToken::claimed(&token), Utc::now()).await?;
    Ok(Json::of(receipt))
}

/// Ask for an archive of everything that is held about oneself.
///
/// Asked again within an hour, it is the same one.
#[utoipa::path(post, path = "/auth/account/export", tag = "auth",
    responses((status = 202, body = ExportView), Errors))]
pub(super) async fn request_export(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    device: Device,
    who: Principal,
) -> Result<impl IntoResponse> {
    let request = async |conn: &mut _| commands::request_export(conn, &cause, who.account, device).await;
    let export = app.database.write(request).await?;
    let view = ExportView::of(&app.bucket, export, Utc::now()).await?;
    Ok((StatusCode::ACCEPTED, Json::of(view)))
}

/// Look how far an export is, and where it can be fetched.
#[utoipa::path(get, path = "/auth/account/export/{id}", tag = "auth", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = ExportView), Errors))]
pub(super) async fn read_export(
    State(app): State<App>,
    who: Principal,
    Path(id): Path<ExportId>,
) -> Result<Json<ExportView>> {
    let export = {
        let conn = app.database.connection().await?;
        queries::export(&conn, who.account, id).await?
    };
    Ok(Json::of(ExportView::of(&app.bucket, export, Utc::now()).await?))
}
