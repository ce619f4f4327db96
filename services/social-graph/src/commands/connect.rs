use super::change;
use crate::model::Between;
use chassis::{Principal, Result};
use diesel_async::AsyncPgConnection;
use events::{AccountId, Cause};

/// Asks to connect; when the other asked before, they are connected now.
pub(crate) async fn connect(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    whom: AccountId,
) -> Result<Between> {
    change(conn, cause, who, whom, Between::connect).await
}

/// Says yes to somebody's request.
pub(crate) async fn accept(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    whom: AccountId,
) -> Result<Between> {
    change(conn, cause, who, whom, Between::accept).await
}

/// Says no to somebody's request.
pub(crate) async fn decline(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    whom: AccountId,
) -> Result<Between> {
    change(conn, cause, who, whom, Between::decline).await
}

/// Withdraws a request, or ends a connection.
pub(crate) async fn disconnect(
    conn: &AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    whom: AccountId,
) -> Result<Between> {
    change(conn, cause, who, whom, Between::disconnect).await
}
