//! What social-graph publishes. The aggregate of an edge is the pair, and its version outlives the edge:
//! follow, unfollow and follow again are versions 1, 2 and 3.

use crate::AccountId;
use crate::catalogue::Payload;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether somebody follows somebody: `followed` says yes, `unfollowed` says no.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Follow {
    /// Who follows.
    pub follower_id: AccountId,
    /// Who is followed.
    pub following_id: AccountId,
    /// When this last changed.
    pub at: DateTime<Utc>,
}

impl Payload for Follow {
    fn subject(&self) -> String {
        format!("{}/follows/{}", self.follower_id, self.following_id)
    }

    fn people(&self) -> Vec<AccountId> {
        vec![self.follower_id, self.following_id]
    }

    fn scrub(&mut self) {}
}

/// How far two people are with connecting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectionState {
    /// Nothing between them.
    None,
    /// The lower id asked the higher.
    LowAsked,
    /// The higher id asked the lower.
    HighAsked,
    /// They are connected.
    Connected,
}

/// The state between two people; `low < high`, so that the pair has one aggregate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// The smaller id of the two.
    pub low_id: AccountId,
    /// The greater id of the two.
    pub high_id: AccountId,
    /// How far they are.
    pub state: ConnectionState,
    /// When this last changed.
    pub at: DateTime<Utc>,
}

impl Payload for Connection {
    fn subject(&self) -> String {
        format!("{}/connection/{}", self.low_id, self.high_id)
    }

    fn people(&self) -> Vec<AccountId> {
        vec![self.low_id, self.high_id]
    }

    fn scrub(&mut self) {}
}

/// Whether somebody blocks somebody: `blocked` says yes, `unblocked` says no.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Block {
    /// Who blocks.
    pub blocker_id: AccountId,
    /// Who is blocked.
    pub blocked_id: AccountId,
    /// When this last changed.
    pub at: DateTime<Utc>,
}

impl Payload for Block {
    fn subject(&self) -> String {
        format!("{}/blocks/{}", self.blocker_id, self.blocked_id)
    }

    fn people(&self) -> Vec<AccountId> {
        vec![self.blocker_id, self.blocked_id]
    }

    fn scrub(&mut self) {}
}

/// How many people a person is related to, in absolute numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RelationshipCounts {
    /// Whose.
    pub account_id: AccountId,
    /// How many follow them.
    pub followers: i64,
    /// How many they follow.
    pub following: i64,
    /// How many they are connected with.
    pub connections: i64,
}

impl Payload for RelationshipCounts {
    fn subject(&self) -> String {
        format!("{}/relationships", self.account_id)
    }

    fn people(&self) -> Vec<AccountId> {
        vec![self.account_id]
    }

    fn scrub(&mut self) {}
}
