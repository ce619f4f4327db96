//! HTTP. Anybody may search, also without a session; what they find is what they may see.

use crate::app::App;
use crate::model::{Section, Tag, Viewer, Words};
use crate::queries::{self, AllFound, PostsFound, Search, SuggestedPeople, UsersFound};
use crate::store::Place;
use crate::store::posts::Filter;
use axum::extract::State;
use chassis::http::{Errors, Page, Query, Read, Unchanged};
use chassis::{Caller, Fields, Refusal, Result};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(app: App) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(search_users))
        .routes(routes!(search_posts))
        .routes(routes!(search_all))
        .routes(routes!(suggest))
        .with_state(app)
}

/// What is searched for.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Ask {
    /// 1 to 200 characters. All words must be there; `"two words"` as they stand, `-word` not, `or` between two.
    #[param(value_type = String, min_length = 1, max_length = 200, pattern = r"[^\s\x85]", example = "narrator")]
    q: Option<String>,
}

impl Ask {
    fn words(&self) -> Result<Words, Refusal> {
        Words::parse(self.q.as_deref().unwrap_or_default()).map_err(|message| Refusal::invalid("q", message))
    }
}

/// What else posts must be.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct PostFilter {
    /// Only posts with this tag, with or without `#`.
    tag: Option<String>,
    /// Only posts by this account.
    #[param(value_type = Option<uuid::Uuid>)]
    author_id: Option<String>,
    /// Only posts since this day (`2026-03-01`) or time (`2026-03-01T12:00:00Z`).
    since: Option<String>,
}

impl PostFilter {
    fn parse(&self) -> Result<Filter, Refusal> {
        let mut fields = Fields::default();
        let filter = Filter {
            tag: fields.take_if("tag", self.tag.as_deref(), Tag::parse),
            author: fields.take_if("authorId", self.author_id.as_deref(), |text| {
                text.parse()
                    .map_err(|_error| "AuthorId must be the id of an account")
            }),
            since: fields.take_if("since", self.since.as_deref(), parse_since),
        };
        fields.finish()?;
        Ok(filter)
    }
}

fn parse_since(text: &str) -> Result<DateTime<Utc>, &'static str> {
    let day = || {
        text.parse::<NaiveDate>()
            .map(|day| day.and_time(NaiveTime::MIN).and_utc())
    };
    let since = text.parse::<DateTime<Utc>>().or_else(|_error| day()).ok();
    // Years that people write; the database cannot tell all that can be parsed.
    since
        .filter(|since| (1..=9999).contains(&since.year()))
        .ok_or("Since must be a day or a time, like 2026-03-01 or 2026-03-01T12:00:00Z")
}

/// Which kind.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Kind {
    /// All three when absent.
    #[param(value_type = Option<Section>, inline)]
    r#type: Option<String>,
}

/// Search people by their names, titles, roles, skills and words
///
/// Whoever has exactly this user name comes first. Names need only begin like the search; when nobody has these words,
/// people with similar names are found, and those who have the words but for one typing error in each.
#[utoipa::path(get, path = "/search/users", tag = "search", params(Ask, Page),
    responses((status = 200, body = UsersFound), Unchanged, Errors))]
async fn search_users(
    State(app): State<App>,
    caller: Caller,
    Query(ask): Query<Ask>,
    Query(page): Query<Page>,
) -> Result<Read<UsersFound>> {
    let (words, (limit, after)) = (ask.words()?, page.read::<Place>()?);
    let conn = app.database.connection().await?;
    let search = Search {
        viewer: Viewer::from(&caller),
        words: &words,
        limit,
        after,
    };
    Ok(Read(queries::users(&conn, search).await?))
}

/// Search posts by their words and tags
///
/// The last word may be a beginning. When no post has these words, posts are found that have them but for one typing
/// error in each; not where the search quotes, excludes or gives a choice.
#[utoipa::path(get, path = "/search/posts", tag = "search", params(Ask, PostFilter, Page),
    responses((status = 200, body = PostsFound), Unchanged, Errors))]
async fn search_posts(
    State(app): State<App>,
    caller: Caller,
    Query(ask): Query<Ask>,
    Query(filter): Query<PostFilter>,
    Query(page): Query<Page>,
) -> Result<Read<PostsFound>> {
    let (words, filter, (limit, after)) = (ask.words()?, filter.parse()?, page.read::<Place>()?);
    let conn = app.database.connection().await?;
    let search = Search {
        viewer: Viewer::from(&caller),
        words: &words,
        limit,
        after,
    };
    Ok(Read(queries::posts(&conn, search, &filter).await?))
}

/// Search people, posts and credits together
///
/// Typing errors are forgiven in each kind of which nothing has the words.
#[utoipa::path(get, path = "/search", tag = "search", params(Ask, Kind, Page),
    responses((status = 200, body = AllFound), Unchanged, Errors))]
async fn search_all(
    State(app): State<App>,
    caller: Caller,
    Query(ask): Query<Ask>,
    Query(kind): Query<Kind>,
    Query(page): Query<Page>,
) -> Result<Read<AllFound>> {
    let (words, (limit, after)) = (ask.words()?, page.read::<Place>()?);
    let only = kind.r#type.as_deref().map(Section::parse).transpose();
    let only = only.map_err(|message| Refusal::invalid("type", message))?;
    if after.is_some() && only.is_none() {
        return Err(Refusal::invalid("cursor", "A cursor belongs to one type; say which").into());
    }
    let conn = app.database.connection().await?;
    let search = Search {
        viewer: Viewer::from(&caller),
        words: &words,
        limit,
        after,
    };
    Ok(Read(queries::all(&conn, search, only).await?))
}

/// Suggest people while somebody types, from the first letter
#[utoipa::path(get, path = "/search/suggest", tag = "search", params(Ask, Page),
    responses((status = 200, body = SuggestedPeople), Unchanged, Errors))]
async fn suggest(
    State(app): State<App>,
    caller: Caller,
    Query(ask): Query<Ask>,
    Query(page): Query<Page>,
) -> Result<Read<SuggestedPeople>> {
    let (words, (limit, _)) = (ask.words()?, page.read::<Place>()?);
    let conn = app.database.connection().await?;
    Ok(Read(
        queries::suggestions(&conn, Viewer::from(&caller), &words, limit).await?,
    ))
}
