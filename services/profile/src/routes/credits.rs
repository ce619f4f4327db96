use super::ask::{clearable, given, parsed, parsed_or_cleared};
use crate::app::App;
use crate::commands::credits as commands;
use crate::model::{CreditEdit, Line, Prose, Year};
use crate::queries::{self, CreditView};
use axum::extract::State;
use axum::http::StatusCode;
use chassis::http::{Errors, IdempotencyKey, Json, Message, Path, Read, RequestCause, Unchanged};
use chassis::{Fields, Once, Principal, Refusal, Replayable, Result};
use events::EntryId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub(super) struct Credits {
    credits: Vec<CreditView>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct CreditSaved {
    /// For people.
    #[schema(example = "The credit was added")]
    message: &'static str,
    credit: CreditView,
}

/// The asker's credits, in their order.
#[utoipa::path(get, path = "/users/me/credits", tag = "profile",
    responses((status = 200, body = Credits), Unchanged, Errors))]
pub(super) async fn credits(State(app): State<App>, who: Principal) -> Result<Read<Credits>> {
    let conn = app.database.connection().await?;
    let credits = queries::own_credits(&conn, who.account).await?;
    Ok(Read(Credits { credits }))
}

/// Something the person worked on.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewCredit {
    /// What it is called; at most 140 characters.
    #[schema(max_length = 140, example = "The Lighthouse")]
    title: String,
    /// What the person did; at most 80 characters.
    #[schema(max_length = 80, example = "Narrator")]
    role: String,
    /// For whom; at most 100 characters.
    #[schema(max_length = 100, example = "Harbour Radio")]
    company: Option<String>,
    /// From 1900 to 2100.
    #[schema(minimum = 1900, maximum = 2100, example = 2024)]
    year: Option<i64>,
    /// At most 250 characters.
    #[schema(max_length = 250, example = "Six parts, recorded in one week.")]
    description: Option<String>,
}

/// What to change. What is absent stays as it is; `null` clears what is not required.
#[derive(Deserialize, ToSchema)]
pub(super) struct EditCredit {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 140, example = "The Lighthouse")]
    title: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 80, example = "Narrator")]
    role: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 100, example = "Harbour Radio")]
    company: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<i64>, minimum = 1900, maximum = 2100, example = 2024)]
    year: Option<Option<i64>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 250, example = "Six parts, recorded in one week.")]
    description: Option<Option<String>>,
}

impl From<NewCredit> for EditCredit {
    fn from(new: NewCredit) -> Self {
        Self {
            title: Some(new.title),
            role: Some(new.role),
            company: Some(new.company),
            year: Some(new.year),
            description: Some(new.description),
        }
    }
}

impl EditCredit {
    fn parse(self) -> Result<CreditEdit, Refusal> {
        let mut fields = Fields::default();
        let edit = CreditEdit {
            title: parsed(&mut fields, "title", self.title, |text| Line::parse(&text)),
            role: parsed(&mut fields, "role", self.role, |text| Line::parse(&text)),
            company: parsed_or_cleared(&mut fields, "company", self.company, Line::parse),
            year: parsed(&mut fields, "year", self.year, |year| {
                year.map(Year::parse).transpose()
            }),
            description: parsed_or_cleared(&mut fields, "description", self.description, Prose::parse),
        };
        fields.finish()?;
        Ok(edit)
    }
}

/// Add a credit after the others.
#[utoipa::path(post, path = "/users/me/credits", tag = "profile", request_body = NewCredit,
    params(IdempotencyKey), responses((status = 201, body = CreditSaved), Errors))]
pub(super) async fn add_credit(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    once: Once<NewCredit>,
) -> Result<Replayable> {
    once.write(&app.database, StatusCode::CREATED, async move |conn, ask| {
        let said = EditCredit::from(ask).parse()?;
        let credit = commands::add_credit(conn, &cause, &who, said).await?.into();
        Ok(CreditSaved {
            message: "The credit was added",
            credit,
        })
    })
    .await
}

/// Change a credit.
#[utoipa::path(patch, path = "/users/me/credits/{id}", tag = "profile", request_body = EditCredit,
    params(("id" = EntryId, Path)), responses((status = 200, body = CreditSaved), Errors))]
pub(super) async fn change_credit(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    Path(id): Path<EntryId>,
    Json { value: ask, .. }: Json<EditCredit>,
) -> Result<Json<CreditSaved>> {
    let said = ask.parse()?;
    let credit = app
        .database
        .write(async |conn| commands::change_credit(conn, &cause, &who, id, said).await)
        .await?;
    Ok(Json::of(CreditSaved {
        message: "The credit was saved",
        credit: credit.into(),
    }))
}

/// Remove a credit.
#[utoipa::path(delete, path = "/users/me/credits/{id}", tag = "profile",
    params(("id" = EntryId, Path)), responses((status = 200, body = Message), Errors))]
pub(super) async fn remove_credit(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    Path(id): Path<EntryId>,
) -> Result<Json<Message>> {
    app.database
        .write(async |conn| commands::remove_credit(conn, &cause, &who, id).await)
        .await?;
    Ok(Json::of(Message::new("The credit was removed")))
}

/// The order in which credits are shown. Those that are not named follow in the order they had.
#[derive(Deserialize, ToSchema)]
pub(super) struct CreditOrder {
    /// The first shown first; each once.
    ids: Vec<EntryId>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct CreditsOrdered {
    /// For people.
    #[schema(example = "The credits are in order")]
    message: &'static str,
    credits: Vec<CreditView>,
}

/// Put credits into another order.
#[utoipa::path(put, path = "/users/me/credits/order", tag = "profile", request_body = CreditOrder,
    responses((status = 200, body = CreditsOrdered), Errors))]
pub(super) async fn order_credits(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    Json { value: ask, .. }: Json<CreditOrder>,
) -> Result<Json<CreditsOrdered>> {
    let credits = app
        .database
        .write(async |conn| commands::order_credits(conn, &cause, &who, &ask.ids).await)
        .await?;
    Ok(Json::of(CreditsOrdered {
        message: "The order was saved",
        credits: credits.into_iter().map(Into::into).collect(),
    }))
}
