//! Dead letters in SQS: of a queue, and of the rule before it. Nothing can be read there without receiving it, so whoever looks
//! receives everything for a moment and gives back what was only looked at.

use super::queue::{Attributes, told};
use super::{Aws, undelivered};
use crate::transport::{BATCH, DeadLetter, DeadLetterFilter};
use anyhow::{Context, anyhow};
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName as Attribute, QueueAttributeName};
use chrono::{DateTime, Utc};
use futures::future::try_join_all;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

/// For how long a letter that is looked at is nobody else's, if it is not given back before.
const LOOK: Duration = Duration::from_secs(60);

/// A receive that waits asks every server of a queue, one that does not asks a few and may miss what is there.
const WAIT_SECONDS: i32 = 1;

/// Where a queue puts aside what failed, and after how many receives.
pub(super) struct Redrive {
    /// The ARN of the dead-letter queue.
    pub(super) target: String,
    pub(super) max_receive_count: u32,
}

/// From the attributes of a queue.
pub(super) fn redrive(attributes: &Attributes) -> anyhow::Result<Redrive> {
    let policy = attributes
        .get(&QueueAttributeName::RedrivePolicy)
        .context("it has no dead-letter queue")?;
    let policy: Value = serde_json::from_str(policy).context("its RedrivePolicy cannot be read")?;
    let target = policy.get("deadLetterTargetArn").and_then(Value::as_str);
    let most = policy.get("maxReceiveCount");
    let most = most.and_then(|most| most.as_u64().or_else(|| most.as_str()?.parse().ok()));
    Ok(Redrive {
        target: target.context("its RedrivePolicy has no target")?.to_owned(),
        max_receive_count: most
            .and_then(|most| most.try_into().ok())
            .context("its RedrivePolicy has no count")?,
    })
}

/// A dead letter, and the receipt of this look at it.
struct Held {
    letter: DeadLetter,
    receipt: String,
}

/// Where what is meant for a queue is put aside.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aside {
    /// By the queue: it was received too often.
    Failed,
    /// By the rule before it: it never came to the queue.
    Undelivered,
}

const ASIDE: [Aside; 2] = [Aside::Failed, Aside::Undelivered];

impl Aside {
    fn of(letter: &DeadLetter) -> Self {
        match letter.undelivered {
            None => Self::Failed,
            Some(_) => Self::Undelivered,
        }
    }
}

/// What is to be done with a dead letter.
#[derive(Clone, Copy)]
pub(in crate::transport) enum Fate {
    /// Back to its queue.
    Replay,
    /// Away.
    Discard,
}

impl Aws {
    /// The address of a queue by its ARN.
    pub(super) async fn url_of(&self, arn: &str) -> anyhow::Result<String> {
        let mut parts = arn.rsplit(':');
        let (name, owner) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let ask = self.queues.get_queue_url().queue_name(name);
        let answer = ask.queue_owner_aws_account_id(owner).send().await;
        let answer = answer
            .map_err(told)
            .with_context(|| format!("there is no queue {arn}"))?;
        answer.queue_url.context("a queue without an address")
    }

    async fn letters_of(&self, queue: &str, aside: Aside) -> anyhow::Result<String> {
        if aside == Aside::Undelivered {
            return Ok(self.undelivered_url(queue));
        }
        let attributes = self.attributes(&self.queue_url(queue)).await?;
        let redrive = redrive(&attributes).with_context(|| format!("the queue of {queue}"))?;
        self.url_of(&redrive.target).await
    }

    /// The address of what the rule could not put on a queue.
    pub(super) fn undelivered_url(&self, queue: &str) -> String {
        self.queue_url(queue) + undelivered::SUFFIX
    }

    pub(in crate::transport) async fn dead_letters(
        &self,
        queue: &str,
        filter: &DeadLetterFilter,
        limit: i64,
    ) -> anyhow::Result<Vec<DeadLetter>> {
        let looks = ASIDE.map(async |aside| {
            let url = self.letters_of(queue, aside).await?;
            let held = self.look(&url, aside, |_| false).await?;
            self.let_go(&url, held.values()).await?;
            anyhow::Ok(held)
        });
        let held: BTreeMap<_, _> = try_join_all(looks).await?.into_iter().flatten().collect();
        let is_meant = |letter: &DeadLetter| {
            filter
                .kind
                .as_ref()
                .is_none_or(|kind| letter.kind.as_ref() == Some(kind))
                && filter.id.as_ref().is_none_or(|id| letter.id == *id)
                && filter.after.as_ref().is_none_or(|after| letter.id > *after)
        };
        // By id already: that is how the map keeps them.
        let meant = held.into_values().map(|held| held.letter).filter(is_meant);
        Ok(meant.take(usize::try_from(limit)?).collect())
    }

    /// Receives everything that is there, or until it is enough; by the message's id.
    async fn look(
        &self,
        url: &str,
        aside: Aside,
        is_enough: impl Fn(&BTreeMap<String, Held>) -> bool,
    ) -> anyhow::Result<BTreeMap<String, Held>> {
        let mut all = BTreeMap::new();
        loop {
            let ask = self
                .queues
                .receive_message()
                .queue_url(url)
                .max_number_of_messages(i32::try_from(BATCH)?)
                .visibility_timeout(i32::try_from(LOOK.as_secs())?)
                .wait_time_seconds(WAIT_SECONDS)
                .message_system_attribute_names(Attribute::All)
                .message_attribute_names("All");
            let answer = ask
                .send()
                .await
                .map_err(told)
                .context("the dead letters cannot be read")?;
            let known = all.len();
            for message in answer.messages.unwrap_or_default() {
                let held = held(message, aside)?;
                all.insert(held.letter.id.clone(), held);
            }
            // Nothing new: there is no more, or a look takes so long that the first come again.
            if all.len() == known || is_enough(&all) {
                return Ok(all);
            }
        }
    }

    /// Gives back what was looked at.
    async fn let_go(&self, url: &str, held: impl Iterator<Item = &Held>) -> anyhow::Result<()> {
        let receipts: Vec<_> = held.map(|held| held.receipt.as_str()).collect();
        self.set_visibility(url, &receipts, Duration::ZERO).await
    }

    /// Finds these letters and does with each what is to be done; `false` for those that are no longer there.
    pub(in crate::transport) async fn settle(
        &self,
        queue: &str,
        letters: &[DeadLetter],
        fate: Fate,
    ) -> Vec<anyhow::Result<bool>> {
        let mut outcomes: BTreeMap<&str, anyhow::Result<bool>> = BTreeMap::new();
        for aside in ASIDE {
            let there = letters.iter().filter(|letter| Aside::of(letter) == aside);
            let ids: Vec<_> = there.map(|letter| letter.id.as_str()).collect();
            if !ids.is_empty() {
                let settled = self.settle_aside(queue, aside, &ids, fate).await;
                outcomes.extend(ids.into_iter().zip(settled));
            }
        }
        let outcome = |letter: &DeadLetter| outcomes.remove(letter.id.as_str()).unwrap_or(Ok(false));
        letters.iter().map(outcome).collect()
    }

    async fn settle_aside(
        &self,
        queue: &str,
        aside: Aside,
        letters: &[&str],
        fate: Fate,
    ) -> Vec<anyhow::Result<bool>> {
        let found = async {
            let url = self.letters_of(queue, aside).await?;
            let has_all = |held: &BTreeMap<_, _>| letters.iter().all(|id| held.contains_key(*id));
            let held = self.look(&url, aside, has_all).await?;
            anyhow::Ok((url, held))
        };
        let (url, mut held) = match found.await {
            Ok(found) => found,
            Err(error) => return letters.iter().map(|_| Err(anyhow!("{error:#}"))).collect(),
        };
        let mut outcomes = Vec::with_capacity(letters.len());
        for id in letters {
            outcomes.push(match held.remove(*id) {
                Some(held) => self.settle_one(queue, &url, &held, fate).await.map(|()| true),
                None => Ok(false),
            });
        }
        if let Err(error) = self.let_go(&url, held.values()).await {
            tracing::warn!(
                queue,
                error = format!("{error:#}"),
                "dead letters are hidden for a minute"
            );
        }
        outcomes
    }

    /// On its queue before it leaves the dead ones: in between it is twice, and consumers know it by its event's id.
    async fn settle_one(&self, queue: &str, url: &str, held: &Held, fate: Fate) -> anyhow::Result<()> {
        if matches!(fate, Fate::Replay) {
            self.send(queue, &held.letter.body, Duration::ZERO).await?;
        }
        let delete = self.queues.delete_message().queue_url(url);
        let deleted = delete.receipt_handle(&held.receipt).send().await;
        deleted
            .map_err(told)
            .context("it is still among the dead letters")?;
        Ok(())
    }
}

fn held(message: Message, aside: Aside) -> anyhow::Result<Held> {
    let told = message.message_attributes.unwrap_or_default();
    let attributes = message.attributes.unwrap_or_default();
    let number = |name| {
        attributes
            .get(&name)
            .and_then(|number| number.parse::<i64>().ok())
    };
    let sent_at = number(Attribute::SentTimestamp).and_then(DateTime::<Utc>::from_timestamp_millis);
    let receives = number(Attribute::ApproximateReceiveCount).and_then(|count| i32::try_from(count).ok());
    let body = message.body.unwrap_or_default();
    let (body, undelivered) = match aside {
        Aside::Failed => (body, None),
        Aside::Undelivered => (undelivered::envelope(body), Some(undelivered::causes(&told))),
    };
    let envelope: Value = serde_json::from_str(&body).unwrap_or_default();
    let text = |name| envelope.get(name).and_then(Value::as_str);
    Ok(Held {
        receipt: message.receipt_handle.context("a message without a receipt")?,
        letter: DeadLetter {
            id: message.message_id.context("a message without an id")?,
            event_id: text("id").and_then(|id| id.parse::<Uuid>().ok()),
            kind: text("type").map(str::to_owned),
            receive_count: receives.unwrap_or_default(),
            sent_at: sent_at.unwrap_or_default(),
            died_at: None,
            undelivered,
            body,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_says_where_its_dead_go() {
        let of = |policy: &str| {
            redrive(&Attributes::from([(
                QueueAttributeName::RedrivePolicy,
                policy.to_owned(),
            )]))
        };
        for count in ["5", "\"5\""] {
            let policy =
                format!(r#"{{"deadLetterTargetArn":"arn:aws:sqs:here:1:x-dead","maxReceiveCount":{count}}}"#);
            let redrive = of(&policy).unwrap();
            assert_eq!(
                (redrive.target.as_str(), redrive.max_receive_count),
                ("arn:aws:sqs:here:1:x-dead", 5)
            );
        }
        for bad in [
            "",
            "{}",
            r#"{"deadLetterTargetArn":"x"}"#,
            r#"{"maxReceiveCount":5}"#,
        ] {
            assert!(of(bad).is_err(), "{bad}");
        }
        assert!(redrive(&Attributes::new()).is_err());
    }
}
