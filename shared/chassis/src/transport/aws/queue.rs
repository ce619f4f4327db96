//! Receiving from a queue, and saying what became of what was received.

use super::Aws;
use crate::transport::{BATCH, Depth, LONGEST_WAIT, MAX_RECEIVES, Message};
use anyhow::{Context, anyhow};
use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::{
    BatchResultErrorEntry, ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry,
    MessageSystemAttributeName, QueueAttributeName,
};
use futures::try_join;
use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;

/// What a queue says of itself.
pub(super) type Attributes = HashMap<QueueAttributeName, String>;

/// An error of the SDK with its causes, which it keeps from `Display`.
pub(super) fn told(error: impl std::error::Error) -> anyhow::Error {
    anyhow!("{}", DisplayErrorContext(error))
}

/// A JSON text as SQS takes it: of all that may stand there as it is, SQS refuses these two, which are no characters.
pub(super) fn sendable(body: &str) -> Cow<'_, str> {
    if body.contains(['\u{fffe}', '\u{ffff}']) {
        let escaped = body.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff");
        Cow::Owned(escaped)
    } else {
        Cow::Borrowed(body)
    }
}

/// Whole seconds, as SQS counts: never sooner than asked.
pub(super) fn seconds(time: Duration) -> anyhow::Result<i32> {
    let whole = time.as_secs().saturating_add(u64::from(time.subsec_nanos() > 0));
    i32::try_from(whole).context("so long a time is unknown to SQS")
}

/// The outcome of each entry of a batch: those that the answer names have failed.
fn outcomes(count: usize, failed: &[BatchResultErrorEntry]) -> Vec<anyhow::Result<()>> {
    let failure = |place: usize| failed.iter().find(|entry| entry.id() == place.to_string());
    let outcome = |place| match failure(place) {
        None => Ok(()),
        Some(entry) => Err(anyhow!(
            "{}: {}",
            entry.code(),
            entry.message().unwrap_or_default()
        )),
    };
    (0..count).map(outcome).collect()
}

impl Aws {
    pub(super) fn queue_url(&self, queue: &str) -> String {
        self.settings.queues.of(queue)
    }

    pub(in crate::transport) async fn send(
        &self,
        queue: &str,
        body: &str,
        delay: Duration,
    ) -> anyhow::Result<()> {
        let send = self
            .queues
            .send_message()
            .queue_url(self.queue_url(queue))
            .message_body(sendable(body))
            .delay_seconds(seconds(delay)?);
        send.send()
            .await
            .map_err(told)
            .context("the queue did not take it")?;
        Ok(())
    }

    /// A queue that puts nothing aside would try a message that cannot be consumed for days, and then forget it.
    pub(in crate::transport) async fn take_over(&self, queue: &str) -> anyhow::Result<()> {
        let attributes = self.attributes(&self.queue_url(queue)).await?;
        let most = super::dead_letters::redrive(&attributes)
            .with_context(|| format!("the queue of {queue}"))?
            .max_receive_count;
        anyhow::ensure!(
            most == MAX_RECEIVES,
            "the queue of {queue} puts messages aside after {most} receives, and {MAX_RECEIVES} are expected"
        );
        Ok(())
    }

    pub(super) async fn attributes(&self, url: &str) -> anyhow::Result<Attributes> {
        let ask = self.queues.get_queue_attributes().queue_url(url);
        let answer = ask.attribute_names(QueueAttributeName::All).send().await;
        let answer = answer.map_err(told).context("the queue cannot be asked")?;
        answer.attributes.context("the queue says nothing of itself")
    }

    /// Waits up to `wait` for the first message. Dropped while it waits, nothing is lost: what was on its way comes
    /// again when its lease ends.
    pub(in crate::transport) async fn receive(
        &self,
        queue: &str,
        lease: Duration,
        wait: Duration,
    ) -> anyhow::Result<Vec<Message>> {
        let ask = self
            .queues
            .receive_message()
            .queue_url(self.queue_url(queue))
            .max_number_of_messages(i32::try_from(BATCH)?)
            .visibility_timeout(seconds(lease)?)
            .wait_time_seconds(seconds(wait.min(LONGEST_WAIT))?)
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount);
        let answer = ask
            .send()
            .await
            .map_err(told)
            .context("the queue cannot be read")?;
        let messages = answer.messages.unwrap_or_default();
        messages.into_iter().map(message).collect()
    }

    pub(in crate::transport) async fn acknowledge(
        &self,
        queue: &str,
        messages: &[Message],
    ) -> Vec<anyhow::Result<()>> {
        let mut all = Vec::new();
        for batch in messages.chunks(BATCH) {
            match self.delete(queue, batch).await {
                Ok(outcomes) => all.extend(outcomes),
                Err(error) => all.extend(batch.iter().map(|_| Err(anyhow!("{error:#}")))),
            }
        }
        all
    }

    async fn delete(&self, queue: &str, batch: &[Message]) -> anyhow::Result<Vec<anyhow::Result<()>>> {
        let entry = |(place, message): (usize, &Message)| {
            DeleteMessageBatchRequestEntry::builder()
                .id(place.to_string())
                .receipt_handle(&message.receipt)
                .build()
        };
        let entries = batch.iter().enumerate().map(entry).collect::<Result<_, _>>()?;
        let ask = self
            .queues
            .delete_message_batch()
            .queue_url(self.queue_url(queue));
        let answer = ask.set_entries(Some(entries)).send().await.map_err(told)?;
        Ok(outcomes(batch.len(), answer.failed()))
    }

    /// Sets for how long from now these are leased.
    pub(in crate::transport) async fn lease(
        &self,
        queue: &str,
        messages: &[Message],
        time: Duration,
    ) -> anyhow::Result<()> {
        let receipts: Vec<_> = messages.iter().map(|message| message.receipt.as_str()).collect();
        self.set_visibility(&self.queue_url(queue), &receipts, time).await
    }

    /// Sets for how long from now what was received with these receipts is nobody else's.
    pub(super) async fn set_visibility(
        &self,
        url: &str,
        receipts: &[&str],
        time: Duration,
    ) -> anyhow::Result<()> {
        let time = seconds(time)?;
        for batch in receipts.chunks(BATCH) {
            let entry = |(place, receipt): (usize, &&str)| {
                ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(place.to_string())
                    .receipt_handle(*receipt)
                    .visibility_timeout(time)
                    .build()
            };
            let entries = batch.iter().enumerate().map(entry).collect::<Result<_, _>>()?;
            let ask = self.queues.change_message_visibility_batch().queue_url(url);
            let answer = ask.set_entries(Some(entries)).send().await.map_err(told)?;
            // Whose lease ran out, or who was deleted meanwhile, is no longer ours to move.
            for error in outcomes(batch.len(), answer.failed())
                .into_iter()
                .filter_map(Result::err)
            {
                tracing::debug!(url, error = format!("{error:#}"), "a lease could not be changed");
            }
        }
        Ok(())
    }

    pub(in crate::transport) async fn answers(&self, queue: &str) -> anyhow::Result<()> {
        self.attributes(&self.queue_url(queue)).await.map(drop)
    }

    pub(in crate::transport) async fn depth(&self, queue: &str) -> anyhow::Result<Depth> {
        let attributes = self.attributes(&self.queue_url(queue)).await?;
        let failed = async {
            match super::dead_letters::redrive(&attributes) {
                Ok(redrive) => self.attributes(&self.url_of(&redrive.target).await?).await,
                Err(_none) => Ok(Attributes::new()),
            }
        };
        let undelivered = self.undelivered_url(queue);
        let (failed, undelivered) = try_join!(failed, self.attributes(&undelivered))?;
        let count = |of: &Attributes, name| of.get(&name).and_then(|number| number.parse().ok()).unwrap_or(0);
        let ready = |of| count(of, QueueAttributeName::ApproximateNumberOfMessages);
        let in_flight = |of| count(of, QueueAttributeName::ApproximateNumberOfMessagesNotVisible);
        Ok(Depth {
            ready: ready(&attributes),
            in_flight: in_flight(&attributes),
            delayed: count(
                &attributes,
                QueueAttributeName::ApproximateNumberOfMessagesDelayed,
            ),
            // Somebody may be looking at them.
            dead: [failed, undelivered]
                .iter()
                .map(|dead| ready(dead) + in_flight(dead))
                .sum(),
        })
    }
}

fn message(message: aws_sdk_sqs::types::Message) -> anyhow::Result<Message> {
    let count = message
        .attributes
        .as_ref()
        .and_then(|attributes| attributes.get(&MessageSystemAttributeName::ApproximateReceiveCount))
        .and_then(|count| count.parse().ok());
    Ok(Message {
        receipt: message.receipt_handle.context("a message without a receipt")?,
        body: message.body.unwrap_or_default(),
        receive_count: count.context("a message that was not counted")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_whole_and_never_too_few() {
        let whole = |millis| seconds(Duration::from_millis(millis)).unwrap();
        assert_eq!([0, 1, 999, 1000, 1001].map(whole), [0, 1, 1, 1, 2]);
        assert!(seconds(Duration::MAX).is_err());
    }

    #[test]
    fn in_a_batch_only_the_named_have_failed() {
        let failed = BatchResultErrorEntry::builder()
            .id("1")
            .sender_fault(true)
            .code("ReceiptHandleIsInvalid")
            .build()
            .unwrap();
        let outcomes = outcomes(3, &[failed]);
        let well: Vec<_> = outcomes.iter().map(Result::is_ok).collect();
        assert_eq!(well, [true, false, true]);
    }
}
