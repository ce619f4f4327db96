//! What people may read of a profile: its owner everything, others what it shows.

mod holdings;
mod snapshot;

pub(crate) use holdings::holdings;
pub(crate) use snapshot::snapshot;

use crate::model::{Credit, Link, Profile, School};
use crate::store::counts::{self, Counts};
use crate::store::{credits, links, profiles, schools};
use chassis::{Caller, Principal, Refusal, Result};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::{AccountId, EntryId, MediaId};
use serde::Serialize;
use utoipa::ToSchema;

/// One's own profile.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnProfile {
    #[serde(flatten)]
    shown: ShownProfile,
    /// Nobody else is told.
    #[schema(example = "ada@studio.example")]
    email: String,
    email_verified: bool,
    #[schema(required, example = "Lisbon")]
    location: Option<String>,
    #[schema(example = "light")]
    theme: String,
    is_onboarded: bool,
    connection_count: i64,
    /// All one's posts.
    post_count: i64,
    privacy: Privacy,
    /// When the profile last changed.
    #[serde(serialize_with = "chassis::http::milliseconds")]
    updated_at: DateTime<Utc>,
}

/// Somebody's profile.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PublicProfile {
    #[serde(flatten)]
    shown: ShownProfile,
    /// Absent when the person keeps it private, or has said none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Lisbon")]
    location: Option<String>,
    /// Absent when the person keeps it private.
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_count: Option<i64>,
    /// The posts that everybody may see; all of them when it is the asker's own profile.
    post_count: i64,
}

/// What everybody sees.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ShownProfile {
    id: AccountId,
    #[schema(example = "ada_byron")]
    username: String,
    #[schema(example = "Ada Byron")]
    display_name: String,
    #[schema(
        required,
        example = "Narrator and radio director. Reads anything but the news."
    )]
    bio: Option<String>,
    #[schema(required, example = "Narrator")]
    title: Option<String>,
    #[schema(required, example = "she/her")]
    pronouns: Option<String>,
    #[schema(example = json!(["Narrator", "Director"]))]
    roles: Vec<String>,
    #[schema(example = json!(["Dubbing", "Portuguese"]))]
    skills: Vec<String>,
    /// The stable address of the picture.
    #[schema(
        required,
        example = "/api/media/0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77/content?size=thumb"
    )]
    avatar_url: Option<String>,
    /// The stable address of the wide picture.
    #[schema(
        required,
        example = "/api/media/0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77/content?size=large"
    )]
    banner_url: Option<String>,
    #[schema(required, example = "ada-byron")]
    vanity_url: Option<String>,
    credits: Vec<CreditView>,
    education: Vec<SchoolView>,
    links: Vec<LinkView>,
    follower_count: i64,
    following_count: i64,
    /// When the account came to be.
    #[serde(serialize_with = "chassis::http::milliseconds")]
    created_at: DateTime<Utc>,
}

/// What a person lets others see.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Privacy {
    /// Whether search may show the person.
    searchable: bool,
    /// Whether others see how many connections there are.
    show_connections: bool,
    /// Whether others see the location.
    show_location: bool,
}

/// A thing the person worked on.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreditView {
    id: EntryId,
    #[schema(example = "The Lighthouse")]
    title: String,
    #[schema(example = "Narrator")]
    role: String,
    #[schema(required, example = "Harbour Radio")]
    company: Option<String>,
    #[schema(required, example = 2024)]
    year: Option<i32>,
    #[schema(required, example = "Six parts, recorded in one week.")]
    description: Option<String>,
    /// Its place among the credits; the first is 0.
    position: i32,
}

impl From<Credit> for CreditView {
    fn from(credit: Credit) -> Self {
        Self {
            id: credit.id,
            title: credit.title,
            role: credit.role,
            company: credit.company,
            year: credit.year,
            description: credit.description,
            position: credit.position,
        }
    }
}

/// Where the person learned.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SchoolView {
    id: EntryId,
    #[schema(example = "Conservatory of Lisbon")]
    institution: String,
    #[schema(example = "MA")]
    degree: String,
    #[schema(required, example = "Voice")]
    field: Option<String>,
    #[schema(required, example = 2019)]
    start_year: Option<i32>,
    #[schema(required, example = 2021)]
    end_year: Option<i32>,
}

impl From<School> for SchoolView {
    fn from(school: School) -> Self {
        Self {
            id: school.id,
            institution: school.institution,
            degree: school.degree,
            field: school.field,
            start_year: school.start_year,
            end_year: school.end_year,
        }
    }
}

/// Where else the person is found.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinkView {
    id: EntryId,
    #[schema(example = "Website")]
    platform: String,
    #[schema(example = "https://ada.studio.example/")]
    url: String,
}

impl From<Link> for LinkView {
    fn from(link: Link) -> Self {
        Self {
            id: link.id,
            platform: link.platform,
            url: link.url,
        }
    }
}

/// A profile with everything that belongs to it.
struct Whole {
    profile: Profile,
    credits: Vec<Credit>,
    schools: Vec<School>,
    links: Vec<Link>,
    counts: Counts,
}

impl Whole {
    /// Asks for all of it at once: the statements travel together and cost one round trip.
    async fn load(conn: &AsyncPgConnection, profile: Profile) -> Result<Self> {
        let (credits, schools, links, counts) = tokio::try_join!(
            credits::of(conn, profile.id),
            schools::of(conn, profile.id),
            links::of(conn, profile.id),
            counts::of(conn, profile.id),
        )?;
        Ok(Self {
            profile,
            credits,
            schools,
            links,
            counts,
        })
    }

    fn shown(self) -> ShownProfile {
        let Self { profile, counts, .. } = self;
        ShownProfile {
            display_name: profile.name().to_owned(),
            id: profile.id,
            username: profile.username,
            bio: profile.bio,
            title: profile.title,
            pronouns: profile.pronouns,
            roles: profile.roles,
            skills: profile.skills,
            avatar_url: profile.avatar_media_id.map(|media| picture_url(media, "thumb")),
            banner_url: profile.banner_media_id.map(|media| picture_url(media, "large")),
            vanity_url: profile.vanity_url,
            credits: self.credits.into_iter().map(Into::into).collect(),
            education: self.schools.into_iter().map(Into::into).collect(),
            links: self.links.into_iter().map(Into::into).collect(),
            follower_count: counts.followers,
            following_count: counts.following,
            created_at: profile.created_at,
        }
    }
}

/// The asker's own profile. It is there as soon as they are: until their account's event has come, their session
/// tells enough.
pub(crate) async fn own_profile(conn: &AsyncPgConnection, who: &Principal) -> Result<OwnProfile> {
    let profile = profiles::find(conn, who.account).await?;
    let profile = profile.unwrap_or_else(|| Profile::of_newcomer(who));
    let whole = Whole::load(conn, profile).await?;
    let Whole { profile, counts, .. } = &whole;
    Ok(OwnProfile {
        email: who.email.clone(),
        email_verified: who.email_verified,
        location: profile.location.clone(),
        theme: profile.theme.clone(),
        is_onboarded: profile.is_onboarded,
        connection_count: counts.connections,
        post_count: counts.posts,
        privacy: Privacy {
            searchable: profile.searchable,
            show_connections: profile.show_connections,
            show_location: profile.show_location,
        },
        updated_at: profile.updated_at,
        shown: whole.shown(),
    })
}

/// Somebody's profile, by user name or vanity URL.
pub(crate) async fn public_profile(
    conn: &AsyncPgConnection,
    caller: &Caller,
    name: &str,
) -> Result<PublicProfile> {
    let found = profiles::find_by_name(conn, name).await?;
    let newcomer = || {
        let themselves = caller
            .principal()
            .filter(|who| who.username.eq_ignore_ascii_case(name));
        themselves.map(Profile::of_newcomer)
    };
    let is_shown = |profile: &Profile| match profile.state.as_str() {
        "active" => true,
        "suspended" => caller.is_moderator() || caller.account() == Some(profile.id),
        _ => false,
    };
    let profile = found
        .or_else(newcomer)
        .filter(is_shown)
        .ok_or_else(user_not_found)?;
    let whole = Whole::load(conn, profile).await?;
    let Whole { profile, counts, .. } = &whole;
    let is_own = caller.account() == Some(profile.id);
    Ok(PublicProfile {
        location: profile
            .location
            .clone()
            .filter(|_| profile.show_location || is_own),
        connection_count: Some(counts.connections).filter(|_| profile.show_connections || is_own),
        post_count: if is_own { counts.posts } else { counts.public_posts },
        shown: whole.shown(),
    })
}

/// The asker's credits, in their order.
pub(crate) async fn own_credits(conn: &AsyncPgConnection, me: AccountId) -> Result<Vec<CreditView>> {
    let credits = credits::of(conn, me).await?;
    Ok(credits.into_iter().map(Into::into).collect())
}

/// The asker's schools.
pub(crate) async fn own_education(conn: &AsyncPgConnection, me: AccountId) -> Result<Vec<SchoolView>> {
    let schools = schools::of(conn, me).await?;
    Ok(schools.into_iter().map(Into::into).collect())
}

/// The asker's links.
pub(crate) async fn own_links(conn: &AsyncPgConnection, me: AccountId) -> Result<Vec<LinkView>> {
    let links = links::of(conn, me).await?;
    Ok(links.into_iter().map(Into::into).collect())
}

/// The stable address of a picture in one of the sizes that media has.
fn picture_url(media: MediaId, size: &str) -> String {
    format!("/api/media/{media}/content?size={size}")
}

fn user_not_found() -> Refusal {
    Refusal::not_found("USER_NOT_FOUND", "There is no such person")
}
