use crate::model::Profile;
use crate::store::{credits, profiles};
use ::store::outbox;
use chassis::{Principal, Result};
use chrono::{SubsecRound, Utc};
use diesel_async::AsyncPgConnection;
use events::{Cause, Event};

/// The asker's own profile, held until the transaction ends.
///
/// Who has signed up may write at once: their session says enough to begin with, until their account's event comes.
pub(super) async fn open(conn: &AsyncPgConnection, who: &Principal) -> Result<Profile> {
    if let Some(profile) = profiles::lock(conn, who.account).await? {
        return Ok(profile);
    }
    profiles::insert_if_absent(
        conn,
        who.account,
        &who.username,
        &who.display_name,
        who.created_at,
    )
    .await?;
    let profile = profiles::lock(conn, who.account).await?;
    Ok(profile.unwrap_or_else(|| Profile::of_newcomer(who)))
}

/// Saves the profile with its next version, and tells everybody the whole card.
pub(super) async fn publish(conn: &AsyncPgConnection, cause: &Cause, profile: &mut Profile) -> Result<()> {
    profile.version += 1;
    profile.updated_at = Utc::now().trunc_subsecs(3);
    profiles::save(conn, profile).await?;
    let credits = credits::of(conn, profile.id).await?;
    let card = Event::ProfileChanged(profile.card(&credits));
    outbox::append(conn, cause, profile.version, card).await?;
    Ok(())
}
