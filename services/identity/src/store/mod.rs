//! Every statement of this service, as functions on a connection.

pub(crate) mod accounts;
pub(crate) mod cards;
pub(crate) mod mail;
pub(crate) mod security_log;
pub(crate) mod sessions;
pub(crate) mod verifications;
