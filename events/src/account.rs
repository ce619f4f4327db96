//! What identity asks of every service about one person, and what each of them answers: to erase them, and to hand out
//! what it holds. Ids and keys only, never what is erased or handed out.

use crate::AccountId;
use crate::catalogue::{Event, Payload};
use crate::{ErasureId, ExportId};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Every service that holds something about people, and so answers. `<service>.erased.v1` and
/// `<service>.export-part-ready.v1` are in the catalogue for each of them.
pub const SERVICES: [&str; 7] = [
    "content",
    "identity",
    "media",
    "orchestrator",
    "profile",
    "search-indexer",
    "social-graph",
];

/// What each of them is asked by.
pub const ASKING_EVENTS: [&str; 2] = ["identity.account-deleted.v1", "identity.export-requested.v1"];

/// What each service says when nothing of a person is left in it.
pub const ERASED_EVENTS: [&str; 7] = [
    "content.erased.v1",
    "identity.erased.v1",
    "media.erased.v1",
    "orchestrator.erased.v1",
    "profile.erased.v1",
    "search-indexer.erased.v1",
    "social-graph.erased.v1",
];

/// What each service says when its part of an export can be read.
pub const EXPORT_PART_EVENTS: [&str; 7] = [
    "content.export-part-ready.v1",
    "identity.export-part-ready.v1",
    "media.export-part-ready.v1",
    "orchestrator.export-part-ready.v1",
    "profile.export-part-ready.v1",
    "search-indexer.export-part-ready.v1",
    "social-graph.export-part-ready.v1",
];

/// An account is gone for good, and everybody who holds something about the person is to erase it. Its version is the
/// last one that the account will ever have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountDeleted {
    /// Whose.
    pub account_id: AccountId,
    /// What the confirmations name.
    pub erasure_id: ErasureId,
    /// When the person asked for it.
    pub deleted_at: DateTime<Utc>,
}

impl Payload for AccountDeleted {
    fn subject(&self) -> String {
        self.account_id.to_string()
    }

    /// Nobody: that somebody is gone must be heard above all when they are.
    fn people(&self) -> Vec<AccountId> {
        Vec::new()
    }

    fn scrub(&mut self) {}
}

/// Nothing of a person is left in the service that says so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Erased {
    /// Of which erasure.
    pub erasure_id: ErasureId,
    /// Of whom.
    pub account_id: AccountId,
    /// Since when.
    pub erased_at: DateTime<Utc>,
}

impl Payload for Erased {
    fn subject(&self) -> String {
        self.erasure_id.to_string()
    }

    /// Nobody: it is said of those who are gone.
    fn people(&self) -> Vec<AccountId> {
        Vec::new()
    }

    fn scrub(&mut self) {}
}

/// Somebody asked for all that is held about them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportRequested {
    /// What the parts name.
    pub export_id: ExportId,
    /// Whose.
    pub account_id: AccountId,
}

impl Payload for ExportRequested {
    fn subject(&self) -> String {
        self.export_id.to_string()
    }

    fn people(&self) -> Vec<AccountId> {
        vec![self.account_id]
    }

    fn scrub(&mut self) {}
}

/// What the service that says so holds about a person lies in storage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportPartReady {
    /// Of which export.
    pub export_id: ExportId,
    /// Whose.
    pub account_id: AccountId,
    /// Where in storage.
    pub key: String,
}

impl Payload for ExportPartReady {
    fn subject(&self) -> String {
        self.export_id.to_string()
    }

    fn people(&self) -> Vec<AccountId> {
        vec![self.account_id]
    }

    fn scrub(&mut self) {}
}

impl Event {
    /// That nothing is left, as this service says it; nothing for a service that is not one of [`SERVICES`].
    #[must_use]
    pub fn erased_in(service: &str, erased: Erased) -> Option<Self> {
        Some(match service {
            "content" => Self::ContentErased(erased),
            "identity" => Self::IdentityErased(erased),
            "media" => Self::MediaErased(erased),
            "orchestrator" => Self::OrchestratorErased(erased),
            "profile" => Self::ProfileErased(erased),
            "search-indexer" => Self::SearchIndexerErased(erased),
            "social-graph" => Self::SocialGraphErased(erased),
            _ => return None,
        })
    }

    /// That a part can be read, as this service says it; nothing for a service that is not one of [`SERVICES`].
    #[must_use]
    pub fn export_part_of(service: &str, part: ExportPartReady) -> Option<Self> {
        Some(match service {
            "content" => Self::ContentExportPartReady(part),
            "identity" => Self::IdentityExportPartReady(part),
            "media" => Self::MediaExportPartReady(part),
            "orchestrator" => Self::OrchestratorExportPartReady(part),
            "profile" => Self::ProfileExportPartReady(part),
            "search-indexer" => Self::SearchIndexerExportPartReady(part),
            "social-graph" => Self::SocialGraphExportPartReady(part),
            _ => return None,
        })
    }

    /// The confirmation, if the event is one.
    #[must_use]
    pub fn erased(&self) -> Option<&Erased> {
        match self {
            Self::ContentErased(erased)
            | Self::IdentityErased(erased)
            | Self::MediaErased(erased)
            | Self::OrchestratorErased(erased)
            | Self::ProfileErased(erased)
            | Self::SearchIndexerErased(erased)
            | Self::SocialGraphErased(erased) => Some(erased),
            _ => None,
        }
    }

    /// The part, if the event is one.
    #[must_use]
    pub fn export_part(&self) -> Option<&ExportPartReady> {
        match self {
            Self::ContentExportPartReady(part)
            | Self::IdentityExportPartReady(part)
            | Self::MediaExportPartReady(part)
            | Self::OrchestratorExportPartReady(part)
            | Self::ProfileExportPartReady(part)
            | Self::SearchIndexerExportPartReady(part)
            | Self::SocialGraphExportPartReady(part) => Some(part),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_that_answers_has_its_events_in_the_catalogue() {
        for (place, service) in SERVICES.iter().enumerate() {
            let erased = Erased {
                erasure_id: ErasureId::new(),
                account_id: AccountId::new(),
                erased_at: Utc::now(),
            };
            let said = Event::erased_in(service, erased.clone()).unwrap();
            assert_eq!((said.kind(), said.source()), (ERASED_EVENTS[place], *service));
            assert_eq!(said.erased(), Some(&erased));
            let part = ExportPartReady {
                export_id: ExportId::new(),
                account_id: erased.account_id,
                key: "a/b".to_owned(),
            };
            let said = Event::export_part_of(service, part.clone()).unwrap();
            assert_eq!(
                (said.kind(), said.source()),
                (EXPORT_PART_EVENTS[place], *service)
            );
            assert_eq!(said.export_part(), Some(&part));
        }
        let answers = Event::TYPES
            .iter()
            .filter(|kind| kind.ends_with(".erased.v1") || kind.ends_with(".export-part-ready.v1"));
        assert_eq!(answers.count(), 2 * SERVICES.len());
    }
}
