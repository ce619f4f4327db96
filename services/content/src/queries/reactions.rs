use super::{AuthorView, admit};
use crate::model::{Place, ReactionType};
use crate::store::counts::CountsRow;
use crate::store::feeds::Ask;
use crate::store::reactions as rows;
use crate::store::reactions::ReactionRow;
use chassis::{Caller, Result};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::PostId;
use serde::Serialize;
use utoipa::ToSchema;

/// How many reactions of each type a post has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ReactionCounts {
    like: i64,
    love: i64,
    applause: i64,
    insight: i64,
}

impl From<CountsRow> for ReactionCounts {
    fn from(row: CountsRow) -> Self {
        Self {
            like: row.like_count,
            love: row.love_count,
            applause: row.applause_count,
            insight: row.insight_count,
        }
    }
}

/// Somebody's reaction.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReactionView {
    r#type: ReactionType,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    created_at: DateTime<Utc>,
    user: AuthorView,
    #[serde(skip)]
    place: Place,
}

impl ReactionView {
    fn new(row: ReactionRow) -> Self {
        Self {
            r#type: row.r#type,
            created_at: row.at,
            place: Place::from((row.at, row.account_id.0)),
            user: AuthorView::new(row.account_id, row.card),
        }
    }

    /// Its place in a list that shows the newest first.
    pub(crate) fn place(&self) -> Place {
        self.place
    }
}

/// A page of the reactions to a post, how many there are on all pages, and the post's counts.
pub(crate) async fn reactions(
    conn: &AsyncPgConnection,
    caller: &Caller,
    ask: Ask,
    post: PostId,
    reaction: Option<ReactionType>,
) -> Result<(Vec<ReactionView>, i64, ReactionCounts)> {
    let standing = admit(conn, caller, post).await?;
    let total = rows::count(conn, ask.asker, post, reaction).await?;
    let page = rows::list(conn, ask, post, reaction).await?;
    Ok((
        page.into_iter().map(ReactionView::new).collect(),
        total,
        standing.counts.into(),
    ))
}
