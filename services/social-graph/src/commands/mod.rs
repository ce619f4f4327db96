//! What people do to each other. Each is one rule of [`crate::model::Between`], run by [`change()`].

pub(crate) mod block;
mod change;
pub(crate) mod connect;
pub(crate) mod erase_person;
pub(crate) mod follow;
pub(crate) mod keep_account;

use change::change;
