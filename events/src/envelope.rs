//! What travels: one event, and what every reader needs to know about it.

use crate::{AccountId, Event, EventId};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why something happens: carried from a request through everything that follows from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cause {
    /// The request at the beginning of the chain; its `X-Request-Id`.
    pub correlation_id: Uuid,
    /// The event that was being consumed, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<EventId>,
    /// Who asked; absent when the system itself acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<AccountId>,
    /// W3C trace context of the asker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

impl Cause {
    /// A chain that begins here: the system acts by itself.
    #[must_use]
    pub fn system() -> Self {
        Self {
            correlation_id: Uuid::now_v7(),
            causation_id: None,
            actor: None,
            traceparent: None,
        }
    }
}

/// One event on its way: the `detail` on EventBridge, the message body in every transport.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// Stays the same however often and by whatever way the event comes.
    pub id: EventId,
    /// When the change was decided.
    pub occurred_at: DateTime<Utc>,
    /// The service that published it.
    pub source: String,
    /// The aggregate it is about.
    pub subject: String,
    /// The aggregate's version after the change; grows by every change, never restarts.
    pub version: i64,
    /// Where the chain of causes began, and what came just before.
    #[serde(flatten)]
    pub cause: Cause,
    /// `type` and `data`.
    #[serde(flatten)]
    pub event: Event,
}

impl Envelope {
    /// Wraps an event that is decided now.
    #[must_use]
    pub fn new(version: i64, event: Event, cause: &Cause) -> Self {
        Self {
            id: EventId::new(),
            occurred_at: Utc::now(),
            source: event.source().to_owned(),
            subject: event.subject(),
            version,
            cause: cause.clone(),
            event,
        }
    }

    /// The cause of whatever a consumer of this event does.
    #[must_use]
    pub fn as_cause(&self) -> Cause {
        Cause {
            causation_id: Some(self.id),
            ..self.cause.clone()
        }
    }
}
