//! All SQL of this service, as functions on a connection.
//!
//! Whoever changes rows locks them in this order: media, the post's counts, the post, its author's count.
//! Statements that apply the policy of `audience` have the asker as `$1` and `$2`.

pub(crate) mod authors;
pub(crate) mod comments;
pub(crate) mod counts;
pub(crate) mod feeds;
pub(crate) mod media;
pub(crate) mod posts;
pub(crate) mod reactions;
