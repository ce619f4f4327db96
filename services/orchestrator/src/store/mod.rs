//! What is kept of operators.

pub(crate) mod holdings;
