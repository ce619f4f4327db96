//! Messages that were put aside: looked at, sent again, thrown away.

use super::{Embedded, Transport};
use anyhow::Context;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use store::statement;
use uuid::Uuid;

/// A message that was put aside.
#[derive(Clone, Debug, QueryableByName)]
pub struct DeadLetter {
    /// Its place in the queue's dead letters.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// The event in it, if its body could be read.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub event_id: Option<Uuid>,
    /// The event's type, if its body could be read.
    #[diesel(sql_type = Nullable<Text>)]
    pub kind: Option<String>,
    /// As it came.
    #[diesel(sql_type = Text)]
    pub body: String,
    /// How often it was tried.
    #[diesel(sql_type = Integer)]
    pub receive_count: i32,
    /// When it was published.
    #[diesel(sql_type = Timestamptz)]
    pub sent_at: DateTime<Utc>,
    /// When it was put aside.
    #[diesel(sql_type = Timestamptz)]
    pub died_at: DateTime<Utc>,
}

/// Which dead letters are meant.
#[derive(Clone, Debug, Default)]
pub struct DeadLetterFilter {
    /// Of this event type.
    pub kind: Option<String>,
    /// This one.
    pub id: Option<i64>,
    /// After this one: they are listed by id.
    pub after: Option<i64>,
}

impl Transport {
    /// Dead letters of a queue, by id.
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
        }
    }

    /// Sends a dead letter to its queue again, with a fresh count of receives. `false` when it is no longer there.
    ///
    /// # Errors
    /// When it cannot: then it is still dead.
    pub async fn replay(&self, queue: &str, letter: &DeadLetter) -> anyhow::Result<bool> {
        match self {
            Self::Embedded(embedded) => embedded.replay(queue, letter).await,
        }
    }

    /// Throws a dead letter away. `false` when it is no longer there.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn discard(&self, queue: &str, letter: &DeadLetter) -> anyhow::Result<bool> {
        match self {
            Self::Embedded(embedded) => embedded.discard(queue, letter).await,
        }
    }
}

impl Embedded {
    async fn dead_letters(
        &self,
        queue: &str,
        filter: &DeadLetterFilter,
        limit: i64,
    ) -> anyhow::Result<Vec<DeadLetter>> {
        let table = self.table(queue)?;
        statement(format!(
            "SELECT id, event_id, type AS kind, body, receive_count, sent_at, died_at FROM bus.{table}_dead \
             WHERE ($1 IS NULL OR type = $1) AND ($2 IS NULL OR id = $2) AND ($3 IS NULL OR id > $3) ORDER BY id LIMIT $4"
        ))
        .bind::<Nullable<Text>, _>(filter.kind.as_deref())
        .bind::<Nullable<BigInt>, _>(filter.id)
        .bind::<Nullable<BigInt>, _>(filter.after)
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
        .bind::<BigInt, _>(letter.id)
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
            .bind::<BigInt, _>(letter.id)
            .execute(&mut self.connection().await?)
            .await?;
        Ok(gone == 1)
    }
}
