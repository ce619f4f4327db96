//! Asking for a link that confirms an address.

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

/// Sends another link, if the address is an account's and was not confirmed. Nobody is told whether it is.
///
/// # Errors
/// When the database says so.
pub(crate) async fn request_verification(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    email: &str,
) -> Result<()> {
    let (now, email) = (now(), email.trim().to_lowercase());
    let Some(account) = verifications::due(conn, &email, now - BETWEEN_TWO).await? else {
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
