use super::ask::{clearable, given, parsed, parsed_or_cleared};
use crate::app::App;
use crate::commands::education as commands;
use crate::model::{Line, SchoolEdit, Year};
use crate::queries::{self, SchoolView};
use axum::extract::State;
use axum::http::StatusCode;
use chassis::http::{Errors, IdempotencyKey, Json, Message, Path, Read, RequestCause, Unchanged};
use chassis::{Fields, Once, Principal, Refusal, Replayable, Result};
use events::EntryId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub(super) struct Education {
    education: Vec<SchoolView>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct SchoolSaved {
    /// For people.
    #[schema(example = "The school was added")]
    message: &'static str,
    education: SchoolView,
}

/// Where the asker learned, the latest first.
#[utoipa::path(get, path = "/users/me/education", tag = "profile",
    responses((status = 200, body = Education), Unchanged, Errors))]
pub(super) async fn education(State(app): State<App>, who: Principal) -> Result<Read<Education>> {
    let conn = app.database.connection().await?;
    let education = queries::own_education(&conn, who.account).await?;
    Ok(Read(Education { education }))
}

/// Where the person learned.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewSchool {
    /// At most 150 characters.
    #[schema(max_length = 150, example = "Conservatory of Lisbon")]
    institution: String,
    /// At most 150 characters.
    #[schema(max_length = 150, example = "MA")]
    degree: String,
    /// At most 150 characters.
    #[schema(max_length = 150, example = "Voice")]
    field: Option<String>,
    /// From 1900 to 2100.
    #[schema(minimum = 1900, maximum = 2100, example = 2019)]
    start_year: Option<i64>,
    /// From 1900 to 2100, not before the start.
    #[schema(minimum = 1900, maximum = 2100, example = 2021)]
    end_year: Option<i64>,
}

/// What to change. What is absent stays as it is; `null` clears what is not required.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EditSchool {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 150, example = "Conservatory of Lisbon")]
    institution: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 150, example = "MA")]
    degree: Option<String>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 150, example = "Voice")]
    field: Option<Option<String>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<i64>, minimum = 1900, maximum = 2100, example = 2019)]
    start_year: Option<Option<i64>>,
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<i64>, minimum = 1900, maximum = 2100, example = 2021)]
    end_year: Option<Option<i64>>,
}

impl From<NewSchool> for EditSchool {
    fn from(new: NewSchool) -> Self {
        Self {
            institution: Some(new.institution),
            degree: Some(new.degree),
            field: Some(new.field),
            start_year: Some(new.start_year),
            end_year: Some(new.end_year),
        }
    }
}

impl EditSchool {
    fn parse(self) -> Result<SchoolEdit, Refusal> {
        let mut fields = Fields::default();
        let year = |year: Option<i64>| year.map(Year::parse).transpose();
        let edit = SchoolEdit {
            institution: parsed(&mut fields, "institution", self.institution, |text| {
                Line::parse(&text)
            }),
            degree: parsed(&mut fields, "degree", self.degree, |text| Line::parse(&text)),
            field: parsed_or_cleared(&mut fields, "field", self.field, Line::parse),
            start_year: parsed(&mut fields, "startYear", self.start_year, year),
            end_year: parsed(&mut fields, "endYear", self.end_year, year),
        };
        fields.finish()?;
        Ok(edit)
    }
}

/// Add a school.
#[utoipa::path(post, path = "/users/me/education", tag = "profile", request_body = NewSchool,
    params(IdempotencyKey), responses((status = 201, body = SchoolSaved), Errors))]
pub(super) async fn add_school(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    once: Once<NewSchool>,
) -> Result<Replayable> {
    once.write(&app.database, StatusCode::CREATED, async move |conn, ask| {
        let said = EditSchool::from(ask).parse()?;
        let education = commands::add_school(conn, &cause, &who, said).await?.into();
        Ok(SchoolSaved {
            message: "The school was added",
            education,
        })
    })
    .await
}

/// Change a school.
#[utoipa::path(patch, path = "/users/me/education/{id}", tag = "profile", request_body = EditSchool,
    params(("id" = EntryId, Path)), responses((status = 200, body = SchoolSaved), Errors))]
pub(super) async fn change_school(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    Path(id): Path<EntryId>,
    Json { value: ask, .. }: Json<EditSchool>,
) -> Result<Json<SchoolSaved>> {
    let said = ask.parse()?;
    let school = app
        .database
        .write(async |conn| commands::change_school(conn, &cause, &who, id, said).await)
        .await?;
    Ok(Json::of(SchoolSaved {
        message: "The school was saved",
        education: school.into(),
    }))
}

/// Remove a school.
#[utoipa::path(delete, path = "/users/me/education/{id}", tag = "profile",
    params(("id" = EntryId, Path)), responses((status = 200, body = Message), Errors))]
pub(super) async fn remove_school(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    Path(id): Path<EntryId>,
) -> Result<Json<Message>> {
    app.database
        .write(async |conn| commands::remove_school(conn, &cause, &who, id).await)
        .await?;
    Ok(Json::of(Message::new("The school was removed")))
}
