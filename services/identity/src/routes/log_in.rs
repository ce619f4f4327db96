//! `POST /auth/login`, `POST /auth/logout`, `GET /auth/me`.

use super::cookies::Cookies;
use crate::app::App;
use crate::commands::{self, Attempt};
use crate::model::{Device, Visitor};
use crate::queries::{self, AccountView};
use axum::extract::State;
use axum::response::IntoResponse;
use chassis::http::{Errors, Json, Message, RequestCause};
use chassis::{Fields, Principal, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogIn {
    #[schema(value_type = String, required, format = Email, min_length = 1, example = "ada@studio.example")]
    email: Option<String>,
    #[schema(value_type = String, required, format = Password, min_length = 1, example = "seven small lanterns")]
    password: Option<String>,
    /// Where the account has a second factor: of the authenticator app, or a recovery code.
    #[schema(example = "492039")]
    two_factor_code: Option<String>,
}

impl LogIn {
    /// What is typed is right or wrong together; only what is not typed at all is told by name.
    pub(super) fn attempt(&self) -> Result<Attempt> {
        let typed = |field: &Option<String>, missing: &'static str| {
            let text = field.clone().filter(|text| !text.is_empty());
            text.ok_or(missing)
        };
        let mut fields = Fields::default();
        let email = fields.take("email", typed(&self.email, "Email is required"));
        let password = fields.take("password", typed(&self.password, "Password is required"));
        match (email, password) {
            (Some(email), Some(password)) => {
                Ok(Attempt::new(&email, &password, self.two_factor_code.as_deref()))
            }
            _ => Err(fields.refusal().into()),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(super) struct LoggedIn {
    #[schema(example = "Welcome back")]
    message: &'static str,
    user: AccountView,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Me {
    user: AccountView,
}

/// Begin a session.
#[utoipa::path(post, path = "/auth/login", tag = "auth", request_body = LogIn,
    responses((status = 200, body = LoggedIn), Errors))]
pub(super) async fn log_in(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    visitor: Visitor,
    Json { value: ask, .. }: Json<LogIn>,
) -> Result<impl IntoResponse> {
    let entered = commands::log_in(&app, &cause, &ask.attempt()?, &visitor).await?;
    let cookies = Cookies::of(&app, &entered.session)?.knowing(&app, &entered.cookie)?;
    let answer = LoggedIn {
        message: "Welcome back",
        user: entered.account.into(),
    };
    Ok((cookies, Json::of(answer)))
}

/// End this session.
#[utoipa::path(post, path = "/auth/logout", tag = "auth", responses((status = 200, body = Message), Errors))]
pub(super) async fn log_out(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    device: Device,
    who: Principal,
) -> Result<impl IntoResponse> {
    let end = async |conn: &mut _| commands::end_session(conn, &cause, &who, device, who.session).await;
    app.database.write(end).await?;
    Ok((
        Cookies::cleared(&app),
        Json::of(Message::new("You are logged out")),
    ))
}

/// Who has this session.
#[utoipa::path(get, path = "/auth/me", tag = "auth", responses((status = 200, body = Me), Errors))]
pub(super) async fn current_account(State(app): State<App>, who: Principal) -> Result<Json<Me>> {
    let conn = app.database.connection().await?;
    let user = queries::me(&conn, &who).await?;
    Ok(Json::of(Me { user }))
}
