//! Taking another user name.

use super::confirm::{Claim, confirm, still_holds};
use super::delete_account::name_digest;
use super::notify::notify;
use super::sign_up::is_taken;
use super::{now, own_line};
use crate::app::App;
use crate::model::{Notice, SecurityEvent, Taken, Username};
use crate::store::{departures, security_log, usernames};
use chassis::{Refusal, Result};
use chrono::TimeDelta;
use diesel_async::AsyncPgConnection;
use events::{Cause, Event};
use std::time::Duration;
use store::outbox;

/// Names that one account may take …
const NAMES: i32 = 3;

/// … in so many days: each is held for it for good, and there are not enough good ones.
const DAYS: i64 = 30;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Gives the account another name. The old one stays held for it, so that no stranger answers where links to it lead,
/// and it can be taken back.
///
/// # Errors
/// 400 `VALIDATION_ERROR`; 409 `USERNAME_TAKEN` or `CONFLICT`; 429 `RATE_LIMITED`; 503 `UNAVAILABLE`.
pub(crate) async fn change_username(app: &App, cause: &Cause, claim: &Claim<'_>, wanted: &str) -> Result<()> {
    let username = Username::parse(wanted).map_err(|problem| Refusal::invalid("newUsername", problem))?;
    let owner = confirm(app, claim).await?;
    let name_digest = name_digest(&app.secrets, username.as_str());
    let (now, line) = (now(), own_line(claim.who, &claim.visitor.device));
    let change = async |conn: &mut AsyncPgConnection| {
        still_holds(conn, &owner).await?;
        // Accounts that are older than the holding of names hold theirs from now on.
        usernames::hold(conn, owner.id, &owner.username, now - TimeDelta::days(DAYS)).await?;
        if !usernames::hold(conn, owner.id, username.as_str(), now).await? {
            return Err(is_taken(Taken::Username).into());
        }
        if departures::is_reserved(conn, &name_digest).await? {
            return Err(is_taken(Taken::Username).into());
        }
        // The one it signed up with counts, too; one that is taken back does not count again.
        if usernames::taken_since(conn, owner.id, now - TimeDelta::days(DAYS)).await? > i64::from(NAMES) {
            return Err(Refusal::too_often(NAMES, DAY).into());
        }
        let renamed = usernames::rename(conn, owner.id, &username).await?;
        let Some(account) = renamed.map_err(is_taken)? else {
            return Ok(());
        };
        security_log::append(conn, SecurityEvent::UsernameChanged, now, &line).await?;
        let version = account.version;
        outbox::append(conn, cause, version, Event::AccountRenamed(account.told())).await?;
        notify(conn, cause, owner.id, Notice::UsernameChanged, now).await
    };
    app.database.write(change).await
}
