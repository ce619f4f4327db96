//! How a service erases a person: a tombstone first, then the service's own steps, then the spine, then its word that
//! nothing is left.
//!
//! The consumer only puts up the tombstone. From that commit on nothing about the person is taken in: events are refused
//! by [`deliver`](fn@crate::deliver), requests by [`Database::write`]. What is there is erased by a worker, in steps of
//! which each lasts by itself, so that a crash costs one step.

use crate::export::leftover;
use crate::storage::Bucket;
use crate::transport::scrub as queue;
use crate::{Consumer, Database, Error, Result, Subscription};
use anyhow::anyhow;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use diesel_async::AsyncPgConnection;
use events::account::{AccountDeleted, Erased};
use events::{AccountId, Cause, Envelope, ErasureId, Event};
use futures::future::BoxFuture;
use std::sync::Arc;
use store::erasures::{self, Pending};
use store::{outbox, scrub};
use uuid::Uuid;

/// For how long whoever takes an erasure has it to themselves. Every step takes it anew.
const TAKEN_FOR: TimeDelta = TimeDelta::seconds(60);

/// When something is away, or somebody else must finish first.
const AGAIN_AFTER: TimeDelta = TimeDelta::seconds(2);

/// Events of the outbox that are looked through in one step.
const AT_A_TIME: i64 = 2_000;

/// Somebody to be erased.
#[derive(Clone, Debug)]
pub struct Erasure {
    /// Whom.
    pub account: AccountId,
    /// The cause of what is published meanwhile.
    pub cause: Cause,
}

/// How far a step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// There may be more: call again.
    More,
    /// Somebody else is still at work on it: call again in a while.
    Later,
    /// The service's own tables, and what it keeps in storage, hold nothing of the person.
    Done,
}

/// Does one bounded step of an erasure. It may be called again after it was killed anywhere, and after it was done.
pub type Erasing = Arc<dyn Fn(Erasure) -> BoxFuture<'static, Result<Progress>> + Send + Sync>;

/// What every service takes in to erase people.
pub const ERASURE: Subscription = Subscription::new("erasure", &["identity.account-deleted.v1"]);

/// The handler that puts up tombstones.
pub(crate) fn consumer() -> Consumer {
    Consumer::new(ERASURE, |conn, envelope| {
        Box::pin(async move {
            match &envelope.event {
                Event::AccountDeleted(deleted) => bury(conn, envelope, deleted).await,
                _ => Ok(()),
            }
        })
    })
}

async fn bury(conn: &AsyncPgConnection, envelope: &Envelope, deleted: &AccountDeleted) -> Result<()> {
    let cause = serde_json::to_value(envelope.as_cause())?;
    erasures::bury(conn, deleted.account_id.0, deleted.erasure_id.0, &cause).await?;
    Ok(())
}

/// One step of the erasure that waits longest; answers how many it has taken, which is one or none.
pub(crate) async fn work(
    service: &'static str,
    database: &Database,
    bucket: &Bucket,
    erase: &Erasing,
) -> Result<usize> {
    let now = Utc::now();
    let taken = erasures::take(&*database.connection().await?, now, now + TAKEN_FOR).await?;
    let Some(pending) = taken else { return Ok(0) };
    match step(service, database, bucket, erase, &pending).await {
        Ok(Progress::More) => {
            put_back(database, &pending, Utc::now()).await?;
            Ok(1)
        }
        Ok(Progress::Later) => {
            put_back(database, &pending, Utc::now() + AGAIN_AFTER).await?;
            Ok(0)
        }
        Ok(Progress::Done) => Ok(1),
        Err(error) => {
            tracing::warn!(service, erasure.id = %pending.erasure_id, causes = ?error.causes(), "an erasure is left for later");
            put_back(database, &pending, Utc::now() + AGAIN_AFTER).await?;
            Ok(0)
        }
    }
}

async fn put_back(database: &Database, pending: &Pending, due_at: DateTime<Utc>) -> Result<()> {
    erasures::put_back(&*database.connection().await?, pending.account_id, due_at).await?;
    Ok(())
}

async fn step(
    service: &'static str,
    database: &Database,
    bucket: &Bucket,
    erase: &Erasing,
    pending: &Pending,
) -> Result<Progress> {
    let cause: Cause = serde_json::from_value(pending.cause.clone())?;
    let account = pending.account_id;
    if pending.scrubbed_to.is_none() {
        let erasure = Erasure {
            account: AccountId(account),
            cause: cause.clone(),
        };
        match erase(erasure).await? {
            Progress::Done => {}
            unfinished => return Ok(unfinished),
        }
        // A part that somebody is writing is taken away by them: they find that its person is gone.
        leftover(database, bucket, account).await?;
        if erasures::awaits_exports(&*database.connection().await?, account).await? {
            return Ok(Progress::Later);
        }
    }
    let (after, limit) = (pending.scrubbed_to, AT_A_TIME);
    let is_scrubbed = database
        .write(async move |conn| {
            let last = scrub::outbox(conn, account, after, limit).await?;
            if let Some(last) = last {
                erasures::note_scrubbed(conn, account, last, Utc::now() + TAKEN_FOR).await?;
            }
            Ok(last.is_none())
        })
        .await?;
    if !is_scrubbed {
        return Ok(Progress::More);
    }
    confirm(service, database, &cause, pending).await?;
    Ok(Progress::Done)
}

/// Scrubs what is left of the spine, and says that nothing is left, in one transaction.
async fn confirm(service: &'static str, database: &Database, cause: &Cause, pending: &Pending) -> Result<()> {
    let (account, erasure): (Uuid, Uuid) = (pending.account_id, pending.erasure_id);
    database
        .write(async move |conn| {
            scrub::failures(conn, account).await?;
            scrub::replies(conn, account).await?;
            scrub::allowances(conn, account).await?;
            queue::messages(conn, service, account).await?;
            let now = Utc::now().trunc_subsecs(3);
            if !erasures::finish(conn, account, now).await? {
                return Ok(());
            }
            let erased = Erased {
                erasure_id: ErasureId(erasure),
                account_id: AccountId(account),
                erased_at: now,
            };
            let event = Event::erased_in(service, erased).ok_or_else(|| {
                Error::Failed(anyhow!("{service} is not in the catalogue of those that erase"))
            })?;
            outbox::append(conn, cause, 1, event).await?;
            Ok(())
        })
        .await
}
