//! What whoever has the password and the second factor may do to the second factor.

use super::confirm::{Claim, confirm, note_failure, still_holds};
use super::notify::notify;
use super::second_factor::Fitting;
use super::set_up_two_factor::wrong_code;
use super::tries::Tries;
use super::{now, own_line};
use crate::app::App;
use crate::model::{Code, Notice, RecoveryCodes, SecurityEvent};
use crate::store::credentials::Owner;
use crate::store::{security_log, two_factor};
use chassis::{Refusal, Result};
use diesel_async::AsyncPgConnection;
use events::Cause;

/// Takes the second factor away.
///
/// # Errors
/// 400 `VALIDATION_ERROR` when password or code are wrong; 409 `TWO_FACTOR_NOT_ENABLED` or `CONFLICT`; 503
/// `UNAVAILABLE`.
pub(crate) async fn disable_two_factor(
    app: &App,
    cause: &Cause,
    claim: &Claim<'_>,
    code: &str,
) -> Result<()> {
    let (owner, fitting) = confirm_both(app, claim, code).await?;
    let (now, line) = (now(), own_line(claim.who, &claim.visitor.device));
    let disable = async |conn: &mut AsyncPgConnection| {
        begin(app, conn, claim, &owner, &fitting).await?;
        two_factor::remove(conn, owner.id).await?;
        security_log::append(conn, SecurityEvent::TwoFactorDisabled, now, &line).await?;
        notify(conn, cause, owner.id, Notice::TwoFactorDisabled, now).await
    };
    app.database.write(disable).await
}

/// Makes new recovery codes; the old ones stop working.
///
/// # Errors
/// As [`disable_two_factor`].
pub(crate) async fn renew_recovery_codes(
    app: &App,
    cause: &Cause,
    claim: &Claim<'_>,
    code: &str,
) -> Result<Vec<String>> {
    let (owner, fitting) = confirm_both(app, claim, code).await?;
    let (now, line) = (now(), own_line(claim.who, &claim.visitor.device));
    let codes = RecoveryCodes::random(&app.secrets, owner.id);
    let renew = async |conn: &mut AsyncPgConnection| {
        begin(app, conn, claim, &owner, &fitting).await?;
        two_factor::replace_recovery_codes(conn, owner.id, &codes.kept).await?;
        security_log::append(conn, SecurityEvent::RecoveryCodesRenewed, now, &line).await?;
        notify(conn, cause, owner.id, Notice::RecoveryCodesRenewed, now).await
    };
    app.database.write(renew).await?;
    Ok(codes.shown)
}

/// The account of somebody who knows its password and has its second factor, too.
async fn confirm_both(app: &App, claim: &Claim<'_>, code: &str) -> Result<(Owner, Fitting)> {
    let owner = confirm(app, claim).await?;
    let kept = {
        let conn = app.database.connection().await?;
        two_factor::kept(&conn, owner.id).await?
    };
    let kept = kept.filter(|kept| kept.is_enabled).ok_or_else(not_enabled)?;
    let fitting = Fitting::of(app, owner.id, &kept.sealed_secret, &Code::typed(code), now())?;
    // Counted before it is looked at whether it is used up; given back when it was not.
    Tries::confirmation(app, claim.visitor, owner.id)
        .count(app)
        .await?;
    match fitting {
        Some(fitting) => Ok((owner, fitting)),
        None => {
            note_failure(app, owner.id, &claim.visitor.device).await?;
            Err(wrong_code().into())
        }
    }
}

/// What was confirmed must still hold, and the code is used up.
async fn begin(
    app: &App,
    conn: &AsyncPgConnection,
    claim: &Claim<'_>,
    owner: &Owner,
    fitting: &Fitting,
) -> Result<()> {
    still_holds(conn, owner).await?;
    if fitting.use_up(conn, owner.id, now()).await? {
        return Tries::confirmation(app, claim.visitor, owner.id)
            .give_back(conn)
            .await;
    }
    Err(wrong_code().into())
}

fn not_enabled() -> Refusal {
    Refusal::conflict("TWO_FACTOR_NOT_ENABLED", "Your second factor is not on")
}
