//! Messages that were put aside: looked at, sent again, thrown away.

use super::aws::Fate;
use super::{Embedded, Transport};
use anyhow::Context;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use store::statement;
use uuid::Uuid;

/// A message that was put aside: by the queue when its consumer had failed too often, or by the bus when it could not put it on
/// the queue.
#[derive(Clone, Debug, QueryableByName)]
pub struct DeadLetter {
    /// Names it among the queue's dead letters.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// The event in it, if its body could be read.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub event_id: Option<Uuid>,
    /// The event's type, if its body could be read.
    #[diesel(sql_type = Nullable<Text>)]
    pub kind: Option<String>,
    /// As it came.
    #[diesel(sql_type = Text)]
    pub body: String,
    /// How often it was received: on SQS also by those who only looked at it.
    #[diesel(sql_type = Integer)]
    pub receive_count: i32,
    /// When it was published.
    #[diesel(sql_type = Timestamptz)]
    pub sent_at: DateTime<Utc>,
    /// When it was put aside; SQS does not tell.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub died_at: Option<DateTime<Utc>>,
    /// Why the bus could not put it on its queue, outermost first; nothing where it came there and failed. (Tables never
    /// refuse; a rule of EventBridge has dead letters of its own.)
    #[diesel(sql_type = Nullable<Array<Text>>)]
    pub undelivered: Option<Vec<String>>,
}

/// Which dead letters are meant.
#[derive(Clone, Debug, Default)]
pub struct DeadLetterFilter {
    /// Of this event type.
    pub kind: Option<String>,
    /// This one.
    pub id: Option<String>,
    /// After this one: they are listed in the order of their ids.
    pub after: Option<String>,
}

impl Transport {
    /// Dead letters of a queue, in the order of their ids. On SQS, which cannot be read without receiving, nobody else
    /// sees them at the same moment.
    ///
    /// # Errors
    /// When they cannot be read; only an administrator may.
    pub async fn dead_letters(
        &self,
        queue: &str,
        filter: &DeadLetterFilter,
        limit: i64,
    ) -> anyhow::Result<Vec<DeadLetter>> {
        match self {
            Self::Embedded(embedded) => embedded.dead_letters(queue, filter, limit).await,
            Self::Aws(aws) => aws.dead_letters(queue, filter, limit).await,
        }
    }

    /// Sends dead letters to their queue again, each with a fresh count of receives. Answers for each, in the same
    /// order: `false` when it is no longer there; an error when it cannot be done, and then it is still dead.
    pub async fn replay(&self, queue: &str, letters: &[DeadLetter]) -> Vec<anyhow::Result<bool>> {
        match self {
            Self::Embedded(embedded) => {
                let mut outcomes = Vec::with_capacity(letters.len());
                for letter in letters {
                    outcomes.push(embedded.replay(queue, letter).await);
                }
                outcomes
            }
            Self::Aws(aws) => aws.settle(queue, letters, Fate::Replay).await,
        }
    }

    /// Throws dead letters away. Answers for each, in the same order: `false` when it is no longer there.
    pub async fn discard(&self, queue: &str, letters: &[DeadLetter]) -> Vec<anyhow::Result<bool>> {
        match self {
            Self::Embedded(embedded) => {
                let mut outcomes = Vec::with_capacity(letters.len());
                for letter in letters {
                    outcomes.push(embedded.discard(queue, letter).await);
                }
                outcomes
            }
            Self::Aws(aws) => aws.settle(queue, letters, Fate::Discard).await,
        }
    }
}

/// The row of a letter; none has an id that is no number.
fn row(id: &str) -> Option<i64> {
    id.parse().ok()
}

impl Embedded {
    async fn dead_letters(
        &self,
        queue: &str,
        filter: &DeadLetterFilter,
        limit: i64,
    ) -> anyhow::Result<Vec<DeadLetter>> {
        let table = self.table(queue)?;
        let id = filter.id.as_deref().map(|id| row(id).unwrap_or(-1));
        statement(format!(
            "SELECT id::text, event_id, type AS kind, body, receive_count, sent_at, died_at, NULL::text[] AS undelivered \
             FROM bus.{table}_dead AS dead \
             WHERE ($1 IS NULL OR type = $1) AND ($2 IS NULL OR id = $2) AND ($3 IS NULL OR id > $3) \
             ORDER BY dead.id LIMIT $4"
        ))
        .bind::<Nullable<Text>, _>(filter.kind.as_deref())
        .bind::<Nullable<BigInt>, _>(id)
        .bind::<Nullable<BigInt>, _>(filter.after.as_deref().and_then(row))
        .bind::<BigInt, _>(limit)
        .load(&mut self.connection().await?)
        .await
        .context("the dead letters cannot be read")
    }

    async fn replay(&self, queue: &str, letter: &DeadLetter) -> anyhow::Result<bool> {
        let table = self.table(queue)?;
        let moved = statement(format!(
            "WITH risen AS (DELETE FROM bus.{table}_dead WHERE id = $1 RETURNING event_id, type, body, sent_at) \
             INSERT INTO bus.{table} (event_id, type, body, sent_at) SELECT * FROM risen"
        ))
        .bind::<Nullable<BigInt>, _>(row(&letter.id))
        .execute(&mut self.connection().await?)
        .await?;
        if let Some(wake) = self.wake(queue) {
            wake.wake();
        }
        Ok(moved == 1)
    }

    async fn discard(&self, queue: &str, letter: &DeadLetter) -> anyhow::Result<bool> {
        let table = self.table(queue)?;
        let gone = statement(format!("DELETE FROM bus.{table}_dead WHERE id = $1"))
            .bind::<Nullable<BigInt>, _>(row(&letter.id))
            .execute(&mut self.connection().await?)
            .await?;
        Ok(gone == 1)
    }
}
