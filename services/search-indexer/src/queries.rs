//! Finds, as they are shown.

mod files;
mod holdings;

pub(crate) use holdings::holdings;

use crate::model::{Reading, Section, Viewer, Words, excerpt};
use crate::store::posts::Filter;
use crate::store::{self, Place};
use chassis::Result;
use chassis::http::{Cursor, Limit, wire_time};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use events::content::Visibility;
use events::{AccountId, EntryId, MediaId, PostId};
use files::{FoundMedia, files, media_url};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A person, as far as a list shows them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundPerson {
    id: AccountId,
    #[schema(example = "ada_byron")]
    username: String,
    #[schema(example = "Ada Byron")]
    display_name: String,
    /// `/api/media/{id}/content`; null without a picture.
    #[schema(
        required,
        example = "/api/media/0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77/content?size=thumb"
    )]
    avatar_url: Option<String>,
    #[schema(required, example = "Narrator")]
    title: Option<String>,
}

/// Whose a post or credit is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundAuthor {
    id: AccountId,
    /// Null in the moment before the person's card has come.
    #[schema(required, example = "ada_byron")]
    username: Option<String>,
    #[schema(required, example = "Ada Byron")]
    display_name: Option<String>,
    #[schema(
        required,
        example = "/api/media/0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77/content?size=thumb"
    )]
    avatar_url: Option<String>,
}

/// A post, as far as the index holds it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundPost {
    id: PostId,
    author_id: AccountId,
    author: FoundAuthor,
    #[schema(example = "Looking for a baritone for a radio play. Two evenings in March.")]
    content: String,
    /// What was found, as HTML: the people's words escaped, and no tag but `<mark>` around what fits the search.
    #[schema(example = "It will <mark>rain</mark> &amp; shine")]
    excerpt: String,
    /// The addresses of those of `media` that are ready, in the same order.
    #[schema(example = json!(["/api/media/0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77/content"]))]
    media_urls: Vec<String>,
    media: Vec<FoundMedia>,
    #[schema(example = json!(["radio", "casting"]))]
    tags: Vec<String>,
    #[schema(value_type = Visibility)]
    visibility: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    edited_at: Option<String>,
    /// Reactions of type `like`.
    like_count: i64,
    reaction_counts: FoundReactions,
    /// Comments on both levels.
    comment_count: i64,
    is_liked_by_current_user: bool,
    /// The asker's own: `like`, `love`, `applause` or `insight`.
    #[schema(required, example = "like")]
    my_reaction: Option<String>,
}

/// How many reactions of each type a post has.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct FoundReactions {
    like: i64,
    love: i64,
    applause: i64,
    insight: i64,
}

/// A credit, and whose it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundCredit {
    id: EntryId,
    #[schema(example = "The Lighthouse")]
    title: String,
    /// What the person did. Null in the time before the person's card has come anew, when `title` has it, too.
    #[schema(required, example = "Narrator")]
    role: Option<String>,
    #[schema(required, example = "Harbour Radio")]
    company: Option<String>,
    #[schema(required, example = 2024)]
    year: Option<i32>,
    #[schema(required, example = "Six parts, recorded in one week.")]
    description: Option<String>,
    /// Its place among the person's credits; the first is 0.
    position: i32,
    user: FoundAuthor,
}

/// People who were found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsersFound {
    users: Vec<FoundPerson>,
    /// How many there are for this asker, on all pages.
    total: i64,
    #[schema(example = "narrator")]
    query: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "WzQyXQ")]
    next_cursor: Option<String>,
}

/// Posts that were found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PostsFound {
    posts: Vec<FoundPost>,
    /// How many there are for this asker, on all pages.
    total: i64,
    #[schema(example = "narrator")]
    query: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "WzQyXQ")]
    next_cursor: Option<String>,
}

/// Credits that were found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreditsFound {
    credits: Vec<FoundCredit>,
    /// How many there are for this asker, on all pages.
    total: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "WzQyXQ")]
    next_cursor: Option<String>,
}

/// People, posts and credits together; what was not asked for is empty.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AllFound {
    users: Vec<FoundPerson>,
    posts: Vec<FoundPost>,
    credits: Vec<FoundCredit>,
    totals: Totals,
    #[schema(example = "narrator")]
    query: String,
    /// Only when one kind was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "WzQyXQ")]
    next_cursor: Option<String>,
}

/// How many there are of each kind for this asker.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Totals {
    users: i64,
    posts: i64,
    credits: i64,
}

/// People whose names begin like what was typed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuggestedPeople {
    suggestions: Vec<FoundPerson>,
    #[schema(example = "narrator")]
    query: String,
}

/// One search.
#[derive(Clone, Copy)]
pub(crate) struct Search<'a> {
    pub(crate) viewer: Viewer,
    pub(crate) words: &'a Words,
    pub(crate) limit: Limit,
    pub(crate) after: Option<Place>,
}

/// What a query finds, and how many there are on all pages.
///
/// Only when there is nothing are typing errors forgiven, so that whoever types well is not shown what is similar.
async fn find<T, F: Future<Output = QueryResult<Vec<T>>>>(
    search: Search<'_>,
    total: impl Fn(&T) -> i64,
    query: impl Fn(Reading, Option<Place>, i64) -> F,
) -> QueryResult<(Vec<T>, i64)> {
    for reading in [Reading::Typed, Reading::Forgiving] {
        let found = query(reading, search.after, search.limit.probe()).await?;
        let mut count = found.first().map(&total);
        if count.is_none() && search.after.is_some() {
            count = query(reading, None, 1).await?.first().map(&total);
        }
        if let Some(count) = count {
            return Ok((found, count));
        }
    }
    Ok((Vec::new(), 0))
}

/// People who have the words.
pub(crate) async fn users(conn: &AsyncPgConnection, search: Search<'_>) -> Result<UsersFound> {
    let Search {
        viewer, words, limit, ..
    } = search;
    let (found, total) = find(
        search,
        |person: &store::people::Found| person.total,
        |reading, after, limit| store::people::find(conn, viewer, (words, reading), after, limit),
    )
    .await?;
    let (found, next_cursor) = Cursor::cut(found, limit, |person| (person.score, person.id));
    Ok(UsersFound {
        users: found.into_iter().map(FoundPerson::from).collect(),
        total,
        query: words.as_str().to_owned(),
        next_cursor,
    })
}

/// Posts that have the words and fit the filter.
pub(crate) async fn posts(
    conn: &AsyncPgConnection,
    search: Search<'_>,
    filter: &Filter,
) -> Result<PostsFound> {
    let Search {
        viewer, words, limit, ..
    } = search;
    let (found, total) = find(
        search,
        |post: &store::posts::Found| post.total,
        |reading, after, limit| store::posts::find(conn, viewer, (words, reading), filter, after, limit),
    )
    .await?;
    let (found, next_cursor) = Cursor::cut(found, limit, |post| (post.score, post.id));
    Ok(PostsFound {
        posts: found.into_iter().map(FoundPost::shown).collect::<Result<_>>()?,
        total,
        query: words.as_str().to_owned(),
        next_cursor,
    })
}

/// Credits that have the words.
pub(crate) async fn credits(conn: &AsyncPgConnection, search: Search<'_>) -> Result<CreditsFound> {
    let Search {
        viewer, words, limit, ..
    } = search;
    let (found, total) = find(
        search,
        |credit: &store::credits::Found| credit.total,
        |reading, after, limit| store::credits::find(conn, viewer, (words, reading), after, limit),
    )
    .await?;
    let (found, next_cursor) = Cursor::cut(found, limit, |credit| (credit.score, credit.id));
    Ok(CreditsFound {
        credits: found.into_iter().map(FoundCredit::from).collect(),
        total,
        next_cursor,
    })
}

/// The first page of everything, or the pages of one kind.
pub(crate) async fn all(
    conn: &AsyncPgConnection,
    search: Search<'_>,
    only: Option<Section>,
) -> Result<AllFound> {
    let wants = |section| only.is_none_or(|only| only == section);
    let mut all = AllFound {
        query: search.words.as_str().to_owned(),
        ..AllFound::default()
    };
    let mut next = None;
    if wants(Section::Users) {
        let found = users(conn, search).await?;
        (all.users, all.totals.users, next) = (found.users, found.total, found.next_cursor);
    }
    if wants(Section::Posts) {
        let found = posts(conn, search, &Filter::default()).await?;
        (all.posts, all.totals.posts, next) = (found.posts, found.total, found.next_cursor);
    }
    if wants(Section::Credits) {
        let found = credits(conn, search).await?;
        (all.credits, all.totals.credits, next) = (found.credits, found.total, found.next_cursor);
    }
    all.next_cursor = next.filter(|_| only.is_some());
    Ok(all)
}

/// People whose names begin like this.
pub(crate) async fn suggestions(
    conn: &AsyncPgConnection,
    viewer: Viewer,
    words: &Words,
    limit: Limit,
) -> Result<SuggestedPeople> {
    let found = store::people::suggest(conn, viewer, words, limit.probe() - 1).await?;
    Ok(SuggestedPeople {
        suggestions: found.into_iter().map(FoundPerson::from).collect(),
        query: words.as_str().to_owned(),
    })
}

impl From<store::people::Found> for FoundPerson {
    fn from(found: store::people::Found) -> Self {
        Self {
            id: found.id,
            username: found.username,
            display_name: found.display_name,
            avatar_url: found.avatar_media_id.map(picture_url),
            title: found.title,
        }
    }
}

impl FoundPost {
    fn shown(found: store::posts::Found) -> Result<Self> {
        let media = files(found.media)?;
        let reactions: Option<FoundReactions> = found.reactions.map(serde_json::from_value).transpose()?;
        let reaction_counts = reactions.unwrap_or_default();
        Ok(Self {
            id: found.id,
            author_id: found.author_id,
            author: FoundAuthor {
                id: found.author_id,
                username: found.username,
                display_name: found.display_name,
                avatar_url: found.avatar_media_id.map(picture_url),
            },
            excerpt: excerpt(&found.marked),
            content: found.content,
            media_urls: media.iter().filter_map(|file| file.url.clone()).collect(),
            media,
            tags: found.tags,
            visibility: found.visibility,
            created_at: wire_time(found.created_at),
            updated_at: wire_time(found.edited_at.unwrap_or(found.created_at)),
            edited_at: found.edited_at.map(wire_time),
            like_count: reaction_counts.like,
            reaction_counts,
            comment_count: found.comments,
            is_liked_by_current_user: found.my_reaction.as_deref() == Some("like"),
            my_reaction: found.my_reaction,
        })
    }
}

impl From<store::credits::Found> for FoundCredit {
    fn from(found: store::credits::Found) -> Self {
        Self {
            id: found.id,
            title: found.title,
            role: found.role,
            position: found.position,
            company: found.company,
            year: found.year,
            description: found.description,
            user: FoundAuthor {
                id: found.account_id,
                username: Some(found.username),
                display_name: Some(found.display_name),
                avatar_url: found.avatar_media_id.map(picture_url),
            },
        }
    }
}

/// The stable address of somebody's picture, in the size that lists show.
fn picture_url(id: MediaId) -> String {
    format!("{}?size=thumb", media_url(id))
}
