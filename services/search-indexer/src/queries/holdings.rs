use crate::store::holdings::HOLDINGS;
use ::store::exports;
use chassis::Result;
use chassis::export::Holdings;
use diesel_async::AsyncPgConnection;
use events::AccountId;

/// All that is held about a person.
pub(crate) async fn holdings(conn: &AsyncPgConnection, account: AccountId) -> Result<Holdings> {
    let mut rows = exports::rows(conn, account.0, HOLDINGS).await?;
    rows.extend(exports::rows(conn, account.0, audience::HOLDINGS).await?);
    Ok(Holdings::of_rows(rows))
}
