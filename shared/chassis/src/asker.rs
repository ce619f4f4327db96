//! On whose behalf a request writes.
//!
//! A person may have been erased since the edge vouched for them: for a minute at most, and two seconds on most days. Every
//! write of a request asks for that, without its handler having to remember.

use crate::{Refusal, Result};
use diesel_async::AsyncPgConnection;
use events::AccountId;
use store::erasures;

tokio::task_local! {
    static ASKER: AccountId;
}

/// Does work on somebody's behalf, or on nobody's.
pub(crate) async fn on_behalf_of<T>(asker: Option<AccountId>, work: impl Future<Output = T>) -> T {
    match asker {
        Some(asker) => ASKER.scope(asker, work).await,
        None => work.await,
    }
}

/// Lets through whoever is not erased here, and keeps them from being it until the transaction ends.
///
/// # Errors
/// 401 `UNAUTHENTICATED`, as if the session had ended before.
pub(crate) async fn must_be_here(conn: &AsyncPgConnection) -> Result<()> {
    let Ok(asker) = ASKER.try_with(|asker| *asker) else {
        return Ok(());
    };
    let erased = erasures::erased_among(conn, &[asker.0]).await?;
    if erased.is_empty() {
        Ok(())
    } else {
        Err(Refusal::unauthenticated().into())
    }
}
