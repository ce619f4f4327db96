//! What a post, a comment and a reaction may be. Rules over values: nothing here waits or knows the time.

mod reports;

pub(crate) use reports::{Handling, handle};

use chassis::{Caller, Principal, Role};
use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types;
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

/// Why somebody reports a post, or a moderator hides it.
pub(crate) type Reason = Text<200>;

/// More words about a report, or a moderator's note on it.
pub(crate) type Remark = Text<2_000>;

/// 1 to `MAX` characters without space around them, and without control characters but line ends and tabs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    pub(crate) fn parse(given: &str) -> Result<Self, String> {
        Self::parse_as("Content", given)
    }

    /// The same, called by another name where it is refused.
    pub(crate) fn parse_as(name: &str, given: &str) -> Result<Self, String> {
        let text = given.replace("\r\n", "\n").trim().to_owned();
        if text.is_empty() || text.chars().count() > MAX {
            return Err(format!("{name} must have 1 to {MAX} characters"));
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return Err(format!("{name} must not contain control characters"));
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, AsExpression, FromSqlRow)]
#[serde(rename_all = "kebab-case")]
#[diesel(sql_type = sql_types::Text)]
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
}

impl ToSql<sql_types::Text, Pg> for ReactionType {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<sql_types::Text, Pg>>::to_sql(self.as_str(), out)
    }
}

impl FromSql<sql_types::Text, Pg> for ReactionType {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<sql_types::Text, Pg>>::from_sql(bytes)?;
        let known = [Self::Like, Self::Love, Self::Applause, Self::Insight];
        let reaction = known.into_iter().find(|known| known.as_str() == text);
        reaction.ok_or_else(|| format!("{text:?} is no type of reaction").into())
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

#[cfg(test)]
mod tests {
    use super::*;
    use events::PostId;
    use proptest::prelude::*;

    fn post() -> Post {
        Post {
            post_id: PostId::new(),
            author_id: AccountId::new(),
            content: "Rain.".to_owned(),
            visibility: Visibility::Public,
            tags: vec!["rain".to_owned()],
            media: vec![MediaId::new()],
            state: PostState::Published,
            created_at: DateTime::UNIX_EPOCH,
            edited_at: None,
        }
    }

    #[test]
    fn lengths_count_characters_after_trimming() {
        assert!(Text::<3>::parse(" äöü\n").is_ok());
        assert_eq!(
            Text::<3>::parse("äöüß").unwrap_err(),
            "Content must have 1 to 3 characters"
        );
        assert!(Text::<3>::parse(" \t\n").is_err());
        assert!(Text::<3>::parse("a\u{1b}").is_err());
        assert_eq!(Text::<5>::parse("a\r\n\tb").unwrap().into_string(), "a\n\tb");
    }

    #[test]
    fn tags_are_known_by_one_spelling() {
        let tags = ["#Voice", "voice ", "##VOICE", "voice-over", "Ἀθήνα"].map(str::to_owned);
        assert_eq!(
            Tags::parse(&tags).unwrap().into_strings(),
            ["voice", "voice-over", "ἀθήνα"]
        );
        for wrong in ["", "#", "a b", "a#b", "a,b", "\u{202e}a"] {
            assert!(Tag::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn an_edit_touches_what_it_names_and_says_when() {
        let (before, now) = (post(), DateTime::UNIX_EPOCH + chrono::TimeDelta::days(1));
        let edit = Edit {
            visibility: Some(Visibility::Private),
            content: PostText::parse("Rain.").ok(),
            ..Edit::default()
        };
        let after = edit.of(&before, now).unwrap();
        let expected = Post {
            visibility: Visibility::Private,
            edited_at: Some(now),
            ..before
        };
        assert_eq!(after, expected);
        assert_eq!(Edit::default().of(&after, now), None);
    }

    proptest! {
        #[test]
        fn a_parsed_tag_or_text_parses_to_itself(given in "\\PC{0,60}") {
            if let Ok(tag) = Tag::parse(&given) {
                prop_assert_eq!(&Tag::parse(tag.as_str()).unwrap(), &tag);
            }
            if let Ok(text) = Text::<40>::parse(&given) {
                prop_assert_eq!(&Text::<40>::parse(&text.clone().into_string()).unwrap(), &text);
            }
        }
    }
}
