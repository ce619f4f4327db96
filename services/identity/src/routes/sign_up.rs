//! `POST /auth/signup`.

use super::cookies::Cookies;
use crate::app::App;
use crate::commands::{self, Admission, Applicant, Attempt};
use crate::model::{Visitor, place};
use crate::queries::NewAccountView;
use axum::extract::State;
use axum::response::IntoResponse;
use chassis::http::{Errors, IdempotencyKey, RequestCause};
use chassis::{Error, Once, Result};
use events::Cause;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

// Fields may be absent here, so that their own rules say all that is wrong at once; the document says that they must not.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SignUp {
    #[schema(value_type = String, required, format = Email, max_length = 254, example = "ada@studio.example")]
    email: Option<String>,
    #[schema(value_type = String, required, format = Password, min_length = 8, max_length = 256, example = "seven small lanterns")]
    password: Option<String>,
    #[schema(value_type = String, required, pattern = "^[A-Za-z0-9_]{3,30}$", example = "ada_byron")]
    username: Option<String>,
    #[schema(value_type = String, required, min_length = 1, max_length = 100, pattern = r"[^\s\x85]", example = "Ada Byron")]
    display_name: Option<String>,
}

impl SignUp {
    fn applicant(&self) -> Result<Applicant> {
        let [email, password, username, display_name] =
            [&self.email, &self.password, &self.username, &self.display_name]
                .map(|field| field.as_deref().unwrap_or_default());
        Ok(Applicant::parse(email, password, username, display_name)?)
    }
}

#[derive(Serialize, ToSchema)]
pub(super) struct SignedUp {
    #[schema(example = "Welcome! We sent you a mail to confirm your address")]
    message: &'static str,
    user: NewAccountView,
}

impl SignedUp {
    fn of(admission: &Admission) -> Self {
        Self {
            message: match admission.session {
                Some(_) => "Welcome! We sent you a mail to confirm your address",
                None => "Welcome! Follow the link we sent you to confirm your address, then log in",
            },
            user: NewAccountView::from(&admission.account),
        }
    }
}

/// Make an account.
///
/// Answers with a session cookie, too, unless the address must be confirmed first.
#[utoipa::path(post, path = "/auth/signup", tag = "auth", request_body = SignUp,
    params(IdempotencyKey), responses((status = 201, body = SignedUp), Errors))]
pub(super) async fn sign_up(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    visitor: Visitor,
    once: Once<SignUp>,
) -> Result<impl IntoResponse> {
    let applicant = once.ask.applicant()?;
    let attempt = Attempt::of(&applicant);
    let admission = Admission::prepare(&app, applicant, &visitor).await?;
    let reply = once
        .within_of(app.settings.sign_ups, whose(&app, &visitor))
        .write(&app.database, StatusCode::CREATED, async |conn, _ask| {
            commands::sign_up(conn, &app.settings, &cause, &admission).await?;
            Ok(SignedUp::of(&admission))
        })
        .await?;
    let cookie = match &admission.session {
        Some(_) if reply.again => come_back(&app, &cause, &attempt, &visitor).await?,
        Some(session) => Cookies::of(&app, session)?.knowing(&app, &admission.cookie)?,
        None => Cookies::none(),
    };
    Ok((cookie, reply))
}

/// A sign-up that is asked again is answered again, but no cookie is kept to be given again: it is a log-in. Whoever
/// repeats it after the password was changed gets the answer, and no session.
async fn come_back(app: &App, cause: &Cause, attempt: &Attempt, visitor: &Visitor) -> Result<Cookies> {
    match commands::log_in(app, cause, attempt, visitor).await {
        Ok(entered) => Cookies::of(app, &entered.session)?.knowing(app, &entered.cookie),
        Err(Error::Refused(refusal)) if refusal.status.is_client_error() => Ok(Cookies::none()),
        Err(error) => Err(error),
    }
}

/// Sign-ups are counted by where they come from; what is kept of that is a keyed hash.
fn whose(app: &App, visitor: &Visitor) -> Uuid {
    let place = place(visitor.device.ip_address);
    let digest = app.secrets.digest("sign-ups", &[place.as_bytes()]);
    Uuid::from_bytes(*digest.first_chunk().unwrap_or(&[0; 16]))
}
