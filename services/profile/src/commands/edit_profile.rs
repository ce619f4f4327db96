use super::{open, publish};
use crate::model::{Edit, VanityUrl, name_digest};
use crate::store::{media, names, profiles};
use chassis::{Error, Principal, Refusal, Result, Secrets};
use diesel::result::{DatabaseErrorKind, Error as DatabaseError};
use diesel_async::AsyncPgConnection;
use events::{AccountId, Cause, MediaId};
use std::time::Duration;

/// Changes what a person says of themselves. What is so already is told to nobody.
pub(crate) async fn edit_profile(
    conn: &AsyncPgConnection,
    secrets: &Secrets,
    cause: &Cause,
    who: &Principal,
    edit: Edit,
) -> Result<()> {
    let mut profile = open(conn, who).await?;
    if let Some(Some(url)) = &edit.vanity_url {
        refuse_taken(conn, secrets, url, who.account).await?;
    }
    for (field, picture) in [("avatarMediaId", edit.avatar), ("bannerMediaId", edit.banner)] {
        if let Some(Some(media)) = picture {
            refuse_unusable(conn, field, media, who.account).await?;
        }
    }
    let before = profile.clone();
    profile.edit(edit);
    if profile == before && profile.version > 0 {
        return Ok(());
    }
    publish(conn, cause, &mut profile).await.map_err(taken_meanwhile)
}

/// An address is nobody else's, and reads like no user name that somebody else has, or had, or had before they were erased.
async fn refuse_taken(
    conn: &AsyncPgConnection,
    secrets: &Secrets,
    url: &VanityUrl,
    by_other_than: AccountId,
) -> Result<()> {
    let digest = name_digest(secrets, url.as_str());
    if url.is_reserved()
        || profiles::is_taken(conn, url, by_other_than).await?
        || names::is_anothers(conn, &digest, by_other_than).await?
    {
        return Err(vanity_url_taken().into());
    }
    Ok(())
}

/// Somebody else took the address between the look and the write; the table's own rule noticed.
fn taken_meanwhile(error: Error) -> Error {
    let Error::Failed(cause) = &error else {
        return error;
    };
    match cause.downcast_ref::<DatabaseError>() {
        Some(DatabaseError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            vanity_url_taken().into()
        }
        _ => error,
    }
}

fn vanity_url_taken() -> Refusal {
    Refusal::conflict("VANITY_URL_TAKEN", "This address is taken; choose another")
}

/// A picture is an image of one's own that media has said is ready.
///
/// Somebody else's file is answered like one that nobody has heard of.
async fn refuse_unusable(
    conn: &AsyncPgConnection,
    field: &str,
    id: MediaId,
    owner: AccountId,
) -> Result<(), Error> {
    let heard = media::find_and_hold(conn, id).await?;
    let Some(heard) = heard.filter(|heard| heard.owner_id == owner) else {
        let message = "This file is not ready yet; upload and confirm it, then try again in a moment";
        let refusal = Refusal::conflict("MEDIA_NOT_READY", message);
        return Err(refusal.retry_after(Duration::from_secs(1)).into());
    };
    if heard.removed {
        return Err(Refusal::not_found("MEDIA_NOT_FOUND", "This file was removed; upload it again").into());
    }
    if !heard.is_image {
        return Err(Refusal::invalid(field, "A picture must be an image").into());
    }
    Ok(())
}
