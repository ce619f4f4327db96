//! How a service hands out what it holds about a person: the request is written down, a worker writes a part into storage
//! and tells where it lies. The data itself is never in an event.

use crate::storage::Bucket;
use crate::{Consumer, Database, Error, Result, Subscription};
use anyhow::anyhow;
use chrono::{TimeDelta, Utc};
use diesel_async::AsyncPgConnection;
use events::account::{ExportPartReady, ExportRequested};
use events::{AccountId, Cause, Envelope, Event, ExportId};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::exports::{self, Part};
use store::{erasures, outbox};
use uuid::Uuid;

/// For how long whoever takes a part has it to themselves.
const TAKEN_FOR: TimeDelta = TimeDelta::seconds(90);

/// When something is away.
const AGAIN_AFTER: TimeDelta = TimeDelta::seconds(2);

/// What a service holds about a person: the content of a part.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Holdings {
    /// Its rows, by what they are.
    pub rows: BTreeMap<String, Vec<Value>>,
    /// What lies in storage already, and goes into the archive as it is.
    pub files: Vec<HeldFile>,
}

/// A file that goes into an archive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldFile {
    /// Where in storage.
    pub key: String,
    /// Where in the archive, below the service's folder.
    pub path: String,
}

impl Holdings {
    /// Rows alone.
    #[must_use]
    pub fn of_rows(rows: BTreeMap<&'static str, Vec<Value>>) -> Self {
        Self {
            rows: rows
                .into_iter()
                .map(|(name, rows)| (name.to_owned(), rows))
                .collect(),
            files: Vec::new(),
        }
    }
}

/// Answers all that a service holds about a person, and nothing of anybody else.
pub type Exporting = Arc<dyn Fn(AccountId) -> BoxFuture<'static, Result<Holdings>> + Send + Sync>;

/// The folder of an export in storage. It is private: nothing but signed addresses leads there.
#[must_use]
pub fn folder(export: ExportId) -> String {
    format!("exports/{export}/")
}

/// What every service takes in to hand out what it holds.
pub const EXPORT: Subscription = Subscription::new("export", &["identity.export-requested.v1"]);

/// The handler that writes down what is asked for.
pub(crate) fn consumer(service: &'static str) -> Consumer {
    Consumer::new(EXPORT, move |conn, envelope| {
        Box::pin(async move {
            match &envelope.event {
                Event::ExportRequested(asked) => request(conn, service, envelope, asked).await,
                _ => Ok(()),
            }
        })
    })
}

async fn request(
    conn: &AsyncPgConnection,
    service: &str,
    envelope: &Envelope,
    asked: &ExportRequested,
) -> Result<()> {
    let part = Part {
        export_id: asked.export_id.0,
        account_id: asked.account_id.0,
        cause: serde_json::to_value(envelope.as_cause())?,
        key: format!("{}{service}.json", folder(asked.export_id)),
    };
    exports::request(conn, &part).await?;
    Ok(())
}

/// Writes the part that waits longest; answers how many it has written, which is one or none.
pub(crate) async fn work(
    service: &'static str,
    database: &Database,
    bucket: &Bucket,
    export: &Exporting,
) -> Result<usize> {
    let now = Utc::now();
    let taken = exports::take(&*database.connection().await?, now, now + TAKEN_FOR).await?;
    let Some(part) = taken else { return Ok(0) };
    match write(service, database, bucket, export, &part).await {
        Ok(()) => Ok(1),
        Err(error) => {
            tracing::warn!(service, export.id = %part.export_id, causes = ?error.causes(), "a part is left for later");
            let due_at = Utc::now() + AGAIN_AFTER;
            exports::put_back(&*database.connection().await?, part.export_id, due_at).await?;
            Ok(0)
        }
    }
}

async fn write(
    service: &'static str,
    database: &Database,
    bucket: &Bucket,
    export: &Exporting,
    part: &Part,
) -> Result<()> {
    let account = AccountId(part.account_id);
    let holdings = export(account).await?;
    let bytes = serde_json::to_vec_pretty(&holdings)?;
    bucket
        .write(&part.key, bytes, "application/json")
        .await
        .map_err(Error::Failed)?;
    let is_told = database
        .write(async move |conn| tell(conn, service, part).await)
        .await?;
    if !is_told {
        withdraw(database, bucket, part).await?;
    }
    Ok(())
}

/// Tells of a part; whether its person is still there.
async fn tell(conn: &AsyncPgConnection, service: &str, part: &Part) -> Result<bool> {
    let erased = erasures::erased_among(conn, &[part.account_id]).await?;
    if !erased.is_empty() {
        return Ok(false);
    }
    if !exports::done(conn, part.export_id).await? {
        return Ok(true);
    }
    let ready = ExportPartReady {
        export_id: ExportId(part.export_id),
        account_id: AccountId(part.account_id),
        key: part.key.clone(),
    };
    let event = Event::export_part_of(service, ready)
        .ok_or_else(|| Error::Failed(anyhow!("{service} is not in the catalogue of those that export")))?;
    let cause: Cause = serde_json::from_value(part.cause.clone())?;
    outbox::append(conn, &cause, 1, event).await?;
    Ok(true)
}

/// Takes away a part of somebody who is gone, and crosses it off.
async fn withdraw(database: &Database, bucket: &Bucket, part: &Part) -> Result<()> {
    bucket.remove(&part.key).await.map_err(Error::Failed)?;
    exports::done(&*database.connection().await?, part.export_id).await?;
    Ok(())
}

/// Takes away the parts of somebody who is gone that nobody is writing.
pub(crate) async fn leftover(database: &Database, bucket: &Bucket, account: Uuid) -> Result<()> {
    loop {
        let now = Utc::now();
        let taken = exports::take_of(&*database.connection().await?, account, now, now + TAKEN_FOR).await?;
        let Some(part) = taken else { return Ok(()) };
        withdraw(database, bucket, &part).await?;
    }
}
