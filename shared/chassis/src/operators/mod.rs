//! What operators do with dead letters, by the command line or over HTTP: one way to look, to change and to keep who did it.
//!
//! It reaches for the queues by a [`Transport`], and for what is known of failures and actions by a connection whose role
//! may do so: the administrator's, or that of a service which [`crate::transport::provision`] named as one for operators.

mod found;

pub use found::Found;

use crate::transport::{DeadLetter, DeadLetterFilter};
use crate::{Transport, schema_of};
use anyhow::Context;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures::future::try_join_all;
use serde_json::Value;
use std::collections::HashMap;
use store::failures::Kept;
use store::outbox::Backlog;
use store::statement;
use uuid::Uuid;

/// Most dead letters that are read at a time: each may have 256 KiB.
const PORTION: i64 = 100;

/// Which dead letters are meant.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of this queue; of all when there is none.
    pub queue: Option<&'static str>,
    /// Of this event type.
    pub kind: Option<String>,
    /// Whose failure has these words, or this fingerprint.
    pub error: Option<String>,
    /// Behind this one, in the order of the queues and then of the letters' ids.
    pub after: Option<(String, String)>,
    /// At most so many.
    pub most: Option<usize>,
}

/// What is to be done with a dead letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Sent to its queue again.
    Replay,
    /// Thrown away.
    Discard,
}

/// What became of a change, as it stands beside the action.
fn outcome(changed: &anyhow::Result<bool>) -> &'static str {
    match changed {
        Ok(true) => "done",
        Ok(false) => "gone",
        Err(_) => "failed",
    }
}

impl Change {
    /// As it stands among the operators' actions.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Replay => "replay",
            Self::Discard => "discard",
        }
    }
}

/// Something that an operator did.
#[derive(Clone, Debug)]
pub struct Action<'a> {
    /// Who: a user of the machine, or an account.
    pub operator: &'a str,
    /// What: `show`, `reveal`, `replay`, …
    pub action: &'a str,
    /// With which queue.
    pub queue: Option<&'a str>,
    /// With which event.
    pub event: Option<Uuid>,
    /// Ids and words of the operator; never what people wrote.
    pub detail: Value,
}

/// A change to dead letters of which it is kept who does it, and which is not yet done.
#[derive(Debug)]
#[must_use = "it is kept, and not yet done"]
pub struct Begun<'a> {
    change: Change,
    queue: &'a str,
    letters: &'a [DeadLetter],
    /// Their numbers.
    actions: Vec<i64>,
}

#[derive(QueryableByName)]
struct Numbered {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

#[derive(QueryableByName)]
struct Done {
    #[diesel(sql_type = Text)]
    action: String,
}

/// The queues as an operator meets them.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The way to the queues.
    pub transport: &'a Transport,
    /// The way to what is known besides.
    pub conn: &'a AsyncPgConnection,
    /// Every consumer, in the order of their names.
    pub queues: &'a [&'static str],
}

impl Desk<'_> {
    /// The queue of this name, however it is written.
    #[must_use]
    pub fn queue(&self, name: &str) -> Option<&'static str> {
        let mut queues = self.queues.iter().copied();
        queues.find(|queue| schema_of(queue) == schema_of(name))
    }

    /// Dead letters with what is known of their failures.
    ///
    /// # Errors
    /// When the queues cannot be reached.
    pub async fn letters(&self, wanted: &Wanted) -> anyhow::Result<Vec<Found>> {
        let after = wanted.after.as_ref();
        let queues = self.queues.iter().copied().filter(|queue| {
            let is_wanted = wanted.queue.is_none_or(|only| only == *queue);
            is_wanted && after.is_none_or(|(last, _)| *queue >= last.as_str())
        });
        let filter = |queue: &str| DeadLetterFilter {
            kind: wanted.kind.clone(),
            id: None,
            after: after
                .filter(|(last, _)| queue == last.as_str())
                .map(|(_, id)| id.clone()),
        };
        // All at once: a look at a queue of SQS is mostly a wait.
        let looks = queues.map(|queue| self.of_queue(queue, filter(queue), wanted));
        let found = try_join_all(looks).await?.into_iter().flatten();
        Ok(found.take(wanted.most.unwrap_or(usize::MAX)).collect())
    }

    async fn of_queue(
        &self,
        queue: &'static str,
        mut filter: DeadLetterFilter,
        wanted: &Wanted,
    ) -> anyhow::Result<Vec<Found>> {
        let mut found = Vec::new();
        loop {
            let missing = wanted.most.map(|most| most.saturating_sub(found.len()));
            let portion = match missing.map(i64::try_from).transpose()? {
                Some(missing) if wanted.error.is_none() => missing.min(PORTION),
                _ => PORTION,
            };
            let letters = self.transport.dead_letters(queue, &filter, portion).await?;
            let is_last = letters.len() < usize::try_from(portion)?;
            filter.after = letters.last().map(|last| last.id.clone());
            let failures = self.failures(queue, &letters).await?;
            let known = letters.into_iter().map(|letter| {
                let failed = letter.event_id.filter(|_| letter.undelivered.is_none());
                let failure = failed.and_then(|event| failures.get(&event)).cloned();
                Found {
                    queue,
                    letter,
                    failure,
                }
            });
            found
                .extend(known.filter(|found| wanted.error.as_ref().is_none_or(|words| found.matches(words))));
            let is_enough = wanted.most.is_some_and(|most| found.len() >= most);
            if is_last || is_enough {
                return Ok(found);
            }
        }
    }

    /// One dead letter; nothing when it is not there (any more).
    ///
    /// # Errors
    /// When the queues cannot be reached.
    pub async fn letter(&self, queue: &'static str, id: &str) -> anyhow::Result<Option<Found>> {
        let filter = DeadLetterFilter {
            id: Some(id.to_owned()),
            ..DeadLetterFilter::default()
        };
        let Some(letter) = self.transport.dead_letters(queue, &filter, 1).await?.pop() else {
            return Ok(None);
        };
        let mut failures = self.failures(queue, std::slice::from_ref(&letter)).await?;
        let failure = letter.event_id.and_then(|event| failures.remove(&event));
        Ok(Some(Found {
            queue,
            letter,
            failure,
        }))
    }

    async fn failures(&self, queue: &str, letters: &[DeadLetter]) -> anyhow::Result<HashMap<Uuid, Kept>> {
        // What was not delivered has not failed there; if its event has, that was another copy.
        let events: Vec<Uuid> = letters
            .iter()
            .filter(|letter| letter.undelivered.is_none())
            .filter_map(|letter| letter.event_id)
            .collect();
        if events.is_empty() {
            return Ok(HashMap::new());
        }
        let mut conn = self.conn;
        let kept: Vec<Kept> = statement("SELECT * FROM bus.failures_of($1, $2)")
            .bind::<Text, _>(schema_of(queue))
            .bind::<Array<SqlUuid>, _>(&events)
            .load(&mut conn)
            .await
            .context("the failure records cannot be read")?;
        Ok(kept
            .into_iter()
            .map(|failure| (failure.event_id, failure))
            .collect())
    }

    /// Sends dead letters of a queue again, or throws them away, and keeps who does it: before, and what became of it
    /// afterwards. Answers for each, in the same order: `false` when it is no longer there; an error when it cannot be
    /// done, and then it is still dead. `detail` says of each what is kept with the action.
    ///
    /// # Errors
    /// When it cannot be kept: then it is not done.
    pub async fn change(
        &self,
        change: Change,
        (operator, queue): (&str, &str),
        letters: &[DeadLetter],
        detail: impl Fn(&DeadLetter) -> Value,
    ) -> anyhow::Result<Vec<anyhow::Result<bool>>> {
        let begun = self.begin(change, (operator, queue), letters, detail).await?;
        Ok(self.finish(begun).await)
    }

    /// The first half of [`change`](Self::change): keeps who does it. For whoever keeps more in the same transaction.
    ///
    /// # Errors
    /// When it cannot be kept: then it must not be done.
    pub async fn begin<'a>(
        &self,
        change: Change,
        (operator, queue): (&str, &'a str),
        letters: &'a [DeadLetter],
        detail: impl Fn(&DeadLetter) -> Value,
    ) -> anyhow::Result<Begun<'a>> {
        let mut actions = Vec::with_capacity(letters.len());
        for letter in letters {
            let action = Action {
                operator,
                action: change.name(),
                queue: Some(queue),
                event: letter.event_id,
                detail: detail(letter),
            };
            actions.push(self.keep(action).await?);
        }
        Ok(Begun {
            change,
            queue,
            letters,
            actions,
        })
    }

    /// The second half: does it, and keeps what became of it.
    pub async fn finish(&self, begun: Begun<'_>) -> Vec<anyhow::Result<bool>> {
        let changed = match begun.change {
            Change::Replay => self.transport.replay(begun.queue, begun.letters).await,
            Change::Discard => self.transport.discard(begun.queue, begun.letters).await,
        };
        let outcomes = changed.iter().map(outcome).collect();
        // It has happened, whether it can be written down or not.
        if let Err(error) = self.note(begun.actions, outcomes).await {
            tracing::warn!(%error, "what became of an operator's action is not known to the audit");
        }
        changed
    }

    async fn note(&self, actions: Vec<i64>, outcomes: Vec<&'static str>) -> QueryResult<usize> {
        let mut conn = self.conn;
        statement(
            "UPDATE bus.operator_action AS action SET outcome = became.outcome \
             FROM unnest($1, $2) AS became (id, outcome) WHERE action.id = became.id",
        )
        .bind::<Array<BigInt>, _>(actions)
        .bind::<Array<Text>, _>(outcomes)
        .execute(&mut conn)
        .await
    }

    /// Keeps who does what, before it is done; answers the action's number.
    ///
    /// # Errors
    /// When it cannot be kept: then it must not be done.
    pub async fn keep(&self, action: Action<'_>) -> anyhow::Result<i64> {
        let mut conn = self.conn;
        let kept: Numbered = statement(
            "INSERT INTO bus.operator_action (operator, action, queue, event_id, detail) VALUES ($1, $2, $3, $4, $5) \
             RETURNING id",
        )
        .bind::<Text, _>(action.operator)
        .bind::<Text, _>(action.action)
        .bind::<Nullable<Text>, _>(action.queue)
        .bind::<Nullable<SqlUuid>, _>(action.event)
        .bind::<Jsonb, _>(action.detail)
        .get_result(&mut conn)
        .await
        .context("who did it cannot be kept in bus.operator_action, and then nothing but a migration is done")?;
        Ok(kept.id)
    }

    /// What was done with a letter that is no longer there, if an operator did it; `id` is CONSUMER/NUMBER. Actions that came
    /// too late do not count; one of which nobody knows what became does where there is no other.
    ///
    /// # Errors
    /// When the actions cannot be read.
    pub async fn fate(&self, id: &str) -> anyhow::Result<Option<Change>> {
        let mut conn = self.conn;
        let done: Vec<Done> = statement(
            "SELECT action FROM bus.operator_action WHERE detail ->> 'id' = $1 AND action IN ('replay', 'discard') \
             AND (outcome = 'done' OR outcome IS NULL) ORDER BY outcome NULLS LAST, id DESC LIMIT 1",
        )
        .bind::<Text, _>(id)
        .load(&mut conn)
        .await
        .context("the operators' actions cannot be read")?;
        let known = [Change::Replay, Change::Discard];
        let last = done.into_iter().next();
        Ok(last.and_then(|last| known.into_iter().find(|change| change.name() == last.action)))
    }

    /// What waits in the outbox of a service; nothing when its tables are on another server.
    ///
    /// # Errors
    /// When it cannot be counted.
    pub async fn backlog(&self, service: &str) -> anyhow::Result<Option<Backlog>> {
        let mut conn = self.conn;
        let counted: Vec<Backlog> = statement("SELECT * FROM bus.backlog_of($1)")
            .bind::<Text, _>(schema_of(service))
            .load(&mut conn)
            .await
            .with_context(|| format!("the outbox of {service} cannot be counted"))?;
        Ok(counted.into_iter().next())
    }
}
