//! `POST /auth/verify-email`, `POST /auth/resend-verification`.

use crate::app::App;
use crate::commands;
use crate::model::{Device, Purpose, Visitor};
use axum::extract::State;
use chassis::http::{Errors, Json, Message, RequestCause};
use chassis::{Caller, Refusal, Result};
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
pub(super) struct VerifyEmail {
    /// From the link.
    #[schema(example = "0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77.bWFkZQ")]
    token: String,
}

#[derive(Deserialize, ToSchema)]
pub(super) struct ResendVerification {
    /// Needed without a session; with one, the session's own address is meant.
    #[schema(format = Email, example = "ada@studio.example")]
    email: Option<String>,
}

/// Confirm an address, with the token of the link that was sent to it.
#[utoipa::path(post, path = "/auth/verify-email", tag = "auth", request_body = VerifyEmail,
    responses((status = 200, body = Message), Errors))]
pub(super) async fn verify_email(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    device: Device,
    Json { value: ask, .. }: Json<VerifyEmail>,
) -> Result<Json<Message>> {
    let verify =
        async |conn: &mut _| commands::verify_email(conn, &app.secrets, &cause, device, &ask.token).await;
    app.database.write(verify).await?;
    Ok(Json::of(Message::new("Your e-mail address is confirmed")))
}

/// Ask for another link.
///
/// The answer is the same whether there is such an account or not.
#[utoipa::path(post, path = "/auth/resend-verification", tag = "auth", request_body = ResendVerification,
    responses((status = 200, body = Message), Errors))]
pub(super) async fn resend_verification(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    caller: Caller,
    visitor: Visitor,
    Json { value: ask, .. }: Json<ResendVerification>,
) -> Result<Json<Message>> {
    let own = caller.principal().map(|who| who.email.clone());
    let email = own
        .or(ask.email)
        .ok_or_else(|| Refusal::invalid("email", "Email is required"))?;
    commands::request_link(&app, &cause, Purpose::Verification, &email, &visitor).await?;
    let message = "If this address waits to be confirmed, a new link is on its way to it";
    Ok(Json::of(Message::new(message)))
}
