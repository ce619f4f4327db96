//! What services tell of the deeds of moderators and admins, so that there is one audit of them all.

use crate::catalogue::Payload;
use crate::{AccountId, DeedId};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What each service that has staff tells of their deeds.
pub const STAFF_EVENTS: [&str; 2] = ["content.staff-acted.v1", "orchestrator.staff-acted.v1"];

/// Something that a moderator or admin did. Ids and names of deeds; nobody's words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaffDeed {
    /// Which.
    pub deed_id: DeedId,
    /// Who did it.
    pub actor_id: AccountId,
    /// What, as a stable name: `post-hidden`.
    pub deed: String,
    /// To what: `post`, `report`, `dead-letter`.
    pub subject_kind: String,
    /// Its id.
    pub subject_id: String,
    /// Whose that is, where it is somebody's.
    pub owner_id: Option<AccountId>,
    /// In which request: its `X-Request-Id`.
    pub request_id: Uuid,
    /// When.
    pub done_at: DateTime<Utc>,
}

impl Payload for StaffDeed {
    fn subject(&self) -> String {
        self.deed_id.to_string()
    }

    /// Nobody: the audit keeps what was done by and to those who are gone, too.
    fn people(&self) -> Vec<AccountId> {
        Vec::new()
    }

    fn scrub(&mut self) {}
}
