//! `POST /auth/change-email`, `/auth/change-username`: what an account is known by.

use crate::app::App;
use crate::commands::{self, Claim};
use crate::model::Visitor;
use axum::extract::State;
use chassis::http::{Errors, Json, Message, RequestCause};
use chassis::{Principal, Result};
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangeEmail {
    #[schema(format = Email, max_length = 254, example = "ada@lovelace.example")]
    new_email: String,
    #[schema(format = Password, example = "seven small lanterns")]
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangeUsername {
    #[schema(pattern = "^[A-Za-z0-9_]{3,30}$", example = "ada_lovelace")]
    new_username: String,
    #[schema(format = Password, example = "seven small lanterns")]
    password: String,
}

fn claim<'a>(who: &'a Principal, visitor: &'a Visitor, password: &'a str) -> Claim<'a> {
    Claim {
        who,
        visitor,
        field: "password",
        password,
    }
}

/// Ask for another e-mail address. It counts once it is confirmed by the link that is sent there.
#[utoipa::path(post, path = "/auth/change-email", tag = "auth", request_body = ChangeEmail,
    responses((status = 200, body = Message), Errors))]
pub(super) async fn change_email(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    visitor: Visitor,
    who: Principal,
    Json { value: ask, .. }: Json<ChangeEmail>,
) -> Result<Json<Message>> {
    let claim = claim(&who, &visitor, &ask.password);
    commands::change_email(&app, &cause, &claim, &ask.new_email).await?;
    Ok(Json::of(Message::new(
        "We sent a link to the new address; it counts once you follow it",
    )))
}

/// Take another user name. The old one stays one's own.
#[utoipa::path(post, path = "/auth/change-username", tag = "auth", request_body = ChangeUsername,
    responses((status = 200, body = Message), Errors))]
pub(super) async fn change_username(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    visitor: Visitor,
    who: Principal,
    Json { value: ask, .. }: Json<ChangeUsername>,
) -> Result<Json<Message>> {
    let claim = claim(&who, &visitor, &ask.password);
    commands::change_username(&app, &cause, &claim, &ask.new_username).await?;
    Ok(Json::of(Message::new("Your user name is changed")))
}
