//! `POST /auth/forgot-password`, `/auth/reset-password`, `/auth/change-password`.

use super::cookies::Cookies;
use crate::app::App;
use crate::commands::{self, Claim};
use crate::model::{Device, Purpose, Visitor};
use axum::extract::State;
use axum::response::IntoResponse;
use chassis::http::{Errors, Json, Message, RequestCause};
use chassis::{Principal, Result};
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
pub(super) struct ForgotPassword {
    #[schema(format = Email, max_length = 254, example = "ada@studio.example")]
    email: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResetPassword {
    /// From the link.
    #[schema(example = "0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77.bWFkZQ")]
    token: String,
    #[schema(format = Password, min_length = 8, max_length = 256, example = "eight quiet harbours")]
    new_password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangePassword {
    #[schema(format = Password, example = "seven small lanterns")]
    current_password: String,
    #[schema(format = Password, min_length = 8, max_length = 256, example = "eight quiet harbours")]
    new_password: String,
}

/// Ask for a link by which a forgotten password is set anew.
///
/// The answer is the same whether there is such an account or not. What cannot be an address is refused (400), and whoever asks
/// often from one place waits (429): neither tells of an account.
#[utoipa::path(post, path = "/auth/forgot-password", tag = "auth", request_body = ForgotPassword,
    responses((status = 200, body = Message), Errors))]
pub(super) async fn forgot_password(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    visitor: Visitor,
    Json { value: ask, .. }: Json<ForgotPassword>,
) -> Result<Json<Message>> {
    commands::request_link(&app, &cause, Purpose::PasswordReset, &ask.email, &visitor).await?;
    let message =
        "If there is an account with this address, a link to choose a new password is on its way to it";
    Ok(Json::of(Message::new(message)))
}

/// Set a password anew, with the token of the link that was mailed. All sessions end; log in afterwards.
#[utoipa::path(post, path = "/auth/reset-password", tag = "auth", request_body = ResetPassword,
    responses((status = 200, body = Message), Errors))]
pub(super) async fn reset_password(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    device: Device,
    Json { value: ask, .. }: Json<ResetPassword>,
) -> Result<impl IntoResponse> {
    let cookie = commands::reset_password(&app, &cause, device, &ask.token, &ask.new_password).await?;
    let message = Message::new("Your new password is set; log in with it");
    Ok((Cookies::none().knowing(&app, &cookie)?, Json::of(message)))
}

/// Change one's password. All other sessions end.
#[utoipa::path(post, path = "/auth/change-password", tag = "auth", request_body = ChangePassword,
    responses((status = 200, body = Message), Errors))]
pub(super) async fn change_password(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    visitor: Visitor,
    who: Principal,
    Json { value: ask, .. }: Json<ChangePassword>,
) -> Result<impl IntoResponse> {
    let claim = Claim {
        who: &who,
        visitor: &visitor,
        field: "currentPassword",
        password: &ask.current_password,
    };
    let cookie = commands::change_password(&app, &cause, &claim, &ask.new_password).await?;
    let message = Message::new("Your password is changed, and your other sessions are ended");
    Ok((Cookies::none().knowing(&app, &cookie)?, Json::of(message)))
}
