//! What identity publishes. Never an e-mail address: nobody else needs one.

use crate::catalogue::Payload;
use crate::{AccountId, SessionId, VerificationId};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether an account may act and be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AccountState {
    /// Acts and is seen.
    Active,
    /// May not log in; everything by it is hidden.
    Suspended,
    /// Gone for good.
    Deleted,
}

/// The whole public state of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Whose.
    pub account_id: AccountId,
    /// As the person wrote it; unique in any case.
    pub username: String,
    /// The name the person signed up with.
    pub display_name: String,
    /// Whether it may act and be seen.
    pub state: AccountState,
    /// Whether the e-mail address was confirmed.
    pub email_verified: bool,
    /// When the person signed up.
    pub created_at: DateTime<Utc>,
}

impl Payload for Account {
    fn subject(&self) -> String {
        self.account_id.to_string()
    }
}

/// Every event that carries the whole [`Account`]: whoever keeps one of its columns wants all of these.
pub const ACCOUNT_EVENTS: [&str; 5] = [
    "identity.account-registered.v1",
    "identity.account-verified.v1",
    "identity.account-renamed.v1",
    "identity.account-suspended.v1",
    "identity.account-restored.v1",
];

/// A session that may no longer be used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionRevoked {
    /// Which.
    pub session_id: SessionId,
    /// Whose.
    pub account_id: AccountId,
}

impl Payload for SessionRevoked {
    fn subject(&self) -> String {
        self.session_id.to_string()
    }
}

/// Somebody is to prove that an address is theirs. It names the secret link and does not hold it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerificationRequested {
    /// Which link.
    pub verification_id: VerificationId,
    /// Whose.
    pub account_id: AccountId,
}

impl Payload for VerificationRequested {
    fn subject(&self) -> String {
        self.verification_id.to_string()
    }
}
