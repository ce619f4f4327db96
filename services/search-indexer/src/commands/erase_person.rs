use crate::store::{Index, holdings, shadow};
use chassis::erasure::{Erasure, Progress};
use chassis::{Database, Result};

/// Erases a person from what is searched, and from what is being made anew.
pub(crate) async fn erase_person(database: &Database, erasure: Erasure) -> Result<Progress> {
    let account = erasure.account;
    database
        .write(async move |conn| {
            holdings::erase_beside(conn, account).await?;
            // Whoever begins or ends making them anew waits for this.
            let is_running = shadow::is_running(conn, None).await?;
            holdings::erase(conn, Index::Live, account).await?;
            if is_running {
                holdings::erase(conn, Index::Shadow, account).await?;
            }
            audience::erase(conn, account).await?;
            Ok(Progress::Done)
        })
        .await
}
