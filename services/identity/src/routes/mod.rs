//! HTTP to commands and queries.

mod account;
mod admin;
mod cookies;
mod device;
mod internal;
mod log_in;
mod names;
mod passwords;
mod security_log;
mod sessions;
mod sign_up;
mod suspended;
mod two_factor;
mod verification;

use crate::app::App;
use axum::routing::{get, post};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every address of this service.
pub(crate) fn all() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_up::sign_up))
        .routes(routes!(log_in::log_in))
        .routes(routes!(log_in::log_out))
        .routes(routes!(log_in::current_account))
        .routes(routes!(sessions::list_sessions, sessions::end_other_sessions))
        .routes(routes!(sessions::end_session))
        .routes(routes!(account::delete_account))
        .routes(routes!(account::read_receipt))
        .routes(routes!(account::request_export))
        .routes(routes!(account::read_export))
        .routes(routes!(suspended::export_suspended))
        .routes(routes!(suspended::delete_suspended))
        .routes(routes!(verification::verify_email))
        .routes(routes!(verification::resend_verification))
        .routes(routes!(passwords::forgot_password))
        .routes(routes!(passwords::reset_password))
        .routes(routes!(passwords::change_password))
        .routes(routes!(names::change_email))
        .routes(routes!(names::change_username))
        .routes(routes!(two_factor::set_up))
        .routes(routes!(two_factor::enable))
        .routes(routes!(two_factor::disable))
        .routes(routes!(two_factor::renew_recovery_codes))
        .routes(routes!(security_log::security_log))
        .routes(routes!(admin::accounts))
        .routes(routes!(admin::suspend))
        .routes(routes!(admin::restore_account))
        .routes(routes!(admin::give_role))
        .routes(routes!(admin::allow_list, admin::allow, admin::disallow))
        .routes(routes!(admin::accounts_audit))
        // For the edge alone, so it is not in the API's document.
        .route("/internal/sessions/{id}", get(internal::session))
        .route("/internal/operator-uses", post(internal::operator_use))
}
