use super::{AuthorView, admit};
use crate::model::{Asker, Place};
use crate::store::comments as rows;
use crate::store::comments::CommentRow;
use crate::store::feeds::Ask;
use chassis::{Caller, Refusal, Result};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::{CommentId, PostId};
use serde::Serialize;
use utoipa::ToSchema;

/// A comment, or an answer to one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CommentView {
    id: CommentId,
    post_id: PostId,
    author: AuthorView,
    #[schema(example = "I know one; shall I ask?")]
    content: String,
    /// The comment it answers; absent for comments on the post itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<CommentId>,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    created_at: DateTime<Utc>,
    /// Absent until its author changes it.
    #[serde(
        serialize_with = "chassis::http::milliseconds_if_any",
        skip_serializing_if = "Option::is_none"
    )]
    edited_at: Option<DateTime<Utc>>,
}

impl CommentView {
    fn new(row: CommentRow) -> Self {
        Self {
            id: row.id,
            post_id: row.post_id,
            author: AuthorView::new(row.author_id, row.card),
            content: row.content,
            parent_id: row.parent_id,
            created_at: row.created_at,
            edited_at: row.edited_at,
        }
    }

    /// Its place in a list that shows the oldest first.
    pub(crate) fn place(&self) -> Place {
        Place::from((self.created_at, self.id.0))
    }
}

/// A page of the comments of a post, and how many there are on all pages.
pub(crate) async fn comments(
    conn: &AsyncPgConnection,
    caller: &Caller,
    ask: Ask,
    post: PostId,
) -> Result<(Vec<CommentView>, i64)> {
    admit(conn, caller, post).await?;
    let total = rows::count(conn, ask.asker, post).await?;
    let page = rows::list(conn, ask, post).await?;
    Ok((page.into_iter().map(CommentView::new).collect(), total))
}

/// One comment, as its author sees it after writing.
pub(crate) async fn comment(
    conn: &AsyncPgConnection,
    asker: Asker,
    post: PostId,
    id: CommentId,
) -> Result<CommentView> {
    let row = rows::find(conn, asker, post, id).await?;
    let row = row.ok_or_else(|| Refusal::not_found("COMMENT_NOT_FOUND", "There is no such comment"))?;
    Ok(CommentView::new(row))
}
