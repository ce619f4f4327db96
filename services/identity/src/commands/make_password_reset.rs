//! Making a link by which a forgotten password is set anew.

use super::now;
use crate::model::{Device, SecurityEvent};
use crate::store::accounts;
use crate::store::password_resets::{self, NewReset};
use crate::store::security_log::{self, Line};
use chassis::Result;
use chrono::TimeDelta;
use diesel_async::AsyncPgConnection;
use events::identity::PasswordResetRequested;
use events::{Cause, Event, PasswordResetId};
use store::outbox;

/// For how long a link works.
const GOOD_FOR: TimeDelta = TimeDelta::hours(1);

/// Nobody's mailbox is filled by somebody who asks again and again: not twice in a minute, …
const BETWEEN_TWO: TimeDelta = TimeDelta::minutes(1);

/// … and not more often than this in an hour.
const HOURLY: i64 = 5;

/// Sends a link, if the address is an active account's.
///
/// # Errors
/// When the database says so.
pub(super) async fn make_password_reset(
    conn: &AsyncPgConnection,
    cause: &Cause,
    normalized_email: &str,
    device: Device,
) -> Result<()> {
    let now = now();
    let Some(account) = accounts::lock_active(conn, normalized_email).await? else {
        return Ok(());
    };
    let is_too_soon = password_resets::sent_since(conn, account, now - BETWEEN_TWO).await? > 0;
    if is_too_soon || password_resets::sent_since(conn, account, now - TimeDelta::hours(1)).await? >= HOURLY {
        return Ok(());
    }
    let reset = NewReset {
        id: PasswordResetId::new(),
        account,
        created_at: now,
        expires_at: now + GOOD_FOR,
    };
    password_resets::insert(conn, &reset).await?;
    let line = Line {
        account: Some(account),
        device,
        ..Line::default()
    };
    security_log::append(conn, SecurityEvent::PasswordResetRequested, now, &line).await?;
    let requested = PasswordResetRequested {
        password_reset_id: reset.id,
        account_id: account,
    };
    outbox::append(conn, cause, 1, Event::PasswordResetRequested(requested)).await?;
    Ok(())
}
