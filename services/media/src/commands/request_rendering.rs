use crate::store::renditions;
use chassis::Result;
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::Cause;
use events::media::{Kind, Media};

/// Writes down that a confirmed picture is to be cleaned; the worker does it.
pub(crate) async fn request_rendering(
    conn: &AsyncPgConnection,
    cause: &Cause,
    file: &Media,
    now: DateTime<Utc>,
) -> Result<()> {
    if file.kind == Kind::Image {
        renditions::request(conn, file.media_id, &serde_json::to_value(cause)?, now).await?;
    }
    Ok(())
}
