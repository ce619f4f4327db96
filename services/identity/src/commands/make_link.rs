//! Looking into it when somebody has asked for a link.

use super::make_password_reset::make_password_reset;
use super::make_verification::make_verification;
use crate::model::{Device, Purpose};
use crate::store::link_requests;
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::{Cause, LinkRequestId};

/// Makes the link that somebody asked for, if there is an account for it.
///
/// # Errors
/// When the database says so.
pub(crate) async fn make_link(conn: &AsyncPgConnection, cause: &Cause, id: LinkRequestId) -> Result<()> {
    let Some(asked) = link_requests::take(conn, id).await? else {
        return Ok(());
    };
    let email = &asked.normalized_email;
    if asked.purpose == Purpose::Verification.as_str() {
        return make_verification(conn, cause, email).await;
    }
    let device = Device::new(asked.user_agent.as_deref(), asked.ip_address.as_deref());
    make_password_reset(conn, cause, email, device).await
}
