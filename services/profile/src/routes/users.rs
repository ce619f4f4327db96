use super::ask::{clearable, given, given_object, parsed, parsed_or_cleared};
use crate::app::App;
use crate::commands::edit_profile as commands;
use crate::model::{Edit, Line, Prose, Theme, VanityUrl, words};
use crate::queries::{self, OwnProfile, PublicProfile};
use axum::extract::State;
use chassis::http::{Errors, Json, Path, Read, RequestCause, Unchanged};
use chassis::{Caller, Fields, Principal, Refusal, Result};
use events::MediaId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The asker's own profile. It is there right after sign-up.
#[utoipa::path(get, path = "/users/me", tag = "profile",
    responses((status = 200, body = OwnProfile), Unchanged, Errors))]
pub(super) async fn own_profile(State(app): State<App>, who: Principal) -> Result<Read<OwnProfile>> {
    let conn = app.database.connection().await?;
    Ok(Read(queries::own_profile(&conn, &who).await?))
}

/// Somebody's profile.
#[utoipa::path(get, path = "/users/{username}", tag = "profile",
    params(("username" = String, Path, description = "A user name or a vanity URL, in any case")),
    responses((status = 200, body = PublicProfile), Unchanged, Errors))]
pub(super) async fn profile(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Read<PublicProfile>> {
    let conn = app.database.connection().await?;
    Ok(Read(queries::public_profile(&conn, &caller, &name).await?))
}

/// What to change. What is absent stays as it is; `null` clears.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EditProfile {
    /// At most 100 characters.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 100, example = "Ada Byron")]
    display_name: Option<String>,
    /// At most 500 characters.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 500, example = "Narrator and radio director. Reads anything but the news.")]
    bio: Option<Option<String>>,
    /// At most 100 characters.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 100, example = "Narrator")]
    title: Option<Option<String>>,
    /// At most 100 characters.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 100, example = "Lisbon")]
    location: Option<Option<String>>,
    /// At most 40 characters.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 40, example = "she/her")]
    pronouns: Option<Option<String>>,
    /// At most 20, each of at most 40 characters.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<Vec<String>>, max_items = 20, example = json!(["Narrator", "Director"]))]
    roles: Option<Option<Vec<String>>>,
    /// At most 50, each of at most 40 characters.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<Vec<String>>, max_items = 50, example = json!(["Dubbing", "Portuguese"]))]
    skills: Option<Option<Vec<String>>>,
    /// 3 to 40 of `a-z0-9-`, nobody else's; an empty one is none.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<String>, max_length = 40, pattern = "^([a-z0-9-]{3,40})?$", example = "ada-byron")]
    vanity_url: Option<Option<String>>,
    /// An image of one's own.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<MediaId>, example = json!(null))]
    avatar_media_id: Option<Option<MediaId>>,
    /// An image of one's own.
    #[serde(default, deserialize_with = "clearable")]
    #[schema(value_type = Option<MediaId>, example = json!(null))]
    banner_media_id: Option<Option<MediaId>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Theme, required = false)]
    theme: Option<Theme>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool, required = false)]
    is_onboarded: Option<bool>,
    #[serde(default, deserialize_with = "given_object")]
    #[schema(value_type = EditPrivacy, required = false)]
    privacy: Option<EditPrivacy>,
}

/// What others may see.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EditPrivacy {
    /// Whether search may show the person.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool, required = false)]
    searchable: Option<bool>,
    /// Whether others see how many connections there are.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool, required = false)]
    show_connections: Option<bool>,
    /// Whether others see the location.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool, required = false)]
    show_location: Option<bool>,
}

impl EditProfile {
    fn parse(self) -> Result<Edit, Refusal> {
        let mut fields = Fields::default();
        let privacy = self.privacy.unwrap_or_default();
        let edit = Edit {
            display_name: parsed(&mut fields, "displayName", self.display_name, |text| {
                Line::parse(&text)
            }),
            bio: parsed_or_cleared(&mut fields, "bio", self.bio, Prose::parse),
            title: parsed_or_cleared(&mut fields, "title", self.title, Line::parse),
            location: parsed_or_cleared(&mut fields, "location", self.location, Line::parse),
            pronouns: parsed_or_cleared(&mut fields, "pronouns", self.pronouns, Line::parse),
            roles: parsed(&mut fields, "roles", self.roles, |given| {
                words(&given.unwrap_or_default(), 20)
            }),
            skills: parsed(&mut fields, "skills", self.skills, |given| {
                words(&given.unwrap_or_default(), 50)
            }),
            vanity_url: parsed_or_cleared(&mut fields, "vanityUrl", self.vanity_url, |text| {
                VanityUrl::parse(text).map_err(Into::into)
            }),
            avatar: self.avatar_media_id,
            banner: self.banner_media_id,
            theme: self.theme,
            is_onboarded: self.is_onboarded,
            searchable: privacy.searchable,
            show_connections: privacy.show_connections,
            show_location: privacy.show_location,
        };
        fields.finish()?;
        Ok(edit)
    }
}

#[derive(Serialize, ToSchema)]
pub(super) struct ProfileSaved {
    /// For people.
    #[schema(example = "Your profile was saved")]
    message: &'static str,
    user: OwnProfile,
}

/// Change one's own profile.
#[utoipa::path(patch, path = "/users/me", tag = "profile", request_body = EditProfile,
    responses((status = 200, body = ProfileSaved), Errors))]
pub(super) async fn edit_profile(
    State(app): State<App>,
    who: Principal,
    RequestCause(cause): RequestCause,
    Json { value: ask, .. }: Json<EditProfile>,
) -> Result<Json<ProfileSaved>> {
    let edit = ask.parse()?;
    let user = app
        .database
        .write(async |conn| {
            commands::edit_profile(conn, &app.secrets, &cause, &who, edit).await?;
            queries::own_profile(conn, &who).await
        })
        .await?;
    Ok(Json::of(ProfileSaved {
        message: "Your profile was saved",
        user,
    }))
}
