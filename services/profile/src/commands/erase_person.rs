use crate::model::name_digest;
use crate::store::{holdings, names, profiles};
use chassis::erasure::{Erasure, Progress};
use chassis::{Database, Result, Secrets};

/// Erases a person: one profile is little, so it is one step.
///
/// What they are called here may have come from their own session, and no event of it will come any more.
pub(crate) async fn erase_person(
    database: &Database,
    secrets: &Secrets,
    erasure: Erasure,
) -> Result<Progress> {
    database
        .write(async |conn| {
            if let Some(profile) = profiles::lock(conn, erasure.account).await? {
                names::keep(conn, &name_digest(secrets, &profile.username), profile.id).await?;
            }
            holdings::erase(conn, erasure.account).await?;
            Ok(Progress::Done)
        })
        .await
}
