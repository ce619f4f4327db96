//! Every statement of this service, as functions on a connection.

pub(crate) mod accounts;
pub(crate) mod administration;
pub(crate) mod allow_list;
pub(crate) mod archives;
pub(crate) mod cards;
pub(crate) mod credentials;
pub(crate) mod departures;
pub(crate) mod expired;
pub(crate) mod link_requests;
pub(crate) mod mail;
pub(crate) mod notices;
pub(crate) mod password_resets;
pub(crate) mod security_log;
pub(crate) mod sessions;
pub(crate) mod staff_deeds;
pub(crate) mod suspensions;
pub(crate) mod throttles;
pub(crate) mod two_factor;
pub(crate) mod usernames;
pub(crate) mod verifications;
