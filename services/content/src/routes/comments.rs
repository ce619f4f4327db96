use super::asked;
use crate::app::App;
use crate::commands::create_comment::create_comment as write_comment;
use crate::commands::{edit_comment as editing, remove_comment as removing};
use crate::model::{Asker, CommentText, Place};
use crate::queries::{self, CommentView};
use axum::extract::State;
use axum::http::StatusCode;
use chassis::http::{
    Cursor, Errors, IdempotencyKey, Json, Message, Page, Path, Query, Read, RequestCause, Unchanged,
};
use chassis::{Caller, Once, Principal, Refusal, Replayable, Result};
use events::{CommentId, PostId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A comment, to be written.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewComment {
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = r"[^\s\x85]",
        example = "I know one; shall I ask?"
    )]
    content: String,
    /// The comment it answers, if it answers one.
    #[schema(example = json!(null))]
    parent_id: Option<CommentId>,
}

/// Other words for a comment.
#[derive(Deserialize, ToSchema)]
pub(super) struct CommentEdit {
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = r"[^\s\x85]",
        example = "I know one; shall I ask her?"
    )]
    content: String,
}

/// A comment that was written.
#[derive(Serialize, ToSchema)]
pub(super) struct CommentWritten {
    #[schema(example = "Written")]
    message: &'static str,
    comment: CommentView,
}

/// A page of comments, oldest first, so that an answer comes after what it answers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CommentList {
    comments: Vec<CommentView>,
    /// On all pages, as far as the asker may see them.
    total: i64,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "WzQyXQ")]
    next_cursor: Option<String>,
}

fn parse(content: &str) -> Result<CommentText, Refusal> {
    CommentText::parse(content).map_err(|words| Refusal::invalid("content", words))
}

/// The comments of a post, and the answers to them.
#[utoipa::path(get, path = "/posts/{id}/comments", tag = "content", params(("id" = PostId, Path), Page),
    responses((status = 200, body = CommentList), Unchanged, Errors))]
pub(super) async fn list_comments(
    State(app): State<App>,
    caller: Caller,
    Path(post): Path<PostId>,
    Query(page): Query<Page>,
) -> Result<Read<CommentList>> {
    let (limit, ask) = asked(&caller, &page, Place::OLDEST)?;
    let conn = app.database.connection().await?;
    let (comments, total) = queries::comments(&conn, &caller, ask, post).await?;
    let (comments, next_cursor) = Cursor::cut(comments, limit, |comment| comment.place().key());
    Ok(Read(CommentList {
        comments,
        total,
        next_cursor,
    }))
}

/// Comments on a post, or answers a comment.
#[utoipa::path(post, path = "/posts/{id}/comments", tag = "content", request_body = NewComment,
    params(("id" = PostId, Path), IdempotencyKey),
    responses((status = 201, body = CommentWritten), Errors))]
pub(super) async fn create_comment(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    author: Principal,
    Path(post): Path<PostId>,
    once: Once<NewComment>,
) -> Result<Replayable> {
    once.write(&app.database, StatusCode::CREATED, async move |conn, ask| {
        let content = parse(&ask.content)?;
        let id = write_comment(conn, &cause, &author, post, content, ask.parent_id).await?;
        let comment = queries::comment(conn, Asker::from(&author), post, id).await?;
        Ok(CommentWritten {
            message: "Written",
            comment,
        })
    })
    .await
}

/// Changes the words of a comment of one's own.
#[utoipa::path(patch, path = "/posts/{id}/comments/{commentId}", tag = "content", request_body = CommentEdit,
    params(("id" = PostId, Path), ("commentId" = CommentId, Path)),
    responses((status = 200, body = CommentWritten), Errors))]
pub(super) async fn edit_comment(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    author: Principal,
    Path((post, id)): Path<(PostId, CommentId)>,
    Json { value: ask, .. }: Json<CommentEdit>,
) -> Result<Json<CommentWritten>> {
    let content = parse(&ask.content)?;
    let comment = app.database.write(async move |conn| {
        editing::edit_comment(conn, &cause, &author, (post, id), content).await?;
        queries::comment(conn, Asker::from(&author), post, id).await
    });
    Ok(Json::of(CommentWritten {
        message: "Saved",
        comment: comment.await?,
    }))
}

/// Removes a comment and the answers to it: one's own, or any below a post of one's own.
#[utoipa::path(delete, path = "/posts/{id}/comments/{commentId}", tag = "content",
    params(("id" = PostId, Path), ("commentId" = CommentId, Path)),
    responses((status = 200, body = Message), Errors))]
pub(super) async fn remove_comment(
    State(app): State<App>,
    RequestCause(cause): RequestCause,
    who: Principal,
    Path((post, id)): Path<(PostId, CommentId)>,
) -> Result<Json<Message>> {
    let work = async move |conn: &mut _| removing::remove_comment(conn, &cause, &who, (post, id)).await;
    app.database.write(work).await?;
    Ok(Json::of(Message::new("Removed")))
}
