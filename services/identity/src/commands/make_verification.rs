//! Making a link that confirms an address, for somebody who asked for another.

use super::now;
use crate::store::verifications::{self, NewVerification};
use chassis::Result;
use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncPgConnection;
use events::identity::VerificationRequested;
use events::{AccountId, Cause, Event, VerificationId};
use store::outbox;

/// For how long a link works.
const GOOD_FOR: TimeDelta = TimeDelta::hours(24);

/// Nobody's mailbox is filled by somebody who asks again and again: not twice in a minute, …
const BETWEEN_TWO: TimeDelta = TimeDelta::minutes(1);

/// … and not more often than this in an hour, with the one that a sign-up sends.
const HOURLY: i64 = 5;

/// Sends another link, if the address is an account's and was not confirmed.
///
/// # Errors
/// When the database says so.
pub(super) async fn make_verification(
    conn: &AsyncPgConnection,
    cause: &Cause,
    normalized_email: &str,
) -> Result<()> {
    let now = now();
    let Some(account) = verifications::lock_unverified(conn, normalized_email).await? else {
        return Ok(());
    };
    let is_too_soon = verifications::sent_since(conn, account, now - BETWEEN_TWO).await? > 0;
    if is_too_soon || verifications::sent_since(conn, account, now - TimeDelta::hours(1)).await? >= HOURLY {
        return Ok(());
    }
    let verification = new_verification(account, now);
    verifications::insert(conn, &verification).await?;
    let requested = VerificationRequested {
        verification_id: verification.id,
        account_id: account,
    };
    outbox::append(conn, cause, 1, Event::VerificationRequested(requested)).await?;
    Ok(())
}

/// A link that is asked for now.
pub(super) fn new_verification(account: AccountId, now: DateTime<Utc>) -> NewVerification {
    NewVerification {
        id: VerificationId::new(),
        account,
        created_at: now,
        expires_at: now + GOOD_FOR,
    }
}
