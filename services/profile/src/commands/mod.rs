//! What changes a profile. Each command opens the profile, changes it, and publishes its whole card.

pub(crate) mod credits;
pub(crate) mod edit_profile;
pub(crate) mod education;
pub(crate) mod erase_person;
pub(crate) mod keep_account;
pub(crate) mod keep_counts;
pub(crate) mod keep_media;
pub(crate) mod links;
mod open;

use open::{open, publish};
