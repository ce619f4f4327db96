use super::change;
use crate::model::Between;
use chassis::{Principal, Result};
use diesel_async::AsyncPgConnection;
use events::{AccountId, Cause};

/// Follows somebody; nothing happens when the asker does already.
pub(crate) async fn follow(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    whom: AccountId,
) -> Result<Between> {
    change(conn, cause, who, whom, Between::follow).await
}

/// Follows somebody no longer.
pub(crate) async fn unfollow(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    whom: AccountId,
) -> Result<Between> {
    change(conn, cause, who, whom, Between::unfollow).await
}
