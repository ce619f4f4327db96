//! Setting a second factor up, and enabling it.

use super::confirm::{Claim, confirm, note_failure, still_holds};
use super::notify::notify;
use super::tries::Tries;
use super::{now, own_line};
use crate::app::App;
use crate::model::{Code, Notice, RecoveryCodes, SecurityEvent, TotpSecret, Visitor, picture_of};
use crate::store::{security_log, two_factor};
use chassis::{Error, Principal, Refusal, Result};
use chrono::TimeDelta;
use diesel_async::AsyncPgConnection;
use events::Cause;

/// For how long a proposed secret waits for its first code: until then it may lie open on a screen.
const WAITS: TimeDelta = TimeDelta::hours(1);

/// A secret for an authenticator app, shown once.
pub(crate) struct Proposed {
    pub(crate) secret: String,
    pub(crate) url: String,
    pub(crate) picture: String,
}

/// Proposes a secret. It counts once a code of it was entered.
///
/// # Errors
/// 400 `VALIDATION_ERROR`; 409 `TWO_FACTOR_ENABLED` when there is a second factor, or `CONFLICT`; 503 `UNAVAILABLE`.
pub(crate) async fn set_up_two_factor(app: &App, claim: &Claim<'_>) -> Result<Proposed> {
    let owner = confirm(app, claim).await?;
    let secret = TotpSecret::random();
    let sealed = app.sealer.seal(owner.id, &secret).map_err(Error::Failed)?;
    let url = secret.url(&owner.email).map_err(Error::Failed)?;
    let picture = picture_of(&url).map_err(Error::Failed)?;
    let propose = async |conn: &mut AsyncPgConnection| {
        still_holds(conn, &owner).await?;
        if two_factor::propose(conn, owner.id, &sealed, now()).await? {
            return Ok(());
        }
        Err(Refusal::conflict(
            "TWO_FACTOR_ENABLED",
            "Your second factor is on already; switch it off first to set up another",
        )
        .into())
    };
    app.database.write(propose).await?;
    Ok(Proposed {
        secret: secret.in_letters(),
        url,
        picture,
    })
}

/// Enables the proposed secret by the first code of it, which is used up; answers the codes that stand in for a lost
/// device, which are shown once.
///
/// # Errors
/// 400 `VALIDATION_ERROR` when the code is wrong or used; 409 `TWO_FACTOR_NOT_SET_UP` when there is nothing to enable.
pub(crate) async fn enable_two_factor(
    app: &App,
    cause: &Cause,
    who: &Principal,
    visitor: &Visitor,
    code: &str,
) -> Result<Vec<String>> {
    let (now, account, line) = (now(), who.account, own_line(who, &visitor.device));
    let kept = {
        let conn = app.database.connection().await?;
        two_factor::kept(&conn, account).await?
    };
    let waits = kept.filter(|kept| !kept.is_enabled && kept.set_up_at > now - WAITS);
    let sealed = waits.ok_or_else(not_set_up)?.sealed_secret;
    let secret = app.sealer.open(account, &sealed).map_err(Error::Failed)?;
    let step = match Code::typed(code) {
        Code::Totp(code) => secret.step_of(&code, now),
        Code::Recovery(_) => None,
    };
    let tries = Tries::confirmation(app, visitor, account);
    tries.count(app).await?;
    let Some(step) = step else {
        note_failure(app, account, &visitor.device).await?;
        return Err(wrong_code().into());
    };
    let codes = RecoveryCodes::random(&app.secrets, account);
    let enable = async |conn: &mut AsyncPgConnection| {
        if !two_factor::enable(conn, account, &sealed, step, now).await? {
            return Err(wrong_code().into());
        }
        tries.give_back(conn).await?;
        two_factor::replace_recovery_codes(conn, account, &codes.kept).await?;
        security_log::append(conn, SecurityEvent::TwoFactorEnabled, now, &line).await?;
        notify(conn, cause, account, Notice::TwoFactorEnabled, now).await
    };
    app.database.write(enable).await?;
    Ok(codes.shown)
}

/// 400 for a code that is none, or was used before.
pub(super) fn wrong_code() -> Refusal {
    Refusal::invalid(
        "code",
        "This code is wrong, or was used before; enter the next one",
    )
}

fn not_set_up() -> Refusal {
    Refusal::conflict(
        "TWO_FACTOR_NOT_SET_UP",
        "There is no second factor to enable; set it up first",
    )
}
