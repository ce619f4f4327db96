//! The catalogue: every event any service publishes, the ids they speak of, and nothing else.
//!
//! An event says what *is* after the change, whole and in absolute values, with the version of its
//! aggregate, so that a reader who keeps the newest version is right in whatever order events come.
//! A new shape is a new type name (`….v2`); the publisher sends both until nobody consumes the old.

mod catalogue;
mod envelope;
mod id;
pub mod schemas;

pub mod account;
pub mod content;
pub mod identity;
pub mod media;
pub mod profile;
pub mod social_graph;
pub mod staff;

pub use catalogue::Event;
pub use envelope::{Cause, Envelope};
pub use id::{
    AccountId, CommentId, DeedId, EntryId, ErasureId, EventId, ExportId, LinkRequestId, MediaId, NoticeId,
    PasswordResetId, PostId, ReportId, SessionId, VerificationId,
};
