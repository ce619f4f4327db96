//! Finds, as they are shown.

use crate::model::{Section, Viewer, Words, excerpt};
use crate::store::posts::Filter;
use crate::store::{self, Place};
use chassis::Result;
use chassis::http::{Cursor, Limit};
use chrono::{DateTime, SecondsFormat, Utc};
use diesel_async::AsyncPgConnection;
use events::{AccountId, EntryId, MediaId, PostId};
use serde::Serialize;
use utoipa::ToSchema;

/// A person, as far as a list shows them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonView {
    id: AccountId,
    username: String,
    display_name: String,
    /// `/api/media/{id}/content`; null without a picture.
    avatar_url: Option<String>,
    title: Option<String>,
}

/// Whose a post or credit is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthorView {
    id: AccountId,
    /// Null in the moment before the person's card has come.
    username: Option<String>,
    display_name: Option<String>,
    avatar_url: Option<String>,
}

/// A post, as far as the index holds it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PostView {
    id: PostId,
    author_id: AccountId,
    author: AuthorView,
    content: String,
    /// What was found, as HTML: the people's words escaped, and no tag but `<mark>` around what fits the search.
    #[schema(example = "It will <mark>rain</mark> &amp; shine")]
    excerpt: String,
    media_urls: Vec<String>,
    tags: Vec<String>,
    /// `public`, `followers`, `connections` or `private`.
    visibility: String,
    created_at: String,
    updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    edited_at: Option<String>,
}

/// A credit, and whose it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreditView {
    id: EntryId,
    title: String,
    company: Option<String>,
    year: Option<i32>,
    description: Option<String>,
    user: AuthorView,
}

/// People who were found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsersFound {
    users: Vec<PersonView>,
    /// How many there are for this asker, on all pages.
    total: i64,
    query: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Posts that were found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PostsFound {
    posts: Vec<PostView>,
    /// How many there are for this asker, on all pages.
    total: i64,
    query: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Credits that were found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreditsFound {
    credits: Vec<CreditView>,
    /// How many there are for this asker, on all pages.
    total: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// People, posts and credits together; what was not asked for is empty.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AllFound {
    users: Vec<PersonView>,
    posts: Vec<PostView>,
    credits: Vec<CreditView>,
    totals: Totals,
    query: String,
    /// Only when one kind was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
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
pub(crate) struct Suggestions {
    suggestions: Vec<PersonView>,
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

/// People who have the words. Only when there is nobody are typing errors forgiven, so that whoever types well is not
/// shown everybody with a similar name.
pub(crate) async fn users(conn: &AsyncPgConnection, search: Search<'_>) -> Result<UsersFound> {
    let Search {
        viewer,
        words,
        limit,
        after,
    } = search;
    let mut found = store::people::find(conn, viewer, words, after, limit.probe()).await?;
    let mut total = found.first().map(|first| first.total);
    if total.is_none() && after.is_some() {
        let first = store::people::find(conn, viewer, words, None, 1).await?;
        total = first.first().map(|first| first.total);
    }
    if total.is_none() {
        found = store::people::resembling(conn, viewer, words, after, limit.probe()).await?;
        total = found.first().map(|first| first.total);
    }
    let (found, next_cursor) = Cursor::cut(found, limit, |person| (person.score, person.id));
    Ok(UsersFound {
        users: found.into_iter().map(PersonView::from).collect(),
        total: total.unwrap_or_default(),
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
        viewer,
        words,
        limit,
        after,
    } = search;
    let found = store::posts::find(conn, viewer, words, filter, after, limit.probe()).await?;
    let mut total = found.first().map(|first| first.total);
    if total.is_none() && after.is_some() {
        let first = store::posts::find(conn, viewer, words, filter, None, 1).await?;
        total = first.first().map(|first| first.total);
    }
    let (found, next_cursor) = Cursor::cut(found, limit, |post| (post.score, post.id));
    Ok(PostsFound {
        posts: found.into_iter().map(PostView::from).collect(),
        total: total.unwrap_or_default(),
        query: words.as_str().to_owned(),
        next_cursor,
    })
}

/// Credits that have the words.
pub(crate) async fn credits(conn: &AsyncPgConnection, search: Search<'_>) -> Result<CreditsFound> {
    let Search {
        viewer,
        words,
        limit,
        after,
    } = search;
    let found = store::credits::find(conn, viewer, words, after, limit.probe()).await?;
    let mut total = found.first().map(|first| first.total);
    if total.is_none() && after.is_some() {
        let first = store::credits::find(conn, viewer, words, None, 1).await?;
        total = first.first().map(|first| first.total);
    }
    let (found, next_cursor) = Cursor::cut(found, limit, |credit| (credit.score, credit.id));
    Ok(CreditsFound {
        credits: found.into_iter().map(CreditView::from).collect(),
        total: total.unwrap_or_default(),
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
) -> Result<Suggestions> {
    let found = store::people::suggest(conn, viewer, words, limit.probe() - 1).await?;
    Ok(Suggestions {
        suggestions: found.into_iter().map(PersonView::from).collect(),
        query: words.as_str().to_owned(),
    })
}

impl From<store::people::Found> for PersonView {
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

impl From<store::posts::Found> for PostView {
    fn from(found: store::posts::Found) -> Self {
        Self {
            id: found.id,
            author_id: found.author_id,
            author: AuthorView {
                id: found.author_id,
                username: found.username,
                display_name: found.display_name,
                avatar_url: found.avatar_media_id.map(picture_url),
            },
            excerpt: excerpt(&found.marked),
            content: found.content,
            media_urls: found.media.into_iter().map(media_url).collect(),
            tags: found.tags,
            visibility: found.visibility,
            created_at: wire_time(found.created_at),
            updated_at: wire_time(found.edited_at.unwrap_or(found.created_at)),
            edited_at: found.edited_at.map(wire_time),
        }
    }
}

impl From<store::credits::Found> for CreditView {
    fn from(found: store::credits::Found) -> Self {
        Self {
            id: found.id,
            title: found.title,
            company: found.company,
            year: found.year,
            description: found.description,
            user: AuthorView {
                id: found.account_id,
                username: Some(found.username),
                display_name: Some(found.display_name),
                avatar_url: found.avatar_media_id.map(picture_url),
            },
        }
    }
}

/// The stable address of a file; media checks there who may see it.
fn media_url(id: MediaId) -> String {
    format!("/api/media/{id}/content")
}

/// The stable address of somebody's picture, in the size that lists show.
fn picture_url(id: MediaId) -> String {
    format!("{}?size=thumb", media_url(id))
}

fn wire_time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}
