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

/// Nobody's mailbox is filled by somebody who asks again and again.
const BETWEEN_TWO: TimeDelta = TimeDelta::minutes(1);

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
    let Some(account) = verifications::due(conn, normalized_email, now - BETWEEN_TWO).await? else {
        return Ok(());
    };
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
