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
    /// Its name and the part: "Narrator, The Long Way".
    pub title: String,
    /// For whom.
    pub company: Option<String>,
    /// When.
    pub year: Option<i32>,
    /// More words.
    pub description: Option<String>,
}
