//! What profile publishes.

use crate::catalogue::Payload;
use crate::{AccountId, EntryId, MediaId};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A profile's whole public card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// Whose.
    pub account_id: AccountId,
    /// As the person wrote it; unique in any case.
    pub username: String,
    /// The name people read.
    pub display_name: String,
    /// What the person is: "Voice actor".
    pub title: Option<String>,
    /// In the person's own words.
    pub bio: Option<String>,
    /// Where; absent also when the person keeps it private.
    pub location: Option<String>,
    /// How to speak of them.
    pub pronouns: Option<String>,
    /// What they do.
    pub roles: Vec<String>,
    /// What they can.
    pub skills: Vec<String>,
    /// The profile's second, chosen address.
    pub vanity_url: Option<String>,
    /// Picture.
    pub avatar_media_id: Option<MediaId>,
    /// Wide picture.
    pub banner_media_id: Option<MediaId>,
    /// `light` or `dark`; identity answers it at log-in.
    pub theme: String,
    /// Whether search may show this person.
    pub searchable: bool,
    /// What they worked on, in their order.
    pub credits: Vec<Credit>,
    /// When the profile came to be.
    pub created_at: DateTime<Utc>,
}

impl Payload for Card {
    fn subject(&self) -> String {
        self.account_id.to_string()
    }

    fn people(&self) -> Vec<AccountId> {
        vec![self.account_id]
    }

    fn scrub(&mut self) {
        self.username.clear();
        self.display_name.clear();
        self.title = None;
        self.bio = None;
        self.location = None;
        self.pronouns = None;
        self.roles.clear();
        self.skills.clear();
        self.vanity_url = None;
        self.credits.clear();
    }
}

/// A thing the person worked on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Credit {
    /// Which.
    pub id: EntryId,
    /// The part and its name: "Narrator, The Long Way".
    pub title: String,
    /// How many characters of `title` are the part; behind a comma and a blank comes the name. Absent in cards of before it was
    /// told. (Both in words again would make a card too large for the bus.)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_length: Option<u16>,
    /// For whom.
    pub company: Option<String>,
    /// When.
    pub year: Option<i32>,
    /// More words.
    pub description: Option<String>,
}

/// Between the part and the name, in a credit's title.
const COMMA: &str = ", ";

impl Credit {
    /// `title` and `role_length` of a part and a name.
    #[must_use]
    pub fn titled(role: &str, name: &str) -> (String, Option<u16>) {
        let length = u16::try_from(role.chars().count()).ok();
        (format!("{role}{COMMA}{name}"), length)
    }

    /// The part, where it is told, and the name; without the part, the name has it.
    #[must_use]
    pub fn role_and_name(&self) -> (Option<&str>, &str) {
        let parted = self.role_length.and_then(|length| {
            let (at, _) = self.title.char_indices().nth(usize::from(length))?;
            let (role, rest) = self.title.split_at(at);
            Some((Some(role), rest.strip_prefix(COMMA)?))
        });
        parted.unwrap_or((None, &self.title))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credit(title: &str, role_length: Option<u16>) -> Credit {
        Credit {
            id: EntryId::new(),
            title: title.to_owned(),
            role_length,
            company: None,
            year: None,
            description: None,
        }
    }

    #[test]
    fn a_credit_is_taken_apart_as_it_was_put_together() {
        for (role, name) in [
            ("Narrator", "The Long Way"),
            ("Écrivain, 2ème", "Été, à Lyon"),
            ("𝔸", "𝔸"),
        ] {
            let (title, length) = Credit::titled(role, name);
            assert_eq!(credit(&title, length).role_and_name(), (Some(role), name));
        }
        for length in [None, Some(0), Some(3), Some(12), Some(u16::MAX)] {
            let old = credit("Narrator, The Long Way", length);
            assert_eq!(
                old.role_and_name(),
                (None, "Narrator, The Long Way"),
                "{length:?}"
            );
        }
    }
}
