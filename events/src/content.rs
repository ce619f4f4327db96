//! What content publishes.

use crate::catalogue::Payload;
use crate::{AccountId, CommentId, MediaId, PostId, ReportId};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// For whose eyes a post is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// Everybody's, also without an account.
    Public,
    /// Those who follow the author.
    Followers,
    /// Those who are connected with the author.
    Connections,
    /// The author's only.
    Private,
}

impl Visibility {
    /// As it stands in tables and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Followers => "followers",
            Self::Connections => "connections",
            Self::Private => "private",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Public, Self::Followers, Self::Connections, Self::Private]
            .into_iter()
            .find(|v| v.as_str() == text)
    }
}

/// Whether moderators let a post be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PostState {
    /// Seen by those it is meant for.
    Published,
    /// Taken away by a moderator; may be restored.
    Hidden,
}

/// The whole post.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Post {
    /// Which.
    pub post_id: PostId,
    /// Whose.
    pub author_id: AccountId,
    /// Its text.
    pub content: String,
    /// For whose eyes.
    pub visibility: Visibility,
    /// Lower case, without `#`.
    pub tags: Vec<String>,
    /// Attached files, in their order.
    pub media: Vec<MediaId>,
    /// Whether moderators let it be seen.
    pub state: PostState,
    /// When it was published.
    pub created_at: DateTime<Utc>,
    /// When its author last changed it.
    pub edited_at: Option<DateTime<Utc>>,
}

impl Payload for Post {
    fn subject(&self) -> String {
        self.post_id.to_string()
    }

    fn people(&self) -> Vec<AccountId> {
        vec![self.author_id]
    }

    fn scrub(&mut self) {
        self.content.clear();
        self.tags.clear();
    }
}

/// A post that is gone. Its version is the last one it will ever have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostRemoved {
    /// Which.
    pub post_id: PostId,
    /// Whose.
    pub author_id: AccountId,
}

impl Payload for PostRemoved {
    fn subject(&self) -> String {
        self.post_id.to_string()
    }

    fn people(&self) -> Vec<AccountId> {
        vec![self.author_id]
    }

    fn scrub(&mut self) {}
}

/// How often a post was reacted to and commented, in absolute numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostCounts {
    /// Which.
    pub post_id: PostId,
    /// Whose; absent in events of before it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_id: Option<AccountId>,
    /// Reactions by type; a type with none may be absent.
    pub reactions: BTreeMap<String, i64>,
    /// Comments on both levels.
    pub comments: i64,
}

impl Payload for PostCounts {
    fn subject(&self) -> String {
        format!("{}/counts", self.post_id)
    }

    fn people(&self) -> Vec<AccountId> {
        self.author_id.into_iter().collect()
    }

    fn scrub(&mut self) {}
}

/// What somebody's reaction to a post is now. Its version is that of the post's counts, which were counted with it. When the post is removed,
/// or the person is erased, no reaction is told to be gone: that it is follows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reaction {
    /// To which post.
    pub post_id: PostId,
    /// Whose post.
    pub author_id: AccountId,
    /// Whose reaction.
    pub account_id: AccountId,
    /// Its type; none when it was taken back, or in an event that was scrubbed.
    pub reaction: Option<String>,
}

impl Payload for Reaction {
    fn subject(&self) -> String {
        format!("{}/reactions/{}", self.post_id, self.account_id)
    }

    fn people(&self) -> Vec<AccountId> {
        vec![self.author_id, self.account_id]
    }

    fn scrub(&mut self) {
        self.reaction = None;
    }
}

/// How many posts an author has, in absolute numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthorPostCount {
    /// Whose.
    pub account_id: AccountId,
    /// All of them: what the author is told.
    pub total: i64,
    /// The public, unhidden ones: what everybody else is told.
    pub public: i64,
}

impl Payload for AuthorPostCount {
    fn subject(&self) -> String {
        format!("{}/posts", self.account_id)
    }

    fn people(&self) -> Vec<AccountId> {
        vec![self.account_id]
    }

    fn scrub(&mut self) {}
}

/// The whole comment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// Which.
    pub comment_id: CommentId,
    /// On which post.
    pub post_id: PostId,
    /// Who wrote it.
    pub author_id: AccountId,
    /// The comment it answers, if it answers one.
    pub parent_id: Option<CommentId>,
    /// Its text.
    pub content: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When its author last changed it.
    pub edited_at: Option<DateTime<Utc>>,
}

impl Payload for Comment {
    fn subject(&self) -> String {
        self.comment_id.to_string()
    }

    fn people(&self) -> Vec<AccountId> {
        vec![self.author_id]
    }

    fn scrub(&mut self) {
        self.content.clear();
    }
}

/// A comment that is gone. Its version is the last one it will ever have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommentRemoved {
    /// Which.
    pub comment_id: CommentId,
    /// On which post.
    pub post_id: PostId,
}

impl Payload for CommentRemoved {
    fn subject(&self) -> String {
        self.comment_id.to_string()
    }

    fn people(&self) -> Vec<AccountId> {
        Vec::new()
    }

    fn scrub(&mut self) {}
}

/// How far moderators are with a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReportState {
    /// Nobody has looked at it.
    Open,
    /// A moderator looks at it.
    Taken,
    /// Something was done about it.
    Resolved,
    /// Nothing had to be done.
    Dismissed,
}

impl ReportState {
    /// As it stands in tables and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Taken => "taken",
            Self::Resolved => "resolved",
            Self::Dismissed => "dismissed",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Open, Self::Taken, Self::Resolved, Self::Dismissed]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// The whole report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Which.
    pub report_id: ReportId,
    /// About which post.
    pub post_id: PostId,
    /// Whose post.
    pub author_id: AccountId,
    /// Who told.
    pub reporter_id: AccountId,
    /// What is wrong with the post.
    pub reason: String,
    /// More words.
    pub description: Option<String>,
    /// How far moderators are with it.
    pub state: ReportState,
    /// The moderator who took it or dealt with it.
    pub moderator_id: Option<AccountId>,
    /// What that moderator noted.
    pub note: Option<String>,
    /// When it was told.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
}

impl Payload for Report {
    fn subject(&self) -> String {
        self.report_id.to_string()
    }

    fn people(&self) -> Vec<AccountId> {
        [self.author_id, self.reporter_id]
            .into_iter()
            .chain(self.moderator_id)
            .collect()
    }

    fn scrub(&mut self) {
        self.reason.clear();
        self.description = None;
        self.note = None;
    }
}
