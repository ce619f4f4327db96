use super::asked;
use crate::app::App;
use crate::model::{Place, Tag};
use crate::queries::{self, PostView};
use axum::extract::State;
use chassis::http::{Cursor, Errors, Page, Path, Query, Read, Unchanged};
use chassis::{Caller, Principal, Refusal, Result};
use events::AccountId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A page of posts, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PostList {
    posts: Vec<PostView>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "WzQyXQ")]
    next_cursor: Option<String>,
}

/// A page of an author's posts, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct AuthorPostList {
    /// On all pages, as far as the asker may see them.
    total: i64,
    #[serde(flatten)]
    list: PostList,
}

/// Which public posts.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct PublicFilter {
    /// Those with this tag.
    tag: Option<String>,
    /// Those by this author.
    author_id: Option<AccountId>,
}

/// The public feed: what everybody may see.
#[utoipa::path(get, path = "/posts", tag = "content", params(Page, PublicFilter),
    responses((status = 200, body = PostList), Unchanged, Errors))]
pub(super) async fn public_feed(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
    Query(filter): Query<PublicFilter>,
) -> Result<Read<PostList>> {
    let (limit, ask) = asked(&caller, &page, Place::NEWEST)?;
    let tag = filter.tag.as_deref().map(Tag::parse).transpose();
    let tag = tag.map_err(|words| Refusal::invalid("tag", words))?;
    let conn = app.database.connection().await?;
    let posts = queries::public_feed(&conn, ask, tag.as_ref(), filter.author_id).await?;
    let (posts, next_cursor) = Cursor::cut(posts, limit, |post| post.place().key());
    Ok(Read(PostList { posts, next_cursor }))
}

/// The home feed: posts of one's own, and of those one follows or is connected with.
#[utoipa::path(get, path = "/posts/feed", tag = "content", params(Page),
    responses((status = 200, body = PostList), Unchanged, Errors))]
pub(super) async fn home_feed(
    State(app): State<App>,
    member: Principal,
    Query(page): Query<Page>,
) -> Result<Read<PostList>> {
    let (limit, ask) = asked(&super::caller(&member), &page, Place::NEWEST)?;
    let conn = app.database.connection().await?;
    let posts = queries::home_feed(&conn, ask).await?;
    let (posts, next_cursor) = Cursor::cut(posts, limit, |post| post.place().key());
    Ok(Read(PostList { posts, next_cursor }))
}

/// A person's posts, as far as the asker may see them.
#[utoipa::path(get, path = "/users/{username}/posts", tag = "content", params(("username" = String, Path), Page),
    responses((status = 200, body = AuthorPostList), Unchanged, Errors))]
pub(super) async fn posts_of_author(
    State(app): State<App>,
    caller: Caller,
    Path(username): Path<String>,
    Query(page): Query<Page>,
) -> Result<Read<AuthorPostList>> {
    let (limit, ask) = asked(&caller, &page, Place::NEWEST)?;
    let conn = app.database.connection().await?;
    let (author, total) = queries::count_of_author(&conn, &caller, &username).await?;
    let posts = queries::posts_of_author(&conn, ask, author).await?;
    let (posts, next_cursor) = Cursor::cut(posts, limit, |post| post.place().key());
    Ok(Read(AuthorPostList {
        total,
        list: PostList { posts, next_cursor },
    }))
}
