use crate::store::holdings;
use chassis::erasure::{Erasure, Progress};
use chassis::{Database, Result};

/// Erases a person who was an operator: what they did stays, under their id alone.
pub(crate) async fn erase_person(database: &Database, erasure: Erasure) -> Result<Progress> {
    database
        .write(async move |conn| {
            holdings::erase(conn, erasure.account).await?;
            Ok(Progress::Done)
        })
        .await
}
