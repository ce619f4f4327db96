use super::{ReactionCounts, media_url, picture_url};
use crate::commands::no_such_post;
use crate::model::{Asker, Place, ReactionType, Tag};
use crate::store;
use crate::store::authors::CardRow;
use crate::store::feeds::{self, Ask};
use crate::store::posts::{self, PostRow};
use audience::Verdict;
use chassis::{Caller, Refusal, Result};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::content::Visibility;
use events::media::Kind;
use events::{AccountId, MediaId, PostId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who wrote or did something.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthorView {
    id: AccountId,
    #[schema(example = "ada_byron")]
    username: String,
    #[schema(example = "Ada Byron")]
    display_name: String,
    #[schema(
        required,
        example = "/api/media/0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77/content?size=thumb"
    )]
    avatar_url: Option<String>,
}

impl AuthorView {
    pub(super) fn new(id: AccountId, card: CardRow) -> Self {
        Self {
            id,
            username: card.username,
            display_name: card.display_name,
            avatar_url: card.avatar_media_id.map(picture_url),
        }
    }
}

/// An attached file.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttachedMedia {
    id: MediaId,
    kind: Kind,
    #[schema(example = "image/png")]
    content_type: String,
    /// Pixels.
    #[schema(required)]
    width: Option<i32>,
    /// Pixels.
    #[schema(required)]
    height: Option<i32>,
    /// Seconds.
    #[schema(required)]
    duration: Option<f64>,
    /// What it shows, for those who do not see or hear it.
    #[schema(required, example = "A microphone in front of a window, at night.")]
    alt_text: Option<String>,
    /// `ready`; or `processing`, while a picture is being cleaned.
    #[schema(example = "ready")]
    status: &'static str,
    /// Null until it is ready.
    #[schema(required, example = "/api/media/0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77/content")]
    url: Option<String>,
    /// A small copy of a picture.
    #[schema(
        required,
        example = "/api/media/0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77/content?size=thumb"
    )]
    thumbnail_url: Option<String>,
}

/// As the statement that reads a post writes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MediaJson {
    id: MediaId,
    kind: Kind,
    content_type: String,
    width: Option<i32>,
    height: Option<i32>,
    duration: Option<f64>,
    ready: bool,
    alt_text: Option<String>,
}

impl From<MediaJson> for AttachedMedia {
    fn from(json: MediaJson) -> Self {
        let url = json.ready.then(|| media_url(json.id));
        Self {
            id: json.id,
            kind: json.kind,
            content_type: json.content_type,
            width: json.width,
            height: json.height,
            duration: json.duration,
            alt_text: json.alt_text,
            status: if json.ready { "ready" } else { "processing" },
            thumbnail_url: url
                .as_ref()
                .filter(|_| json.kind == Kind::Image)
                .map(|url| format!("{url}?size=thumb")),
            url,
        }
    }
}

/// A post.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PostView {
    id: PostId,
    author_id: AccountId,
    author: AuthorView,
    #[schema(example = "Looking for a baritone for a radio play. Two evenings in March.")]
    content: String,
    /// The addresses of those of `media` that are ready, in the same order.
    #[schema(example = json!(["/api/media/0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77/content"]))]
    media_urls: Vec<String>,
    media: Vec<AttachedMedia>,
    /// Lower case, without `#`.
    #[schema(example = json!(["radio", "casting"]))]
    tags: Vec<String>,
    visibility: Visibility,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    created_at: DateTime<Utc>,
    #[serde(serialize_with = "chassis::http::milliseconds")]
    updated_at: DateTime<Utc>,
    /// Absent until its author changes it.
    #[serde(
        serialize_with = "chassis::http::milliseconds_if_any",
        skip_serializing_if = "Option::is_none"
    )]
    edited_at: Option<DateTime<Utc>>,
    /// Reactions of type `like`.
    like_count: i64,
    reaction_counts: ReactionCounts,
    /// Comments and answers.
    comment_count: i64,
    is_liked_by_current_user: bool,
    #[schema(required)]
    my_reaction: Option<ReactionType>,
    /// Absent while it is published. `hidden`: a moderator took it away from all but its author; `removed`: its author did,
    /// and only moderators can look at it for a while.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "published")]
    state: Option<String>,
}

impl PostView {
    pub(super) fn new(row: PostRow) -> Result<Self> {
        let media = row
            .media
            .map(serde_json::from_value::<Vec<MediaJson>>)
            .transpose()?;
        let media: Vec<AttachedMedia> = media.into_iter().flatten().map(AttachedMedia::from).collect();
        // A visibility that this release does not know is shown as the narrowest.
        let visibility = Visibility::parse(&row.visibility).unwrap_or(Visibility::Private);
        Ok(Self {
            id: row.id,
            author_id: row.author_id,
            author: AuthorView::new(row.author_id, row.author),
            content: row.content,
            media_urls: media.iter().filter_map(|file| file.url.clone()).collect(),
            media,
            tags: row.tags,
            visibility,
            created_at: row.created_at,
            updated_at: row.edited_at.unwrap_or(row.created_at),
            edited_at: row.edited_at,
            like_count: row.counts.like_count,
            reaction_counts: row.counts.into(),
            comment_count: row.counts.comment_count,
            is_liked_by_current_user: row.my_reaction == Some(ReactionType::Like),
            my_reaction: row.my_reaction,
            state: Some(row.state).filter(|state| state != "published"),
        })
    }

    /// Its place in a list that shows the newest first.
    pub(crate) fn place(&self) -> Place {
        Place::from((self.created_at, self.id.0))
    }
}

/// A post, if the asker may see it; else the refusal says as much as they may know.
pub(crate) async fn post(conn: &AsyncPgConnection, caller: &Caller, id: PostId) -> Result<PostView> {
    let found = posts::find(conn, Asker::from(caller), id).await?;
    let found = found.ok_or_else(no_such_post)?;
    Verdict::parse(&found.verdict).admit(caller, no_such_post())?;
    PostView::new(found.post)
}

fn views(rows: Vec<PostRow>) -> Result<Vec<PostView>> {
    rows.into_iter().map(PostView::new).collect()
}

/// Public posts, by tag or author if they are named.
pub(crate) async fn public_feed(
    conn: &AsyncPgConnection,
    ask: Ask,
    tag: Option<&Tag>,
    author: Option<AccountId>,
) -> Result<Vec<PostView>> {
    views(feeds::public(conn, ask.as_member(), tag, author).await?)
}

/// The posts of the asker's circle.
pub(crate) async fn home_feed(conn: &AsyncPgConnection, ask: Ask) -> Result<Vec<PostView>> {
    views(feeds::home(conn, ask.as_member()).await?)
}

/// An author by user name, and how many of their posts the asker may see.
///
/// Whoever asks for themselves is there, even before any event has said so.
pub(crate) async fn count_of_author(
    conn: &AsyncPgConnection,
    caller: &Caller,
    username: &str,
) -> Result<(AccountId, i64)> {
    if let Some(author) = store::authors::find(conn, Asker::from(caller), username).await? {
        return Ok((author.account_id, author.total));
    }
    match caller.principal() {
        Some(member) if member.username.eq_ignore_ascii_case(username) => Ok((member.account, 0)),
        _ => Err(Refusal::not_found("USER_NOT_FOUND", "There is no such person").into()),
    }
}

/// An author's posts, as far as the asker may see them.
pub(crate) async fn posts_of_author(
    conn: &AsyncPgConnection,
    ask: Ask,
    author: AccountId,
) -> Result<Vec<PostView>> {
    views(feeds::of_author(conn, ask, author).await?)
}
