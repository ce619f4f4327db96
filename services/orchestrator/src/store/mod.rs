//! The state's tables, and what is kept of operators.

pub(crate) mod conversations;
pub(crate) mod holdings;
pub(crate) mod interactions;
