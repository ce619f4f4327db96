//! A service's way to its own schema.

use crate::{Error, Refusal, Result, asker};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use futures::FutureExt;
use std::sync::Arc;
use store::{AsyncFunc, Connection, Pool};
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

/// Says that there may be something to do. A hint only: whoever waits looks by itself, too.
#[derive(Clone, Debug, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// Wakes one who waits, or the next who will.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    /// Whether somebody was woken who is not there: takes that hint away.
    pub(crate) fn take(&self) -> bool {
        self.woken().now_or_never().is_some()
    }

    /// Waits. Register before looking, so that nothing is missed in between.
    pub fn woken(&self) -> OwnedNotified {
        self.0.clone().notified_owned()
    }
}

/// The pool of a service, and whoever goes on with what its writes leave to be done.
#[derive(Clone)]
pub struct Database {
    pool: Pool,
    /// Carries away what was published. Woken after every write.
    pub relay: Wake,
    /// Does what was written down to be done, see [`crate::Service::working`]. Woken after every write.
    pub worker: Wake,
}

impl Database {
    /// Around a pool.
    #[must_use]
    pub fn new(pool: Pool) -> Self {
        Self {
            pool,
            relay: Wake::default(),
            worker: Wake::default(),
        }
    }

    /// Says that something was committed.
    pub(crate) fn committed(&self) {
        self.relay.wake();
        self.worker.wake();
    }

    /// One connection. Take it once in a request, and pass it down.
    ///
    /// # Errors
    /// 503 `UNAVAILABLE` when none is free in time, or the server cannot be reached.
    pub async fn connection(&self) -> Result<Connection> {
        self.pool.get().await.map_err(|error| {
            tracing::warn!(%error, "no database connection");
            Error::Refused(Refusal::unavailable("Busy for a moment; try again"))
        })
    }

    /// Asks the server for an answer, and nothing else. Whoever waits no longer closes the connection: the next is a new one.
    pub(crate) async fn answers(&self) -> anyhow::Result<()> {
        let mut held = Held::new(self.pool.get().await?);
        held.ask("SELECT 1").await?;
        held.give_back();
        Ok(())
    }

    /// Does work in one transaction: rows and events together, all or nothing.
    ///
    /// # Errors
    /// Whatever the work says; then nothing has happened. 401 when whoever asks is erased here.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        F: for<'r> AsyncFnOnce(&'r mut AsyncPgConnection) -> Result<T>
            + for<'r> AsyncFunc<&'r mut AsyncPgConnection, Result<T>, Fut: Send>
            + Send,
        T: Send,
    {
        self.write_last(async move |conn| {
            asker::must_be_here(conn).await?;
            work(conn).await
        })
        .await
    }

    /// The same without asking whether whoever asks is erased: for the work that erases them, which has everybody else
    /// wait for it and so must not be one of them.
    ///
    /// # Errors
    /// Whatever the work says; then nothing has happened.
    pub async fn write_last<T, F>(&self, work: F) -> Result<T>
    where
        F: for<'r> AsyncFnOnce(&'r mut AsyncPgConnection) -> Result<T>
            + for<'r> AsyncFunc<&'r mut AsyncPgConnection, Result<T>, Fut: Send>
            + Send,
        T: Send,
    {
        let mut held = Held::new(self.connection().await?);
        let done = match &mut held.0 {
            Some(conn) => AsyncPgConnection::transaction(conn, work).await,
            None => Err(Refusal::unavailable("Busy for a moment; try again").into()),
        };
        held.give_back();
        let done = done?;
        self.committed();
        Ok(done)
    }
}

/// A connection in use. When whoever waited for it is gone before its end, the connection is closed: in the
/// pool, its locks (or its silence) would keep others waiting until it is taken out again.
pub(crate) struct Held(Option<Connection>);

impl Held {
    pub(crate) fn new(conn: Connection) -> Self {
        Self(Some(conn))
    }

    /// Asks the server something that is there to be answered.
    pub(crate) async fn ask(&mut self, sql: &str) -> anyhow::Result<()> {
        if let Some(conn) = &mut self.0 {
            diesel::sql_query(sql).execute(conn).await?;
        }
        Ok(())
    }

    /// It came to its end, so the next one may have it.
    pub(crate) fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(conn) = self.0.take() {
            drop(Connection::take(conn));
        }
    }
}
