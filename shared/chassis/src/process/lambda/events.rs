//! A batch of messages as Lambda takes it from a queue; it answers which of them have failed, and those come again.

use super::{Deadline, handle};
use crate::run::delay_after;
use crate::transport::Message;
use crate::{Delivered, Service, Transport, deliver, relay};
use anyhow::ensure;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use futures::future::join_all;
use std::collections::HashMap;
use std::time::Duration;

/// For how long a batch may wait until what follows from it is on the bus.
const RELAY: Duration = Duration::from_secs(5);

/// What an invocation needs to answer, once everything is done.
const LAST: Duration = Duration::from_millis(500);

/// How SQS calls the number of receives.
const RECEIVES: &str = "ApproximateReceiveCount";

/// Consumes a service's queue, a batch at a time.
pub(in crate::process) async fn consume(service: Service, transport: Transport) -> anyhow::Result<()> {
    ensure!(
        !transport.takes_back(),
        "EVENT_BUS_NAME and QUEUE_URL are not set, and there are no other queues that a function could be called by"
    );
    handle(move |event: SqsEvent, deadline| {
        let (service, transport) = (service.clone(), transport.clone());
        Box::pin(async move { consume_batch(&service, &transport, event, deadline).await })
    })
    .await
}

async fn consume_batch(
    service: &Service,
    transport: &Transport,
    event: SqsEvent,
    deadline: Deadline,
) -> anyhow::Result<SqsBatchResponse> {
    let (mut ids, mut batch) = (HashMap::new(), Vec::new());
    for record in event.records {
        let (id, message) = received(record);
        ids.insert(message.receipt.clone(), id);
        batch.push(message);
    }
    let mut answer = SqsBatchResponse::default();
    if batch.is_empty() {
        return Ok(answer);
    }
    let Delivered { failed, untried, .. } = deliver(service, transport, batch).await;
    let later = failed.iter().map(|message| async move {
        let later = transport.retry_after(service.name, message, delay_after(message));
        if let Err(error) = later.await {
            let error = format!("{error:#}");
            tracing::warn!(
                service = service.name,
                error,
                "a message that failed comes again when its lease ends"
            );
        }
    });
    join_all(later).await;
    // What could not be tried, because the database is away, comes again when its lease ends: as late as it can.
    for message in failed.iter().chain(&untried) {
        if let Some(id) = ids.remove(&message.receipt) {
            answer.add_failure(id);
        }
    }
    if service.database.relay.take() {
        relay::within(service, transport, RELAY.min(deadline.left(LAST))).await;
    }
    Ok(answer)
}

fn received(record: SqsMessage) -> (String, Message) {
    let count = record
        .attributes
        .get(RECEIVES)
        .and_then(|count| count.parse().ok());
    let message = Message {
        receipt: record.receipt_handle.unwrap_or_default(),
        body: record.body.unwrap_or_default(),
        receive_count: count.unwrap_or(1),
    };
    (record.message_id.unwrap_or_default(), message)
}
