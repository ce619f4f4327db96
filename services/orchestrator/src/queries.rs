//! Queues, outboxes and dead letters, as they are shown.

use crate::app::App;
use crate::commands::queues_are_away;
use crate::model::LetterId;
use crate::state::{Id, Outcome, Progress, State};
use crate::store::holdings::HOLDINGS;
use ::store::exports;
use chassis::export::Holdings;
use chassis::operators::{Found, Wanted};
use chassis::{Database, Error, Result};
use chrono::{DateTime, Utc};
use events::AccountId;
use futures::future::try_join_all;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// Messages on their way.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueuesView {
    queues: Vec<QueueView>,
    outboxes: Vec<OutboxView>,
}

/// What a service has yet to consume, and what it failed to consume.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueueView {
    /// The service that consumes it.
    #[schema(example = "search-indexer")]
    name: &'static str,
    /// To be received now.
    #[schema(example = 3)]
    ready: i64,
    /// Received, and not yet done.
    #[schema(example = 2)]
    in_flight: i64,
    /// To be received later, mostly because they failed before.
    #[schema(example = 1)]
    delayed: i64,
    /// Put aside after five tries.
    #[schema(example = 7)]
    dead: i64,
    /// For how long what waits longest has waited, in seconds; null when nothing waits, or where the queue does not tell.
    #[schema(required, example = 4.2)]
    oldest_seconds: Option<f64>,
}

/// What a service has decided and not yet put on the bus.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OutboxView {
    #[schema(example = "content")]
    service: &'static str,
    #[schema(example = 3)]
    pending: i64,
    /// Of these, the ones that the bus refused at least once.
    #[schema(example = 0)]
    refused: i64,
    /// For how long the oldest has waited, in seconds; null when none waits.
    #[schema(required, example = 0.3)]
    oldest_seconds: Option<f64>,
}

/// A message that could not be consumed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeadLetterView {
    #[schema(example = "search-indexer:42")]
    id: String,
    /// Who could not consume it.
    #[schema(example = "search-indexer")]
    consumer: &'static str,
    /// Null when it cannot be read.
    #[schema(required)]
    event_id: Option<Uuid>,
    /// Null when it cannot be read.
    #[schema(required, example = "content.post-changed.v1")]
    event_type: Option<String>,
    /// How often it was received.
    #[schema(example = 5)]
    tries: i32,
    /// When it was published.
    #[serde(serialize_with = "chassis::http::milliseconds")]
    sent_at: DateTime<Utc>,
    /// When it was put aside, where the queue tells.
    #[serde(serialize_with = "chassis::http::milliseconds_if_any")]
    #[schema(required)]
    died_at: Option<DateTime<Utc>>,
    /// The outermost cause of its last failure.
    #[schema(example = "the list of words is away")]
    cause: String,
    /// The same for all failures of one cause.
    #[schema(required, example = "9f2c6a1d0b7e4835")]
    fingerprint: Option<String>,
    #[serde(serialize_with = "chassis::http::milliseconds_if_any")]
    #[schema(required)]
    first_failed_at: Option<DateTime<Utc>>,
    #[serde(serialize_with = "chassis::http::milliseconds_if_any")]
    #[schema(required)]
    last_failed_at: Option<DateTime<Utc>>,
    /// The version of the code that failed.
    #[schema(required, example = "0.1.0")]
    release: Option<String>,
}

/// A page of dead letters: by consumer, and of one consumer the first put aside first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeadLetterList {
    dead_letters: Vec<DeadLetterView>,
    /// Absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "WzQyXQ")]
    next_cursor: Option<String>,
}

/// A message that could not be consumed, whole.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeadLetterDetail {
    #[serde(flatten)]
    letter: DeadLetterView,
    /// The chain of causes of its last failure, outermost first.
    #[schema(example = json!(["the list of words is away", "connection refused"]))]
    causes: Vec<String>,
    /// The event as it travels; what people wrote is left out unless it was to be revealed. A text when it is no event.
    #[schema(value_type = Object, example = json!({
        "id": "0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77", "type": "content.post-changed.v1", "data": { "content": "… 42 characters" },
    }))]
    envelope: Value,
    is_revealed: bool,
}

impl From<&Found> for DeadLetterView {
    fn from(found: &Found) -> Self {
        let (letter, failure) = (&found.letter, found.failure.as_ref());
        let id = LetterId {
            queue: found.queue,
            number: letter.id.clone(),
        };
        Self {
            id: id.to_string(),
            consumer: found.queue,
            event_id: letter.event_id,
            event_type: letter.kind.clone(),
            tries: letter.receive_count,
            sent_at: letter.sent_at,
            died_at: letter.died_at,
            cause: found.cause(),
            fingerprint: failure.map(|failure| failure.fingerprint.clone()),
            first_failed_at: failure.map(|failure| failure.first_at),
            last_failed_at: failure.map(|failure| failure.last_at),
            release: failure.map(|failure| failure.release.clone()),
        }
    }
}

impl DeadLetterDetail {
    pub(crate) fn new(found: &Found, is_revealed: bool) -> Self {
        let causes = found.failure.as_ref().map(|failure| &failure.causes);
        let causes = causes.and_then(Value::as_array).into_iter().flatten();
        Self {
            letter: found.into(),
            causes: causes.filter_map(Value::as_str).map(str::to_owned).collect(),
            envelope: if is_revealed {
                found.envelope()
            } else {
                found.redacted()
            },
            is_revealed,
        }
    }
}

impl DeadLetterList {
    pub(crate) fn new(found: &[Found], next_cursor: Option<String>) -> Self {
        Self {
            dead_letters: found.iter().map(Into::into).collect(),
            next_cursor,
        }
    }
}

/// Every queue and every outbox.
pub(crate) async fn queues(app: &App, now: DateTime<Utc>) -> Result<QueuesView> {
    let transport = &app.watched.transport;
    let queue = async |name: &'static str| {
        let (depth, oldest) = (transport.depth(name).await?, transport.oldest(name).await?);
        anyhow::Ok(QueueView {
            name,
            ready: depth.ready,
            in_flight: depth.in_flight,
            delayed: depth.delayed,
            dead: depth.dead,
            oldest_seconds: oldest.map(|since| (now - since).as_seconds_f64().max(0.0)),
        })
    };
    let queues = try_join_all(app.watched.queues.iter().map(|name| queue(name))).await;
    let conn = app.database.connection().await?;
    let desk = app.desk(&conn);
    let mut outboxes = Vec::new();
    for service in app.watched.outboxes.iter().copied() {
        let backlog = desk.backlog(service).await.map_err(Error::Failed)?;
        outboxes.extend(backlog.map(|backlog| OutboxView {
            service,
            pending: backlog.pending,
            refused: backlog.refused,
            oldest_seconds: (backlog.pending > 0).then_some(backlog.oldest_seconds),
        }));
    }
    Ok(QueuesView {
        queues: queues.map_err(|error| queues_are_away(&error))?,
        outboxes,
    })
}

/// Dead letters that are wanted.
pub(crate) async fn dead_letters(app: &App, wanted: &Wanted) -> Result<Vec<Found>> {
    let conn = app.database.connection().await?;
    let found = app.desk(&conn).letters(wanted).await;
    found.map_err(|error| queues_are_away(&error))
}

/// What somebody asked for, as it is handed out to them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InteractionHeld<'a> {
    id: &'a str,
    who: &'a str,
    command: &'a str,
    about: Option<&'a str>,
    correlation_id: Uuid,
    asked_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    outcome: Option<&'a str>,
}

/// What somebody was about to ask for, as it is handed out to them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConversationHeld<'a> {
    id: Uuid,
    who: &'a str,
    about: Option<&'a str>,
    contents: &'a Value,
    version: Uuid,
    expires_at: DateTime<Utc>,
}

/// All that is held about a person.
pub(crate) async fn holdings(database: &Database, state: &State, account: AccountId) -> Result<Holdings> {
    let held = state.held(&Id::from(account), Utc::now()).await?;
    let mut rows = exports::rows(&*database.connection().await?, account.0, HOLDINGS).await?;
    let interactions = held.interactions.iter().map(|interaction| {
        serde_json::to_value(InteractionHeld {
            id: interaction.asked.id.as_str(),
            who: interaction.asked.who.as_str(),
            command: interaction.asked.command.as_str(),
            about: interaction.asked.about.as_ref().map(Id::as_str),
            correlation_id: interaction.correlation_id,
            asked_at: interaction.asked_at,
            expires_at: interaction.asked.until.at(),
            outcome: match &interaction.progress {
                Progress::Ended(Outcome::Done(code) | Outcome::Failed(code)) => Some(code.as_str()),
                Progress::Asked | Progress::Working { .. } => None,
            },
        })
    });
    rows.insert("interactions", interactions.collect::<Result<_, _>>()?);
    let conversations = held.conversations.iter().map(|conversation| {
        serde_json::to_value(ConversationHeld {
            id: conversation.id,
            who: conversation.now.who.as_str(),
            about: conversation.now.about.as_ref().map(Id::as_str),
            contents: conversation.now.contents.value(),
            version: conversation.version.0,
            expires_at: conversation.now.until.at(),
        })
    });
    rows.insert("conversations", conversations.collect::<Result<_, _>>()?);
    Ok(Holdings::of_rows(rows))
}
