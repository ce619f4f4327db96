//! Putting events on the bus, each with an answer of its own.

use super::Aws;
use super::queue::{sendable, told};
use anyhow::{Context, anyhow};
use aws_sdk_eventbridge::error::{DisplayErrorContext, ProvideErrorMetadata};
use aws_sdk_eventbridge::types::{PutEventsRequestEntry, PutEventsResultEntry};
use futures::future::join_all;
use store::outbox::Pending;

/// Most entries of one call.
const ENTRIES: usize = 10;

/// Most bytes of an entry, and of all entries of one call: EventBridge counts source, type and detail together.
const BYTES: usize = 256 * 1024;

/// How many calls run at a time: all of [`PUBLISH_BATCH`].
const CALLS: usize = 4;

/// Most events in one look at the outbox.
pub(in crate::transport) const PUBLISH_BATCH: usize = CALLS * ENTRIES;

/// An event that is worth a call, and the place of its answer.
struct Entry {
    place: usize,
    bytes: usize,
    request: PutEventsRequestEntry,
}

impl Aws {
    pub(in crate::transport) async fn bus_answers(&self) -> anyhow::Result<()> {
        let asked = self
            .bus
            .describe_event_bus()
            .name(&self.settings.bus)
            .send()
            .await;
        match asked {
            // Whoever may publish need not be allowed to look.
            Err(error) if error.code() == Some("AccessDeniedException") => Ok(()),
            other => other.map(drop).map_err(told).context("the bus cannot be asked"),
        }
    }

    pub(in crate::transport) async fn publish(
        &self,
        source: &str,
        events: &[Pending],
    ) -> Vec<anyhow::Result<()>> {
        let mut answers: Vec<_> = events
            .iter()
            .map(|_| Err(anyhow!("the bus did not answer for this event")))
            .collect();
        let mut entries = Vec::new();
        for (place, event) in events.iter().enumerate() {
            match self.entry(source, event) {
                Ok((bytes, request)) => entries.push(Entry {
                    place,
                    bytes,
                    request,
                }),
                Err(error) => answer(&mut answers, place, Err(error)),
            }
        }
        let calls = join_all(in_calls(entries).into_iter().map(|call| self.put(call))).await;
        for (place, outcome) in calls.into_iter().flatten() {
            answer(&mut answers, place, outcome);
        }
        answers
    }

    /// What no bus would take is found here, and costs the others nothing.
    fn entry(&self, source: &str, event: &Pending) -> anyhow::Result<(usize, PutEventsRequestEntry)> {
        let kind = event.kind.as_deref().context("the envelope has no type")?;
        let detail = sendable(&event.body);
        let bytes = source.len() + kind.len() + detail.len();
        anyhow::ensure!(bytes <= BYTES, "{bytes} bytes are more than the bus takes");
        let request = PutEventsRequestEntry::builder()
            .event_bus_name(&self.settings.bus)
            .source(source)
            .detail_type(kind)
            .detail(detail)
            .build();
        Ok((bytes, request))
    }

    /// One call; when it fails as a whole, one for each entry, for it may be the fault of a single one.
    async fn put(&self, call: Vec<Entry>) -> Vec<(usize, anyhow::Result<()>)> {
        match self.put_events(&call).await {
            Ok(outcomes) => call.iter().map(|entry| entry.place).zip(outcomes).collect(),
            Err(error) if call.len() > 1 => {
                tracing::warn!(
                    error = format!("{error:#}"),
                    entries = call.len(),
                    "a call to the bus failed; its events are tried one by one"
                );
                join_all(call.iter().map(|entry| self.put_alone(entry))).await
            }
            Err(error) => call
                .iter()
                .map(|entry| (entry.place, Err(anyhow!("{error:#}"))))
                .collect(),
        }
    }

    async fn put_alone(&self, entry: &Entry) -> (usize, anyhow::Result<()>) {
        let outcome = self.put_events(std::slice::from_ref(entry)).await;
        let outcome = outcome.and_then(|mut outcomes| {
            let only = outcomes.pop();
            only.unwrap_or_else(|| Err(anyhow!("the bus did not answer for this event")))
        });
        (entry.place, outcome)
    }

    /// An answer for each entry; an error when there is none for any.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place: what is put here comes from an outbox"
    )]
    async fn put_events(&self, entries: &[Entry]) -> anyhow::Result<Vec<anyhow::Result<()>>> {
        let requests = entries.iter().map(|entry| entry.request.clone()).collect();
        let answer = self.bus.put_events().set_entries(Some(requests)).send().await;
        let answer =
            answer.map_err(|error| anyhow!("{}", DisplayErrorContext(error)).context("the bus failed"))?;
        anyhow::ensure!(
            answer.entries().len() == entries.len(),
            "the bus answered for {} of {} events",
            answer.entries().len(),
            entries.len()
        );
        Ok(answer.entries().iter().map(outcome).collect())
    }
}

/// HTTP 200 says nothing of a single entry; its own id or error code does.
fn outcome(entry: &PutEventsResultEntry) -> anyhow::Result<()> {
    match (entry.error_code(), entry.event_id()) {
        (None, Some(_)) => Ok(()),
        (code, _) => Err(anyhow!(
            "the bus refused it: {}: {}",
            code.unwrap_or("without a code"),
            entry.error_message().unwrap_or("without words")
        )),
    }
}

fn answer(answers: &mut [anyhow::Result<()>], place: usize, outcome: anyhow::Result<()>) {
    if let Some(answer) = answers.get_mut(place) {
        *answer = outcome;
    }
}

/// As few calls as the limits allow.
fn in_calls(entries: Vec<Entry>) -> Vec<Vec<Entry>> {
    let mut calls: Vec<Vec<Entry>> = Vec::new();
    let mut bytes = 0;
    for entry in entries {
        match calls.last_mut() {
            Some(call) if call.len() < ENTRIES && bytes + entry.bytes <= BYTES => {
                bytes += entry.bytes;
                call.push(entry);
            }
            _ => {
                bytes = entry.bytes;
                calls.push(vec![entry]);
            }
        }
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(sizes: &[usize]) -> Vec<Entry> {
        let entry = |(place, bytes): (usize, &usize)| Entry {
            place,
            bytes: *bytes,
            request: PutEventsRequestEntry::builder().build(),
        };
        sizes.iter().enumerate().map(entry).collect()
    }

    #[test]
    fn calls_keep_to_both_limits() {
        let lengths =
            |sizes: &[usize]| -> Vec<usize> { in_calls(entries(sizes)).iter().map(Vec::len).collect() };
        assert_eq!(lengths(&[]), Vec::<usize>::new());
        assert_eq!(lengths(&[1; 25]), [10, 10, 5]);
        assert_eq!(lengths(&[BYTES, 1, BYTES - 1, 1]), [1, 2, 1]);
        assert_eq!(lengths(&[BYTES / 4; 10]), [4, 4, 2]);
    }
}
