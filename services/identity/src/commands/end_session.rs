//! Ending sessions: one's own, one of one's others, or all the others.

use super::now;
use crate::model::{Device, SecurityEvent};
use crate::store::security_log::{self, Line};
use crate::store::sessions;
use chassis::{Principal, Refusal, Result};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::identity::SessionRevoked;
use events::{AccountId, Cause, Event, SessionId};
use serde_json::json;
use store::outbox;

/// Ends one session. Asked twice, it happens once.
///
/// # Errors
/// 404 `SESSION_NOT_FOUND` when it is not one of this person's.
pub(crate) async fn end_session(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    device: Device,
    id: SessionId,
) -> Result<()> {
    let now = now();
    let was_live = sessions::revoke(conn, who.account, id, now).await?;
    let was_live = was_live.ok_or_else(session_not_found)?;
    if was_live {
        let event = if id == who.session {
            SecurityEvent::LoggedOut
        } else {
            SecurityEvent::SessionRevoked
        };
        security_log::append(conn, event, now, &line(who, device, &[id])).await?;
        outbox::append(conn, cause, 1, revoked(who.account, id)).await?;
    }
    Ok(())
}

/// Ends all of a person's sessions but the one that asks; answers how many.
///
/// # Errors
/// When the database says so.
pub(crate) async fn end_other_sessions(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    device: Device,
) -> Result<usize> {
    let now = now();
    let ended = revoke_all(conn, cause, who.account, Some(who.session), now).await?;
    if !ended.is_empty() {
        let line = line(who, device, &ended);
        security_log::append(conn, SecurityEvent::SessionRevoked, now, &line).await?;
    }
    Ok(ended.len())
}

/// Ends all of an account's sessions but the one that is kept, and tells so; answers which.
pub(super) async fn revoke_all(
    conn: &AsyncPgConnection,
    cause: &Cause,
    account: AccountId,
    kept: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>> {
    let ended = sessions::revoke_all(conn, account, kept, now).await?;
    let events = ended.iter().map(|id| (1, revoked(account, *id)));
    outbox::append_all(conn, cause, events).await?;
    Ok(ended)
}

/// 404 for a session that is not there, or is somebody else's.
pub(super) fn session_not_found() -> Refusal {
    Refusal::not_found("SESSION_NOT_FOUND", "There is no such session")
}

fn line(who: &Principal, device: Device, ended: &[SessionId]) -> Line {
    Line {
        account: Some(who.account),
        actor: Some(who.account),
        device,
        detail: Some(json!({ "sessions": ended })),
    }
}

/// A session is revoked once, so this is its only version.
fn revoked(account: AccountId, id: SessionId) -> Event {
    Event::SessionRevoked(SessionRevoked {
        session_id: id,
        account_id: account,
    })
}
