//! What can be done to accounts and sessions, one use case a file.

mod end_session;
mod keep_card;
mod log_in;
mod recognise_session;
mod request_verification;
mod send_verification;
mod set_role;
mod sign_up;
mod verify_email;

pub(crate) use end_session::{end_other_sessions, end_session};
pub(crate) use keep_card::keep_card;
pub(crate) use log_in::{Attempt, log_in};
pub(crate) use recognise_session::recognise_session;
pub(crate) use request_verification::request_verification;
pub(crate) use send_verification::send_verification;
pub(crate) use set_role::set_role;
pub(crate) use sign_up::{Admission, Applicant, sign_up};
pub(crate) use verify_email::verify_email;

use chrono::{DateTime, SubsecRound, Utc};

/// The present, as precise as it is told.
fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}
