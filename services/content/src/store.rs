//! All SQL of this service, as functions on a connection.
//!
//! Whoever changes rows locks them in this order: media, a report, the post's counts, the post, its author's count.
//! Statements that apply the policy of `audience` have the asker as `$1` and `$2`.

pub(crate) mod audit;
pub(crate) mod authors;
pub(crate) mod changes;
pub(crate) mod comments;
pub(crate) mod counts;
pub(crate) mod erasure;
pub(crate) mod feeds;
pub(crate) mod history;
pub(crate) mod holdings;
pub(crate) mod media;
pub(crate) mod posts;
pub(crate) mod reactions;
pub(crate) mod reports;
pub(crate) mod snapshot;

/// A word in a table that this release does not know.
fn unknown(column: &str, text: &str) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(anyhow::anyhow!("a {column} is {text:?}").into())
}
