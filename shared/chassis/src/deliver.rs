//! The one place that decides what becomes of a message. Lambda, poller and tests all call it.

use crate::metrics::{self, Metric};
use crate::transport::Message;
use crate::{Consumer, Error, RELEASE, Result, Service, Transport};
use anyhow::anyhow;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use events::{AccountId, Envelope};
use futures::{FutureExt, TryFutureExt, try_join};
use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use store::failures::{self, Failure};
use store::{Connection, erasures, inbox};
use tracing::Instrument;
use uuid::Uuid;

/// What became of a batch.
#[derive(Debug, Default)]
pub struct Delivered {
    /// Their effects are in the database, now or from before: acknowledge them.
    pub done: Vec<Message>,
    /// They failed, each alone: let them come again.
    pub failed: Vec<Message>,
    /// The database could not be reached, or has come up anew since they were received, so they were not tried: give them
    /// back, and pause.
    pub untried: Vec<Message>,
}

/// Handles a batch, each message in a transaction that claims its event first.
///
/// When all goes well the batch shares one transaction, because a commit costs more than the work of most
/// messages. When anything goes wrong that transaction is rolled back, and each message is tried by itself: one
/// that cannot be read, is refused, fails or panics touches no neighbour. Nothing is acknowledged that was not
/// done; the queue counts, and puts aside what keeps failing. `transport` is where the batch came from.
pub async fn deliver(service: &Service, transport: &Transport, batch: Vec<Message>) -> Delivered {
    let delivered = deliver_each(service, transport, batch).await;
    metrics::count(service.name, Metric::EventsConsumed, delivered.done.len());
    metrics::count(service.name, Metric::EventsFailed, delivered.failed.len());
    delivered
}

async fn deliver_each(service: &Service, transport: &Transport, batch: Vec<Message>) -> Delivered {
    let mut delivered = Delivered::default();
    let mut readable = Vec::new();
    for message in batch {
        match serde_json::from_str::<Envelope>(&message.body) {
            Ok(envelope) => readable.push((envelope, message)),
            Err(error) => {
                note_unreadable(service, &message, &error).await;
                delivered.failed.push(message);
            }
        }
    }
    // Two batches that touch the same rows touch them in the same order, and so do not lock each other out.
    readable
        .sort_by(|(one, _), (other, _)| (&one.subject, one.version).cmp(&(&other.subject, other.version)));

    let Ok(mut conn) = service.database.connection().await else {
        delivered
            .untried
            .extend(readable.into_iter().map(|(_, message)| message));
        return delivered;
    };
    if readable.len() > 1 {
        match handle(service, transport, &mut conn, &readable).await {
            Ok(()) => {
                delivered
                    .done
                    .extend(readable.into_iter().map(|(_, message)| message));
                service.database.committed();
                return delivered;
            }
            Err(broken) => {
                tracing::debug!(service = service.name, causes = ?broken.causes(), "batch is tried one by one")
            }
        }
    }
    for received in readable {
        match handle_alone(service, transport, &mut conn, &received).await {
            Ok(()) => delivered.done.push(received.1),
            Err(broken) if broken.is_of_the_database() => delivered.untried.push(received.1),
            Err(broken) => {
                note_failure(service, &conn, &received.0, &broken).await;
                delivered.failed.push(received.1);
            }
        }
    }
    service.database.committed();
    delivered
}

/// An event, and the message it came in.
type Received = (Envelope, Message);

/// Why nothing of a transaction was done.
enum Broken {
    /// What was received is no longer ours to handle.
    Lost,
    /// Something failed: this handler, or the transaction itself.
    Failed(Error, Option<&'static str>),
}

impl Broken {
    fn causes(&self) -> Vec<String> {
        match self {
            Self::Lost => vec!["the lease was lost".to_owned()],
            Self::Failed(error, _) => error.causes(),
        }
    }

    /// Whether it says nothing of the messages.
    fn is_of_the_database(&self) -> bool {
        match self {
            Self::Lost => true,
            Self::Failed(error, _) => error.is_database_gone(),
        }
    }

    fn is_by(&self, consumer: &Consumer) -> bool {
        match self {
            Self::Failed(_, Some(handler)) => *handler == consumer.subscription.handler,
            Self::Lost | Self::Failed(_, None) => true,
        }
    }
}

impl<E: Into<Error>> From<E> for Broken {
    fn from(error: E) -> Self {
        Self::Failed(error.into(), None)
    }
}

/// One message in its own transaction. A connection that broke is replaced once.
async fn handle_alone(
    service: &Service,
    transport: &Transport,
    conn: &mut Connection,
    received: &Received,
) -> Result<(), Broken> {
    let received = std::slice::from_ref(received);
    match handle(service, transport, conn, received).await {
        Err(Broken::Failed(error, handler)) if error.is_database_gone() => {
            let again = service.database.connection().await;
            *conn = again.map_err(|_busy| Broken::Failed(error, handler))?;
            handle(service, transport, conn, received).await
        }
        other => other,
    }
}

async fn handle(
    service: &Service,
    transport: &Transport,
    conn: &mut AsyncPgConnection,
    received: &[Received],
) -> Result<(), Broken> {
    conn.transaction(async |conn| {
        let messages = received.iter().map(|(_, message)| message);
        let holds = transport.holds(conn, messages).map_err(Error::Failed);
        let (holds, refused) = try_join!(holds, refused(conn, received))?;
        if !holds {
            return Err(Broken::Lost);
        }
        for consumer in &service.consumers {
            let wanted: Vec<_> = received
                .iter()
                .filter(|(envelope, _)| consumer.subscription.types.contains(&envelope.event.kind()))
                .collect();
            if wanted.is_empty() {
                continue;
            }
            let ids: Vec<Uuid> = wanted.iter().map(|(envelope, _)| envelope.id.0).collect();
            let claimed =
                inbox::claim(conn, consumer.subscription.handler, &ids, transport.lasting()).await?;
            for (envelope, _) in &wanted {
                if claimed.contains(&envelope.id.0) && !refused.contains(&envelope.id.0) {
                    let consumed = consume(service, consumer, conn, envelope).await;
                    consumed.map_err(|error| Broken::Failed(error, Some(consumer.subscription.handler)))?;
                }
            }
            settle_failures(conn, consumer, &wanted).await?;
        }
        Ok(())
    })
    .await
}

/// Those of these events that are about somebody who is erased here: they are claimed and nothing is done, so that
/// whatever comes late brings nothing back. Nobody else is erased before the transaction ends.
async fn refused(conn: &AsyncPgConnection, received: &[Received]) -> Result<HashSet<Uuid>> {
    let people: Vec<_> = received
        .iter()
        .map(|(envelope, _)| (envelope.id.0, envelope.event.people()))
        .collect();
    let all: Vec<Uuid> = people
        .iter()
        .flat_map(|(_, people)| people)
        .map(|id| id.0)
        .collect();
    let erased = erasures::erased_among(conn, &all).await?;
    let is_refused = |people: &[AccountId]| people.iter().any(|id| erased.contains(&id.0));
    let refused = people.into_iter().filter(|(_, people)| is_refused(people));
    Ok(refused.map(|(id, _)| id).collect())
}

/// Runs a handler behind a boundary that no panic crosses; the transaction around it is rolled back.
async fn consume(
    service: &Service,
    consumer: &Consumer,
    conn: &mut AsyncPgConnection,
    envelope: &Envelope,
) -> Result<()> {
    let span = tracing::info_span!(
        "consume", service = service.name, handler = consumer.subscription.handler, event.id = %envelope.id,
        event.kind = envelope.event.kind(), correlation_id = %envelope.cause.correlation_id
    );
    let work = AssertUnwindSafe((consumer.consume)(conn, envelope))
        .catch_unwind()
        .instrument(span);
    work.await.unwrap_or_else(|panic| {
        Err(Error::Failed(anyhow!(
            "the handler panicked: {}",
            words_of(&*panic)
        )))
    })
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> &str {
    let words = panic.downcast_ref::<&str>().copied();
    words
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words")
}

/// What failed before and has now been done is no longer an open failure. (A replayed dead letter comes with a fresh
/// count; doctor and explain look past failures whose claim is in the inbox.)
async fn settle_failures(conn: &AsyncPgConnection, consumer: &Consumer, done: &[&Received]) -> Result<()> {
    let again: Vec<Uuid> = done
        .iter()
        .filter(|(_, message)| message.receive_count > 1)
        .map(|(envelope, _)| envelope.id.0)
        .collect();
    if !again.is_empty() {
        failures::resolve(conn, consumer.subscription.handler, &again).await?;
    }
    Ok(())
}

async fn note_failure(service: &Service, conn: &AsyncPgConnection, envelope: &Envelope, broken: &Broken) {
    let causes = broken.causes();
    let kind = envelope.event.kind();
    let people: Vec<Uuid> = envelope.event.people().iter().map(|id| id.0).collect();
    tracing::error!(
        service = service.name, event.id = %envelope.id, event.kind = kind, causes = ?causes,
        correlation_id = %envelope.cause.correlation_id, "an event could not be consumed"
    );
    let handlers = service
        .consumers
        .iter()
        .filter(|consumer| consumer.subscription.types.contains(&kind))
        .filter(|consumer| broken.is_by(consumer));
    for consumer in handlers {
        let failure = Failure {
            handler: consumer.subscription.handler,
            event_id: envelope.id.0,
            event_type: kind,
            subject: &envelope.subject,
            people: &people,
            fingerprint: &fingerprint(kind, &causes),
            causes: &causes,
            release: RELEASE,
        };
        record(service, conn, &failure).await;
    }
}

async fn note_unreadable(service: &Service, message: &Message, error: &serde_json::Error) {
    tracing::error!(
        service = service.name,
        receipt = message.receipt,
        "a message could not be read"
    );
    let body: serde_json::Value = serde_json::from_str(&message.body).unwrap_or_default();
    let text = |name: &str| {
        body.get(name)
            .and_then(|value| value.as_str())
            .unwrap_or_default()
            .to_owned()
    };
    let Ok(event_id) = text("id").parse() else { return };
    let causes = vec![format!("the envelope cannot be read: {}", error.classify_words())];
    let kind = text("type");
    let failure = Failure {
        handler: service.name,
        event_id,
        event_type: &kind,
        subject: &text("subject"),
        people: &ids_in(&body),
        fingerprint: &fingerprint(&kind, &causes),
        causes: &causes,
        release: RELEASE,
    };
    match service.database.connection().await {
        Ok(conn) => record(service, &conn, &failure).await,
        Err(error) => not_recorded(service, &error),
    }
}

/// Every id that stands somewhere in a body: whom an event that cannot be read is about is among them.
fn ids_in(body: &serde_json::Value) -> Vec<Uuid> {
    match body {
        serde_json::Value::String(text) => text.parse().into_iter().collect(),
        serde_json::Value::Array(items) => items.iter().flat_map(ids_in).collect(),
        serde_json::Value::Object(fields) => fields.values().flat_map(ids_in).collect(),
        _ => Vec::new(),
    }
}

async fn record(service: &Service, conn: &AsyncPgConnection, failure: &Failure<'_>) {
    if let Err(error) = failures::record(conn, failure).await {
        not_recorded(service, &error.into());
    }
}

fn not_recorded(service: &Service, error: &Error) {
    tracing::warn!(service = service.name, causes = ?error.causes(), "a failure was not recorded");
}

/// Names of serde's failures without the values in them, which may be people's words.
trait ClassifyWords {
    fn classify_words(&self) -> String;
}

impl ClassifyWords for serde_json::Error {
    fn classify_words(&self) -> String {
        format!(
            "{:?} error at line {}, column {}",
            self.classify(),
            self.line(),
            self.column()
        )
    }
}

/// The same for failures of one cause, whatever ids and numbers stand in their words.
pub(crate) fn fingerprint(kind: &str, causes: &[String]) -> String {
    let words = causes.join(" < ");
    let stable: String = words
        .split(|letter: char| !letter.is_alphanumeric() && letter != '-')
        .filter(|word| !word.is_empty() && !word.chars().any(|letter| letter.is_ascii_digit()))
        .collect::<Vec<_>>()
        .join(" ");
    let digest = <sha2::Sha256 as sha2::Digest>::digest(format!("{kind}\n{stable}").as_bytes());
    hex::encode(digest).chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_one_cause_share_a_fingerprint() {
        let chain = |id: &str| {
            vec![
                format!("row {id} is missing"),
                "of 0197a2d0-0000-7000-8000-000000000000".into(),
            ]
        };
        assert_eq!(
            fingerprint("a.b.v1", &chain("17")),
            fingerprint("a.b.v1", &chain("4711"))
        );
        assert_ne!(
            fingerprint("a.b.v1", &chain("17")),
            fingerprint("a.c.v1", &chain("17"))
        );
        assert_ne!(
            fingerprint("a.b.v1", &chain("17")),
            fingerprint("a.b.v1", &["other".into()])
        );
    }
}
