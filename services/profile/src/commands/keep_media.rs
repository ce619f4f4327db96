use super::publish;
use crate::store::media::{self, Heard};
use crate::store::profiles;
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::Cause;
use events::media::{Kind, Media, MediaRemoved};

/// Remembers a file that can be used.
pub(crate) async fn keep_media(conn: &AsyncPgConnection, version: i64, file: &Media) -> Result<()> {
    // The profile first, as everywhere: who sets a picture holds their profile while they look at the file.
    profiles::lock(conn, file.owner_id).await?;
    let heard = Heard {
        owner_id: file.owner_id,
        is_image: file.kind == Kind::Image,
        removed: false,
    };
    media::apply(conn, version, file.media_id, &heard).await?;
    Ok(())
}

/// Remembers that a file is gone, and takes it off its owner's profile.
pub(crate) async fn forget_media(
    conn: &AsyncPgConnection,
    cause: &Cause,
    version: i64,
    file: &MediaRemoved,
) -> Result<()> {
    let profile = profiles::lock(conn, file.owner_id).await?;
    let heard = Heard {
        owner_id: file.owner_id,
        is_image: false,
        removed: true,
    };
    media::apply(conn, version, file.media_id, &heard).await?;
    let Some(mut profile) = profile else {
        return Ok(());
    };
    if profile.lose_picture(file.media_id) {
        publish(conn, cause, &mut profile).await?;
    }
    Ok(())
}
