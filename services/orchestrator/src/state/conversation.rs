//! Being asked step by step: which command, for whom, and then: really?

use super::ids::{Id, Until, Version};
use anyhow::{Context, anyhow};
use chassis::{Error, Refusal, Result};
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::Value;
use std::fmt;
use uuid::Uuid;

/// How it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Whose it is; it is there for nobody else.
    pub who: Id,
    /// Whom or what is spoken about.
    pub about: Option<Id>,
    /// What is to be known at the next step.
    pub contents: Contents,
    /// From when on nobody will go on with it.
    pub until: Until,
}

/// How far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Its own; a button carries it.
    pub id: Uuid,
    /// As of its last step.
    pub now: Opening,
    /// Of its last step.
    pub version: Version,
}

/// What is known at a step: a small JSON object. Ids and codes, as far as that goes: should words of a person be among them,
/// [`forget`](super::State::forget) takes them away, and no log has them.
#[derive(Clone, PartialEq, Eq)]
pub struct Contents(Value);

impl Contents {
    /// In bytes, as it is written down.
    const MOST: usize = 2048;

    /// Takes a JSON object.
    ///
    /// # Errors
    /// When it is none, or larger than 2,048 bytes.
    pub fn new(value: Value) -> Result<Self, &'static str> {
        let contents = Self(value);
        if contents.0.is_object() && contents.to_text().len() <= Self::MOST {
            Ok(contents)
        } else {
            Err("A conversation holds a JSON object of 2,048 bytes at most")
        }
    }

    /// The object.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.0
    }

    pub(crate) fn to_text(&self) -> String {
        self.0.to_string()
    }
}

impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contents({} bytes)", self.to_text().len())
    }
}

/// There is none, it has expired, or it was closed.
pub(crate) fn gone() -> Refusal {
    Refusal::not_found("CONVERSATION_NOT_FOUND", "There is no such conversation any more")
}

/// Somebody saw an older step than the last.
pub(crate) fn moved_on() -> Refusal {
    Refusal::conflict("CONVERSATION_MOVED_ON", "This conversation has moved on since")
}

impl Conversation {
    /// As it begins.
    pub(crate) fn new(opening: &Opening) -> Self {
        Self {
            id: Uuid::now_v7(),
            now: opening.clone(),
            version: Version(Uuid::now_v7()),
        }
    }

    /// The next step.
    pub(crate) fn with(&self, contents: Contents, until: Until) -> Self {
        Self {
            id: self.id,
            now: Opening {
                contents,
                until,
                ..self.now.clone()
            },
            version: Version(Uuid::now_v7()),
        }
    }
}

/// A conversation as both homes keep it.
#[derive(Clone, QueryableByName)]
pub(crate) struct Kept {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: Uuid,
    #[diesel(sql_type = Text)]
    pub(crate) who: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) about: Option<String>,
    #[diesel(sql_type = Text)]
    pub(crate) contents: String,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) version: Uuid,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) expires_at: DateTime<Utc>,
}

impl Kept {
    /// What it says.
    ///
    /// # Errors
    /// When somebody else has written it.
    pub(crate) fn read(self) -> Result<Conversation> {
        let id = self.id;
        self.conversation()
            .with_context(|| format!("what is kept of the conversation {id} cannot be read"))
            .map_err(Error::Failed)
    }

    fn conversation(self) -> anyhow::Result<Conversation> {
        let id = |text: &str| Id::parse(text).map_err(|problem| anyhow!(problem));
        let value = serde_json::from_str(&self.contents).context("it is no JSON")?;
        Ok(Conversation {
            id: self.id,
            now: Opening {
                who: id(&self.who)?,
                about: self.about.as_deref().map(id).transpose()?,
                contents: Contents::new(value).map_err(|problem| anyhow!(problem))?,
                until: Until::from_seconds(self.expires_at.timestamp()).context("without an end")?,
            },
            version: Version(self.version),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn contents_are_a_small_object_whose_words_no_log_has() {
        // {"k":"…"} has eight bytes besides the words.
        let most = json!({ "k": "é".repeat(1020) });
        assert_eq!(Contents::new(most.clone()).unwrap().value(), &most);
        for bad in [
            json!({ "k": "é".repeat(1020) + "e" }),
            json!([1]),
            json!("reason"),
            json!(null),
        ] {
            assert!(Contents::new(bad).is_err());
        }
        let held = Contents::new(json!({ "reason": "was rude" })).unwrap();
        assert_eq!(format!("{held:?}"), "Contents(21 bytes)");
    }
}
