//! What can be done to accounts and sessions, one use case a file.

mod administer;
mod assemble_export;
mod attempt;
mod change_allow_list;
mod change_email;
mod change_password;
mod change_two_factor;
mod change_username;
mod confirm;
mod delete_account;
mod end_session;
mod end_suspensions;
mod erase_person;
mod forget_departed;
mod keep_card;
mod keep_deed;
mod log_in;
mod make_link;
mod make_password_reset;
mod make_verification;
mod notify;
mod recognise_session;
mod request_export;
mod request_link;
mod reset_password;
mod second_factor;
mod send_notice;
mod send_password_reset;
mod send_verification;
mod set_role;
mod set_up_two_factor;
mod sign_up;
mod suspended;
mod take_arrivals;
mod tidy_up;
mod tries;
mod verify_email;

pub(crate) use administer::{Administration, give_role, restore, suspend};
pub(crate) use change_allow_list::{allow, disallow};
pub(crate) use change_email::change_email;
pub(crate) use change_password::change_password;
pub(crate) use change_two_factor::{disable_two_factor, renew_recovery_codes};
pub(crate) use change_username::change_username;
pub(crate) use confirm::Claim;

pub(crate) use assemble_export::assemble_export;
pub(crate) use attempt::Attempt;
pub(crate) use delete_account::{delete_account, delete_account_of};
pub(crate) use end_session::{end_other_sessions, end_session};
pub(crate) use end_suspensions::end_suspensions;
pub(crate) use erase_person::erase_person;
pub(crate) use forget_departed::forget_departed;
pub(crate) use keep_card::keep_card;
pub(crate) use keep_deed::keep_deed;
pub(crate) use log_in::log_in;
pub(crate) use make_link::make_link;
pub(crate) use recognise_session::recognise_session;
pub(crate) use request_export::request_export;
pub(crate) use request_link::request_link;
pub(crate) use reset_password::reset_password;
pub(crate) use send_notice::send_notice;
pub(crate) use send_password_reset::send_password_reset;
pub(crate) use send_verification::send_verification;
pub(crate) use set_role::{no_account_of_address, set_role};
pub(crate) use set_up_two_factor::{enable_two_factor, set_up_two_factor};
pub(crate) use sign_up::{Admission, Applicant, sign_up};
pub(crate) use suspended::{delete_suspended, export_suspended};
pub(crate) use take_arrivals::{take_confirmation, take_part};
pub(crate) use tidy_up::tidy_up;
pub(crate) use tries::note_operator_use;
pub(crate) use verify_email::verify_email;

use crate::model::Device;
use crate::store::security_log::Line;
use chassis::Principal;
use chrono::{DateTime, SubsecRound, Utc};

/// The present, as precise as it is told.
fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}

/// The line of the security log about what somebody did to their own account.
fn own_line(who: &Principal, device: &Device) -> Line {
    Line {
        account: Some(who.account),
        actor: Some(who.account),
        device: device.clone(),
        detail: None,
    }
}
