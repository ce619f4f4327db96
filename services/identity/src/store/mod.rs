//! Every statement of this service, as functions on a connection.

pub(crate) mod accounts;
pub(crate) mod cards;
pub(crate) mod credentials;
pub(crate) mod link_requests;
pub(crate) mod mail;
pub(crate) mod notices;
pub(crate) mod password_resets;
pub(crate) mod security_log;
pub(crate) mod sessions;
pub(crate) mod usernames;
pub(crate) mod verifications;
