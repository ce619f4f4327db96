use super::ask::{given, parsed};
use crate::app::App;
use crate::commands::links as commands;
use crate::model::{Line, LinkEdit, WebAddress};
use crate::queries::{self, LinkView};
use axum::extract::State;
use axum::http::StatusCode;
use chassis::http::{Errors, IdempotencyKey, Json, Message, Path, Read, RequestCause, Unchanged};
use chassis::{Fields, Once, Principal, Refusal, Replayable, Result};
use events::EntryId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub(super) struct Links {
    links: Vec<LinkView>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct LinkSaved {
    /// For people.
    #[schema(example = "The link was added")]
    message: &'static str,
    link: LinkView,
}

/// Where else the asker is found.
#[utoipa::path(get, path = "/users/me/links", tag = "profile",
    responses((status = 200, body = Links), Unchanged, Errors))]
pub(super) async fn links(State(app): State<App>, who: Principal) -> Result<Read<Links>> {
    let conn = app.database.connection().await?;
    let links = queries::own_links(&conn, who.account).await?;
    Ok(Read(Links { links }))
}

/// Where else the person is found.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewLink {
    /// What it is; at most 50 characters.
    #[schema(max_length = 50, example = "Website")]
    platform: String,
    /// http or https; at most 500 characters.
    #[schema(max_length = 500, format = "uri", example = "https://ada.studio.example/")]
    url: String,
}

/// What to change. What is absent stays as it is.
#[derive(Deserialize, ToSchema)]
pub(super) struct EditLink {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 50, example = "Website")]
    platform: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 500, format = "uri", example = "https://ada.studio.example/")]
    url: Option<String>,
}

impl From<NewLink> for EditLink {
    fn from(new: NewLink) -> Self {
        Self {
            platform: Some(new.platform),
            url: Some(new.url),
        }
    }
}

impl EditLink {
    fn parse(self) -> Result<LinkEdit, Refusal> {
        let mut fields = Fields::default();
        let edit = LinkEdit {
            platform: parsed(&mut fields, "platform", self.platform, |text| Line::parse(&text)),
            url: parsed(&mut fields, "url", self.url, |text| WebAddress::parse(&text)),
        };
        fields.finish()?;
        Ok(edit)
    }
}

/// Add a link.
#[utoipa::path(post, path = "/users/me/links", tag = "profile", request_body = NewLink,
    params(IdempotencyKey), responses((status = 201, body = LinkSaved), Errors))]
pub(super) async fn add_link(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    once: Once<NewLink>,
) -> Result<Replayable> {
    once.write(&app.database, StatusCode::CREATED, async move |conn, ask| {
        let said = EditLink::from(ask).parse()?;
        let link = commands::add_link(conn, &cause, &who, said).await?.into();
        Ok(LinkSaved {
            message: "The link was added",
            link,
        })
    })
    .await
}

/// Change a link.
#[utoipa::path(patch, path = "/users/me/links/{id}", tag = "profile", request_body = EditLink,
    params(("id" = EntryId, Path)), responses((status = 200, body = LinkSaved), Errors))]
pub(super) async fn change_link(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    Path(id): Path<EntryId>,
    Json { value: ask, .. }: Json<EditLink>,
) -> Result<Json<LinkSaved>> {
    let said = ask.parse()?;
    let link = app
        .database
        .write(async |conn| commands::change_link(conn, &cause, &who, id, said).await)
        .await?;
    Ok(Json::of(LinkSaved {
        message: "The link was saved",
        link: link.into(),
    }))
}

/// Remove a link.
#[utoipa::path(delete, path = "/users/me/links/{id}", tag = "profile",
    params(("id" = EntryId, Path)), responses((status = 200, body = Message), Errors))]
pub(super) async fn remove_link(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    Path(id): Path<EntryId>,
) -> Result<Json<Message>> {
    app.database
        .write(async |conn| commands::remove_link(conn, &cause, &who, id).await)
        .await?;
    Ok(Json::of(Message::new("The link was removed")))
}
