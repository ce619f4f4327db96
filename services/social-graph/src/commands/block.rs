use super::change;
use crate::model::Between;
use chassis::{Principal, Result};
use diesel_async::AsyncPgConnection;
use events::{AccountId, Cause};

/// Blocks somebody, and with that ends follows, connection and requests both ways.
pub(crate) async fn block(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    whom: AccountId,
) -> Result<Between> {
    change(conn, cause, who, whom, Between::block).await
}

/// Lifts a block; what it ended stays ended.
pub(crate) async fn unblock(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    whom: AccountId,
) -> Result<Between> {
    change(conn, cause, who, whom, Between::unblock).await
}
