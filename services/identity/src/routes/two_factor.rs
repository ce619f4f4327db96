//! `/auth/2fa`: the second factor.

use crate::app::App;
use crate::commands::{self, Claim};
use crate::model::Visitor;
use axum::extract::State;
use chassis::http::{Errors, Json, Message, RequestCause};
use chassis::{Principal, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
pub(super) struct SetUp {
    #[schema(format = Password, example = "seven small lanterns")]
    password: String,
}

#[derive(Deserialize, ToSchema)]
pub(super) struct Enable {
    /// The first code that the authenticator app shows.
    #[schema(example = "492039")]
    code: String,
}

#[derive(Deserialize, ToSchema)]
pub(super) struct ConfirmedByCode {
    #[schema(format = Password, example = "seven small lanterns")]
    password: String,
    /// Of the authenticator app, or a recovery code.
    #[schema(example = "492039")]
    code: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Proposed {
    /// To be typed into an authenticator app; shown once.
    #[schema(example = "JBSWY3DPEHPK3PXP")]
    secret: String,
    /// The same, as apps read it.
    #[schema(example = "otpauth://totp/Joint:ada_byron?secret=JBSWY3DPEHPK3PXP&issuer=Joint")]
    otpauth_url: String,
    /// The same as a picture: a data URL.
    #[schema(example = "data:image/png;base64,iVBORw0KGgo=")]
    qr_code: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RecoveryCodes {
    #[schema(example = "Keep these codes where you find them without this device")]
    message: &'static str,
    /// Each lets its owner in once without the second factor; shown once.
    #[schema(example = json!(["k4t7-2m9q-w8xz-5c3n"]))]
    recovery_codes: Vec<String>,
}

fn claim<'a>(who: &'a Principal, visitor: &'a Visitor, password: &'a str) -> Claim<'a> {
    Claim {
        who,
        visitor,
        field: "password",
        password,
    }
}

/// Set a second factor up. It counts once a code of it was entered.
#[utoipa::path(post, path = "/auth/2fa/setup", tag = "auth", request_body = SetUp,
    responses((status = 200, body = Proposed), Errors))]
pub(super) async fn set_up(
    State(app): State<App>,
    visitor: Visitor,
    who: Principal,
    Json { value: ask, .. }: Json<SetUp>,
) -> Result<Json<Proposed>> {
    let proposed = commands::set_up_two_factor(&app, &claim(&who, &visitor, &ask.password)).await?;
    Ok(Json::of(Proposed {
        secret: proposed.secret,
        otpauth_url: proposed.url,
        qr_code: proposed.picture,
    }))
}

/// Switch the second factor on, by its first code.
#[utoipa::path(post, path = "/auth/2fa/enable", tag = "auth", request_body = Enable,
    responses((status = 200, body = RecoveryCodes), Errors))]
pub(super) async fn enable(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    visitor: Visitor,
    who: Principal,
    Json { value: ask, .. }: Json<Enable>,
) -> Result<Json<RecoveryCodes>> {
    let recovery_codes = commands::enable_two_factor(&app, &cause, &who, &visitor, &ask.code).await?;
    Ok(Json::of(RecoveryCodes {
        message: "Your second factor is on. Keep these codes where you will find them",
        recovery_codes,
    }))
}

/// Switch the second factor off.
#[utoipa::path(post, path = "/auth/2fa/disable", tag = "auth", request_body = ConfirmedByCode,
    responses((status = 200, body = Message), Errors))]
pub(super) async fn disable(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    visitor: Visitor,
    who: Principal,
    Json { value: ask, .. }: Json<ConfirmedByCode>,
) -> Result<Json<Message>> {
    let claim = claim(&who, &visitor, &ask.password);
    commands::disable_two_factor(&app, &cause, &claim, &ask.code).await?;
    Ok(Json::of(Message::new("Your second factor is off")))
}

/// Make new recovery codes. The old ones stop working.
#[utoipa::path(post, path = "/auth/2fa/recovery-codes", tag = "auth", request_body = ConfirmedByCode,
    responses((status = 200, body = RecoveryCodes), Errors))]
pub(super) async fn renew_recovery_codes(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    visitor: Visitor,
    who: Principal,
    Json { value: ask, .. }: Json<ConfirmedByCode>,
) -> Result<Json<RecoveryCodes>> {
    let claim = claim(&who, &visitor, &ask.password);
    let recovery_codes = commands::renew_recovery_codes(&app, &cause, &claim, &ask.code).await?;
    Ok(Json::of(RecoveryCodes {
        message: "These are your recovery codes now; the old ones stop working",
        recovery_codes,
    }))
}
