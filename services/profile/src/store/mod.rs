//! All SQL of this service.

pub(crate) mod counts;
pub(crate) mod credits;
pub(crate) mod holdings;
pub(crate) mod links;
pub(crate) mod media;
pub(crate) mod names;
pub(crate) mod profiles;
pub(crate) mod schools;
