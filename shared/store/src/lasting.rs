//! When a transaction lasts.

/// When what a transaction has done survives a crash of the database.
///
/// PostgreSQL's log is read from its beginning: whatever is in it after a crash, everything before that is in it, too.
/// So a step that would be taken again if it were forgotten need not be on disk before the next one is begun, as long as
/// both are in the same log. Only what somebody outside was told must be on disk first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// As soon as it is committed (`synchronous_commit` as the server has it).
    Committed,
    /// With, or before, anything that is committed after it on the same server (`synchronous_commit` off).
    InOrder,
}

impl Lasting {
    /// A relation of one row for a `FROM`; reading it makes the transaction last so.
    pub(crate) fn relation(self) -> &'static str {
        match self {
            Self::Committed => "(SELECT) AS lasting",
            Self::InOrder => "(SELECT set_config('synchronous_commit', 'off', true)) AS lasting",
        }
    }
}
