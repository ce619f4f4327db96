//! A profile, and how its owner and identity change it.

use super::{Credit, Line, Prose, VanityUrl};
use chassis::Principal;
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use events::identity::{Account, AccountState};
use events::profile::Card;
use events::{AccountId, MediaId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which colours the web app shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A picture, or none.
pub(crate) type Picture = Option<MediaId>;

/// A profile as it is stored, without its lists.
#[derive(Clone, Debug, PartialEq, QueryableByName)]
pub(crate) struct Profile {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: AccountId,
    // Identity's word.
    #[diesel(sql_type = Text)]
    pub(crate) username: String,
    #[diesel(sql_type = Text)]
    pub(crate) signup_name: String,
    #[diesel(sql_type = Text)]
    pub(crate) state: String,
    #[diesel(sql_type = BigInt)]
    pub(crate) account_version: i64,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
    // The person's own.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) display_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) bio: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) title: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) location: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) pronouns: Option<String>,
    #[diesel(sql_type = Array<Text>)]
    pub(crate) roles: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    pub(crate) skills: Vec<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) vanity_url: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) avatar_media_id: Picture,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) banner_media_id: Picture,
    #[diesel(sql_type = Text)]
    pub(crate) theme: String,
    #[diesel(sql_type = Bool)]
    pub(crate) is_onboarded: bool,
    #[diesel(sql_type = Bool)]
    pub(crate) searchable: bool,
    #[diesel(sql_type = Bool)]
    pub(crate) show_connections: bool,
    #[diesel(sql_type = Bool)]
    pub(crate) show_location: bool,
    #[diesel(sql_type = BigInt)]
    pub(crate) version: i64,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) updated_at: DateTime<Utc>,
}

/// What a person changes of their profile. Absent is left as it is; an inner `None` clears.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Edit {
    pub(crate) display_name: Option<Line<100>>,
    pub(crate) bio: Option<Option<Prose<500>>>,
    pub(crate) title: Option<Option<Line<100>>>,
    pub(crate) location: Option<Option<Line<100>>>,
    pub(crate) pronouns: Option<Option<Line<40>>>,
    pub(crate) roles: Option<Vec<String>>,
    pub(crate) skills: Option<Vec<String>>,
    pub(crate) vanity_url: Option<Option<VanityUrl>>,
    pub(crate) avatar: Option<Picture>,
    pub(crate) banner: Option<Picture>,
    pub(crate) theme: Option<Theme>,
    pub(crate) is_onboarded: Option<bool>,
    pub(crate) searchable: Option<bool>,
    pub(crate) show_connections: Option<bool>,
    pub(crate) show_location: Option<bool>,
}

/// Puts what is given; leaves what is not.
pub(super) fn set<T, G: Into<T>>(field: &mut T, given: Option<G>) {
    if let Some(value) = given {
        *field = value.into();
    }
}

/// The same for a field that can be cleared.
pub(super) fn set_or_clear<T, G: Into<T>>(field: &mut Option<T>, given: Option<Option<G>>) {
    if let Some(value) = given {
        *field = value.map(Into::into);
    }
}

impl Profile {
    /// Somebody of whom only their own session tells yet.
    pub(crate) fn of_newcomer(who: &Principal) -> Self {
        Self {
            id: who.account,
            username: who.username.clone(),
            signup_name: who.display_name.clone(),
            state: "active".to_owned(),
            account_version: 0,
            created_at: who.created_at,
            display_name: None,
            bio: None,
            title: None,
            location: None,
            pronouns: None,
            roles: Vec::new(),
            skills: Vec::new(),
            vanity_url: None,
            avatar_media_id: None,
            banner_media_id: None,
            theme: Theme::Light.as_str().to_owned(),
            is_onboarded: false,
            searchable: true,
            show_connections: true,
            show_location: true,
            version: 0,
            updated_at: who.created_at,
        }
    }

    /// The name people read.
    pub(crate) fn name(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.signup_name)
    }

    /// Changes what the person asked to change.
    pub(crate) fn edit(&mut self, edit: Edit) {
        if let Some(name) = edit.display_name {
            self.display_name = Some(name.into());
        }
        set_or_clear(&mut self.bio, edit.bio);
        set_or_clear(&mut self.title, edit.title);
        set_or_clear(&mut self.location, edit.location);
        set_or_clear(&mut self.pronouns, edit.pronouns);
        set(&mut self.roles, edit.roles);
        set(&mut self.skills, edit.skills);
        set_or_clear(&mut self.vanity_url, edit.vanity_url);
        set(&mut self.avatar_media_id, edit.avatar);
        set(&mut self.banner_media_id, edit.banner);
        set(&mut self.theme, edit.theme.map(Theme::as_str));
        set(&mut self.is_onboarded, edit.is_onboarded);
        set(&mut self.searchable, edit.searchable);
        set(&mut self.show_connections, edit.show_connections);
        set(&mut self.show_location, edit.show_location);
    }

    /// Keeps identity's word if it is newer than what is known; says whether the card reads differently now.
    pub(crate) fn keep_account(&mut self, version: i64, account: &Account) -> bool {
        if version <= self.account_version {
            return false;
        }
        let before = self.clone();
        self.username.clone_from(&account.username);
        self.signup_name.clone_from(&account.display_name);
        self.created_at = account.created_at;
        self.account_version = version;
        state_text(account.state).clone_into(&mut self.state);
        (&before.username, before.name(), before.created_at) != (&self.username, self.name(), self.created_at)
    }

    /// Takes a picture away wherever it is shown; says whether it was.
    pub(crate) fn lose_picture(&mut self, media: MediaId) -> bool {
        let mut is_lost = false;
        for picture in [&mut self.avatar_media_id, &mut self.banner_media_id] {
            is_lost |= picture.take_if(|shown| *shown == media).is_some();
        }
        is_lost
    }

    /// The whole public card.
    pub(crate) fn card(&self, credits: &[Credit]) -> Card {
        Card {
            account_id: self.id,
            username: self.username.clone(),
            display_name: self.name().to_owned(),
            title: self.title.clone(),
            bio: self.bio.clone(),
            location: self.location.clone().filter(|_| self.show_location),
            pronouns: self.pronouns.clone(),
            roles: self.roles.clone(),
            skills: self.skills.clone(),
            vanity_url: self.vanity_url.clone(),
            avatar_media_id: self.avatar_media_id,
            banner_media_id: self.banner_media_id,
            theme: self.theme.clone(),
            searchable: self.searchable,
            credits: credits.iter().map(Credit::on_card).collect(),
            created_at: self.created_at,
        }
    }
}

fn state_text(state: AccountState) -> &'static str {
    match state {
        AccountState::Active => "active",
        AccountState::Suspended => "suspended",
        AccountState::Deleted => "deleted",
    }
}
