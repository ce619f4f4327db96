//! Telling the edge whether a session still lives.

use super::end_session::session_not_found;
use super::now;
use crate::model::role_named;
use crate::store::sessions;
use chassis::{Principal, Result};
use diesel_async::AsyncPgConnection;
use events::SessionId;

/// Who has this session, as they are at this moment; and notes, once a minute at most, that it is in use.
///
/// # Errors
/// 404 `SESSION_NOT_FOUND` when it ended, or its account may not act.
pub(crate) async fn recognise_session(conn: &AsyncPgConnection, id: SessionId) -> Result<Principal> {
    let live = sessions::recognise(conn, id, now()).await?;
    let live = live.ok_or_else(session_not_found)?;
    Ok(Principal {
        account: live.account_id,
        session: live.session_id,
        role: role_named(&live.role),
        username: live.username,
        display_name: live.display_name,
        email: live.email,
        email_verified: live.email_verified,
        created_at: live.created_at,
    })
}
