use crate::app::App;
use crate::store::{archives, departures};
use chassis::erasure::{Erasure, Progress};
use chassis::{Error, Result, export};

/// Erases what the deletion of an account has left: the archives of its exports, and what the security log says beside
/// what was done. The account itself went with its deletion.
pub(crate) async fn erase_person(app: &App, erasure: Erasure) -> Result<Progress> {
    let account = erasure.account;
    let exports = archives::all_of(&*app.database.connection().await?, account).await?;
    for id in &exports {
        let keys = app
            .bucket
            .keys_below(&export::folder(*id))
            .await
            .map_err(Error::Failed)?;
        for key in keys {
            app.bucket.remove(&key).await.map_err(Error::Failed)?;
        }
    }
    app.database
        .write(async move |conn| {
            for id in exports {
                archives::forget(conn, id).await?;
            }
            departures::silence_log(conn, account).await?;
            // What came between the deletion and the tombstone.
            departures::forget_rows(conn, account).await?;
            Ok(Progress::Done)
        })
        .await
}
