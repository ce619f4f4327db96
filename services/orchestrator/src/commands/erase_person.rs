use crate::state::{Id, State};
use crate::store::holdings;
use chassis::erasure::{Erasure, Progress};
use chassis::{Database, Result};

/// Erases a person: what they asked for and what was asked about them goes; what they did as an operator stays, under their id
/// alone.
pub(crate) async fn erase_person(database: &Database, state: &State, erasure: Erasure) -> Result<Progress> {
    let progress = state.forget(&Id::from(erasure.account)).await?;
    if progress != Progress::Done {
        return Ok(progress);
    }
    database
        .write(async move |conn| {
            holdings::erase(conn, erasure.account).await?;
            Ok(Progress::Done)
        })
        .await
}
