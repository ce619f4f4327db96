//! Every event type by name.

use crate::{AccountId, account, content, identity, media, profile, social_graph, staff};
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};

/// What every payload can say of itself.
pub(crate) trait Payload {
    /// The id of the aggregate, as text; versions count within it.
    fn subject(&self) -> String;

    /// The people whom it is about, and whose words are in it.
    fn people(&self) -> Vec<AccountId>;

    /// Takes away what people wrote; ids, numbers, times and states stay.
    fn scrub(&mut self);
}

macro_rules! catalogue {
    ($($(#[$doc:meta])* $name:ident($payload:path) = $kind:literal,)+) => {
        /// Everything that can be published.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(tag = "type", content = "data")]
        pub enum Event {
            $($(#[$doc])* #[serde(rename = $kind)] $name($payload),)+
        }

        impl Event {
            /// Every type name, in the order of the catalogue.
            pub const TYPES: &'static [&'static str] = &[$($kind),+];

            /// The type name on the wire: `service.what-happened.v1`.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$name(_) => $kind,)+ }
            }

            /// The aggregate it is about; versions count within it.
            #[must_use]
            pub fn subject(&self) -> String {
                match self { $(Self::$name(payload) => payload.subject(),)+ }
            }

            /// The people whom it is about, and whose words are in it. Once one of them is erased, it is not consumed any
            /// more.
            #[must_use]
            pub fn people(&self) -> Vec<AccountId> {
                match self { $(Self::$name(payload) => payload.people(),)+ }
            }

            /// Takes away what people wrote, so that only ids, numbers, times and states are left.
            pub fn scrub(&mut self) {
                match self { $(Self::$name(payload) => payload.scrub(),)+ }
            }

            /// The JSON Schema of each type's `data`.
            #[must_use]
            pub fn schemas() -> Vec<(&'static str, Schema)> {
                vec![$(($kind, schema_for!($payload)),)+]
            }
        }
    };
}

catalogue! {
    /// An account came to be.
    AccountRegistered(identity::Account) = "identity.account-registered.v1",
    /// An account's address was confirmed: the whole account.
    AccountVerified(identity::Account) = "identity.account-verified.v1",
    /// An account has another user name: the whole account.
    AccountRenamed(identity::Account) = "identity.account-renamed.v1",
    /// An account may no longer act or be seen: the whole account.
    AccountSuspended(identity::Account) = "identity.account-suspended.v1",
    /// A suspension is over: the whole account.
    AccountRestored(identity::Account) = "identity.account-restored.v1",
    /// Somebody is to be sent a link that confirms their address.
    VerificationRequested(identity::VerificationRequested) = "identity.verification-requested.v1",
    /// Somebody asked for a link by mail.
    LinkRequested(identity::LinkRequested) = "identity.link-requested.v1",
    /// Somebody is to be sent a link by which their password is set anew.
    PasswordResetRequested(identity::PasswordResetRequested) = "identity.password-reset-requested.v1",
    /// Somebody is to be told by mail what happened to their account.
    NoticeRequested(identity::NoticeRequested) = "identity.notice-requested.v1",
    /// A session was ended before its time, or by its owner.
    SessionRevoked(identity::SessionRevoked) = "identity.session-revoked.v1",
    /// An account is gone for good; whoever holds something about the person is to erase it.
    AccountDeleted(account::AccountDeleted) = "identity.account-deleted.v1",
    /// Somebody asked for all that is held about them.
    ExportRequested(account::ExportRequested) = "identity.export-requested.v1",
    /// Nothing of a person is left with content.
    ContentErased(account::Erased) = "content.erased.v1",
    /// Nothing of a person is left with identity.
    IdentityErased(account::Erased) = "identity.erased.v1",
    /// Nothing of a person is left with media.
    MediaErased(account::Erased) = "media.erased.v1",
    /// Nothing of a person is left with orchestrator.
    OrchestratorErased(account::Erased) = "orchestrator.erased.v1",
    /// Nothing of a person is left with profile.
    ProfileErased(account::Erased) = "profile.erased.v1",
    /// Nothing of a person is left with search-indexer.
    SearchIndexerErased(account::Erased) = "search-indexer.erased.v1",
    /// Nothing of a person is left with social-graph.
    SocialGraphErased(account::Erased) = "social-graph.erased.v1",
    /// Content's part of an export can be read.
    ContentExportPartReady(account::ExportPartReady) = "content.export-part-ready.v1",
    /// Identity's part of an export can be read.
    IdentityExportPartReady(account::ExportPartReady) = "identity.export-part-ready.v1",
    /// Media's part of an export can be read.
    MediaExportPartReady(account::ExportPartReady) = "media.export-part-ready.v1",
    /// Orchestrator's part of an export can be read.
    OrchestratorExportPartReady(account::ExportPartReady) = "orchestrator.export-part-ready.v1",
    /// Profile's part of an export can be read.
    ProfileExportPartReady(account::ExportPartReady) = "profile.export-part-ready.v1",
    /// Search-indexer's part of an export can be read.
    SearchIndexerExportPartReady(account::ExportPartReady) = "search-indexer.export-part-ready.v1",
    /// Social-graph's part of an export can be read.
    SocialGraphExportPartReady(account::ExportPartReady) = "social-graph.export-part-ready.v1",
    /// A profile is new or changed: the whole card.
    ProfileChanged(profile::Card) = "profile.profile-changed.v1",
    /// A post was published, edited, hidden or restored: the whole post and its state.
    PostChanged(content::Post) = "content.post-changed.v1",
    /// A post is gone for good.
    PostRemoved(content::PostRemoved) = "content.post-removed.v1",
    /// Reactions or comments of a post were counted anew.
    PostCountsChanged(content::PostCounts) = "content.post-counts-changed.v1",
    /// Somebody reacted to a post, differently, or no longer: what the reaction is now.
    ReactionChanged(content::Reaction) = "content.reaction-changed.v1",
    /// An author's posts were counted anew.
    AuthorPostCountChanged(content::AuthorPostCount) = "content.author-post-count-changed.v1",
    /// A comment is new or edited.
    CommentChanged(content::Comment) = "content.comment-changed.v1",
    /// A comment is gone for good.
    CommentRemoved(content::CommentRemoved) = "content.comment-removed.v1",
    /// Somebody told the moderators about a post: the whole report.
    PostReported(content::Report) = "content.post-reported.v1",
    /// A moderator took a report, or has dealt with it: the whole report.
    ReportChanged(content::Report) = "content.report-changed.v1",
    /// A moderator did something to a post or report.
    ContentStaffActed(staff::StaffDeed) = "content.staff-acted.v1",
    /// An admin did something to a dead letter.
    OrchestratorStaffActed(staff::StaffDeed) = "orchestrator.staff-acted.v1",
    /// A file was confirmed, and is being prepared.
    MediaConfirmed(media::Media) = "media.media-confirmed.v1",
    /// A file could not be prepared.
    MediaRejected(media::MediaRejected) = "media.media-rejected.v1",
    /// A file was checked and can be used.
    MediaReady(media::Media) = "media.media-ready.v1",
    /// A file is gone for good.
    MediaRemoved(media::MediaRemoved) = "media.media-removed.v1",
    /// Somebody follows somebody.
    Followed(social_graph::Follow) = "social-graph.followed.v1",
    /// Somebody no longer follows somebody.
    Unfollowed(social_graph::Follow) = "social-graph.unfollowed.v1",
    /// Two people asked, connected or parted: the whole state between them.
    ConnectionChanged(social_graph::Connection) = "social-graph.connection-changed.v1",
    /// Somebody blocked somebody.
    Blocked(social_graph::Block) = "social-graph.blocked.v1",
    /// Somebody lifted a block.
    Unblocked(social_graph::Block) = "social-graph.unblocked.v1",
    /// A person's followers, following and connections were counted anew.
    RelationshipCountsChanged(social_graph::RelationshipCounts) = "social-graph.relationship-counts-changed.v1",
}

impl Event {
    /// The whole account, if the event carries one; see [`identity::ACCOUNT_EVENTS`].
    #[must_use]
    pub fn account(&self) -> Option<&identity::Account> {
        match self {
            Self::AccountRegistered(account)
            | Self::AccountVerified(account)
            | Self::AccountRenamed(account)
            | Self::AccountSuspended(account)
            | Self::AccountRestored(account) => Some(account),
            _ => None,
        }
    }

    /// What a moderator or admin did, if the event tells of that; see [`staff::STAFF_EVENTS`].
    #[must_use]
    pub fn staff_deed(&self) -> Option<&staff::StaffDeed> {
        match self {
            Self::ContentStaffActed(deed) | Self::OrchestratorStaffActed(deed) => Some(deed),
            _ => None,
        }
    }

    /// The publishing service, which is the first part of the type name.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.kind().split('.').next().unwrap_or_default()
    }
}
