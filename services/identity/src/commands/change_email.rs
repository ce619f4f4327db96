//! Asking for another e-mail address.

use super::confirm::{Claim, confirm, still_holds};
use super::make_verification::new_verification;
use super::notify::notify;
use super::sign_up::{is_taken, must_be_invited};
use super::tries::Tries;
use super::{now, own_line};
use crate::app::App;
use crate::model::{Email, Notice, SecurityEvent, Taken};
use crate::store::{accounts, security_log, verifications};
use chassis::{Refusal, Result};
use chrono::TimeDelta;
use diesel_async::AsyncPgConnection;
use events::identity::VerificationRequested;
use events::{Cause, Event};
use std::time::Duration;
use store::outbox;

/// Mails to addresses that may be anybody's: not more often than this in an hour.
const HOURLY: i32 = 5;

const HOUR: Duration = Duration::from_secs(3600);

/// Sends a link to the new address, which counts once it is followed, and tells the old one at once.
///
/// Its answer says who has an account, as that of a sign-up does: what it refuses counts as one that was refused.
///
/// # Errors
/// 400 `VALIDATION_ERROR`; 403 `NOT_ON_ALLOWLIST`; 409 `EMAIL_TAKEN` or `CONFLICT`; 429 `RATE_LIMITED`; 503
/// `UNAVAILABLE`.
pub(crate) async fn change_email(app: &App, cause: &Cause, claim: &Claim<'_>, wanted: &str) -> Result<()> {
    let email = Email::parse(wanted).map_err(|problem| Refusal::invalid("newEmail", problem))?;
    let owner = confirm(app, claim).await?;
    let tries = Tries::sign_up(app, claim.visitor);
    tries.count(app).await?;
    let (now, line) = (now(), own_line(claim.who, &claim.visitor.device));
    let ask = async |conn: &mut AsyncPgConnection| {
        still_holds(conn, &owner).await?;
        must_be_invited(conn, &app.settings, &email).await?;
        if email.normalized() == owner.email.to_lowercase() {
            return Err(Refusal::invalid("newEmail", "This is your e-mail address already").into());
        }
        if accounts::is_taken(conn, &email).await? {
            return Err(is_taken(Taken::Email).into());
        }
        if verifications::changes_since(conn, owner.id, now - TimeDelta::hours(1)).await? >= i64::from(HOURLY)
        {
            return Err(Refusal::too_often(HOURLY, HOUR).into());
        }
        verifications::void_changes(conn, owner.id, now).await?;
        let verification = new_verification(owner.id, now);
        verifications::insert_change(conn, &verification, &email).await?;
        security_log::append(conn, SecurityEvent::EmailChangeRequested, now, &line).await?;
        let requested = VerificationRequested {
            verification_id: verification.id,
            account_id: owner.id,
        };
        outbox::append(conn, cause, 1, Event::VerificationRequested(requested)).await?;
        notify(conn, cause, owner.id, Notice::EmailChangeRequested, now).await?;
        tries.give_back(conn).await
    };
    app.database.write(ask).await
}
