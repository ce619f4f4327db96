//! All SQL of this service.

pub(crate) mod accounts;
pub(crate) mod between;
pub(crate) mod holdings;
pub(crate) mod people;
pub(crate) mod suggestions;
