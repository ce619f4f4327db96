//! What identity publishes. Never an e-mail address: nobody else needs one.

use crate::catalogue::Payload;
use crate::{AccountId, LinkRequestId, NoticeId, PasswordResetId, SessionId, VerificationId};
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

    fn people(&self) -> Vec<AccountId> {
        vec![self.account_id]
    }

    fn scrub(&mut self) {
        self.username.clear();
        self.display_name.clear();
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

    fn people(&self) -> Vec<AccountId> {
        vec![self.account_id]
    }

    fn scrub(&mut self) {}
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

    fn people(&self) -> Vec<AccountId> {
        vec![self.account_id]
    }

    fn scrub(&mut self) {}
}

/// Somebody asked for a link by mail. Whether there is an account for it is found out by whoever consumes this, so
/// that asking tells nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkRequested {
    /// Which request.
    pub link_request_id: LinkRequestId,
}

impl Payload for LinkRequested {
    fn subject(&self) -> String {
        self.link_request_id.to_string()
    }

    fn people(&self) -> Vec<AccountId> {
        Vec::new()
    }

    fn scrub(&mut self) {}
}

/// Somebody is to be sent a link by which their password is set anew. It names the secret link and does not hold it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasswordResetRequested {
    /// Which link.
    pub password_reset_id: PasswordResetId,
    /// Whose.
    pub account_id: AccountId,
}

impl Payload for PasswordResetRequested {
    fn subject(&self) -> String {
        self.password_reset_id.to_string()
    }

    fn people(&self) -> Vec<AccountId> {
        vec![self.account_id]
    }

    fn scrub(&mut self) {}
}

/// A person is to be told by mail what happened to their account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NoticeRequested {
    /// Which notice; identity knows what it says, and to which address.
    pub notice_id: NoticeId,
    /// Whose account.
    pub account_id: AccountId,
}

impl Payload for NoticeRequested {
    fn subject(&self) -> String {
        self.notice_id.to_string()
    }

    fn people(&self) -> Vec<AccountId> {
        vec![self.account_id]
    }

    fn scrub(&mut self) {}
}
