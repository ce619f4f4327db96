//! What a post, a comment and a reaction may be. Rules over values: nothing here waits or knows the time.

use chassis::{Caller, Principal, Role};
use chrono::{DateTime, Utc};
use events::content::{Post, PostState, Visibility};
use events::{AccountId, MediaId};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a post says.
pub(crate) type PostText = Text<5_000>;

/// What a comment says.
pub(crate) type CommentText = Text<2_000>;

/// 1 to `MAX` characters without space around them, and without control characters but line ends and tabs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    pub(crate) fn parse(given: &str) -> Result<Self, String> {
        let text = given.replace("\r\n", "\n").trim().to_owned();
        if text.is_empty() || text.chars().count() > MAX {
            return Err(format!("Content must have 1 to {MAX} characters"));
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return Err("Content must not contain control characters".to_owned());
        }
        Ok(Self(text))
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

/// A word that a post can be found by: lower case, without `#`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Tag(String);

impl Tag {
    const MAX: usize = 50;

    pub(crate) fn parse(given: &str) -> Result<Self, &'static str> {
        let tag = given.trim().trim_start_matches('#').to_lowercase();
        let is_of_tags = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        if (1..=Self::MAX).contains(&tag.chars().count()) && tag.chars().all(is_of_tags) {
            Ok(Self(tag))
        } else {
            Err("A tag must have 1 to 50 letters, digits, hyphens or underscores")
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A post's tags: 10 at most, each once, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tags(Vec<Tag>);

impl Tags {
    const MAX: usize = 10;

    pub(crate) fn parse(given: &[String]) -> Result<Self, &'static str> {
        let mut seen = HashSet::new();
        let mut tags = Vec::new();
        for tag in given {
            let tag = Tag::parse(tag)?;
            if seen.insert(tag.clone()) {
                tags.push(tag);
            }
        }
        if tags.len() > Self::MAX {
            return Err("A post can have 10 tags at most");
        }
        Ok(Self(tags))
    }

    pub(crate) fn into_strings(self) -> Vec<String> {
        self.0.into_iter().map(|tag| tag.0).collect()
    }
}

/// The files of a post: 10 at most, each once, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attachments(Vec<MediaId>);

impl Attachments {
    const MAX: usize = 10;

    pub(crate) fn parse(given: Vec<MediaId>) -> Result<Self, &'static str> {
        if given.len() > Self::MAX {
            return Err("A post can have 10 files at most");
        }
        if given.iter().collect::<HashSet<_>>().len() < given.len() {
            return Err("A post can have a file once only");
        }
        Ok(Self(given))
    }

    pub(crate) fn ids(&self) -> &[MediaId] {
        &self.0
    }

    pub(crate) fn into_ids(self) -> Vec<MediaId> {
        self.0
    }
}

/// What a person makes of a post. One at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReactionType {
    /// Counted apart, as `likeCount`.
    Like,
    /// From the heart.
    Love,
    /// For the performance.
    Applause,
    /// For what was learned.
    Insight,
}

impl ReactionType {
    /// As it stands in tables and on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Like => "like",
            Self::Love => "love",
            Self::Applause => "applause",
            Self::Insight => "insight",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Like, Self::Love, Self::Applause, Self::Insight]
            .into_iter()
            .find(|reaction| reaction.as_str() == text)
    }
}

/// A post that is to be.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) content: PostText,
    pub(crate) visibility: Visibility,
    pub(crate) tags: Tags,
    pub(crate) attachments: Attachments,
}

/// What an author changes about a post; what is absent stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edit {
    pub(crate) content: Option<PostText>,
    pub(crate) visibility: Option<Visibility>,
    pub(crate) tags: Option<Tags>,
    pub(crate) attachments: Option<Attachments>,
}

impl Edit {
    /// The post after the edit, or nothing when it says what the post says already.
    pub(crate) fn of(self, post: &Post, now: DateTime<Utc>) -> Option<Post> {
        let mut edited = post.clone();
        if let Some(content) = self.content {
            edited.content = content.into_string();
        }
        if let Some(visibility) = self.visibility {
            edited.visibility = visibility;
        }
        if let Some(tags) = self.tags {
            edited.tags = tags.into_strings();
        }
        if let Some(attachments) = self.attachments {
            edited.media = attachments.into_ids();
        }
        if edited == *post {
            return None;
        }
        edited.edited_at = Some(now);
        Some(edited)
    }
}

/// How a post counts for its author's public number: 1 when anybody may see it.
pub(crate) fn public_share(visibility: Visibility, state: PostState) -> i64 {
    i64::from(visibility == Visibility::Public && state == PostState::Published)
}

/// Who asks, in the words of the policy's statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asker {
    /// Nobody we know when absent.
    pub(crate) account: Option<AccountId>,
    /// Whether what is hidden from members is shown.
    pub(crate) moderator: bool,
}

impl Asker {
    /// The same person without a moderator's eyes: feeds are read for pleasure, not for duty.
    pub(crate) fn as_member(self) -> Self {
        Self {
            moderator: false,
            ..self
        }
    }
}

impl From<&Caller> for Asker {
    fn from(caller: &Caller) -> Self {
        Self {
            account: caller.account(),
            moderator: caller.is_moderator(),
        }
    }
}

impl From<&Principal> for Asker {
    fn from(principal: &Principal) -> Self {
        Self {
            account: Some(principal.account),
            moderator: principal.role >= Role::Moderator,
        }
    }
}

/// A place in a list: everything after it, in the list's direction, comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) at: DateTime<Utc>,
    pub(crate) id: Uuid,
}

impl Place {
    /// Where a list begins that shows the newest first.
    pub(crate) const NEWEST: Self = Self {
        at: DateTime::from_timestamp_nanos(i64::MAX),
        id: Uuid::max(),
    };
    /// Where a list begins that shows the oldest first.
    pub(crate) const OLDEST: Self = Self {
        at: DateTime::UNIX_EPOCH,
        id: Uuid::nil(),
    };

    /// The key of a cursor.
    pub(crate) fn key(self) -> (DateTime<Utc>, Uuid) {
        (self.at, self.id)
    }
}

impl From<(DateTime<Utc>, Uuid)> for Place {
    /// From a cursor. Anybody can write one, with a year that no database knows.
    fn from((at, id): (DateTime<Utc>, Uuid)) -> Self {
        let at = at.clamp(Self::OLDEST.at, Self::NEWEST.at);
        Self { at, id }
    }
}
