//! On Lambda: requests, batches of messages and the clock come as events, one at a time, and nothing runs between them.

mod events;
mod http;
mod sweep;
mod vouched;

pub use self::http::answer_by;
pub(super) use self::http::serve;
pub(super) use events::consume;
pub(super) use sweep::sweep;
pub use vouched::Vouched;

use anyhow::Context;
use lambda_runtime::{LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Handles one event after the other, until the platform ends the process.
///
/// # Errors
/// When the platform cannot be asked for events.
pub async fn handle<Event, Answer, F, Fut>(handler: F) -> anyhow::Result<()>
where
    Event: DeserializeOwned + Send + 'static,
    Answer: Serialize + Send + 'static,
    F: Fn(Event, Deadline) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = anyhow::Result<Answer>> + Send + 'static,
{
    let service = service_fn(move |LambdaEvent { payload, context }: LambdaEvent<Event>| {
        let handled = handler(payload, Deadline(context.deadline));
        async move {
            // The platform is told what failed; why, with all its causes, stands in the log.
            handled.await.map_err(|error| {
                tracing::error!(error = format!("{error:#}"), "an event could not be handled");
                lambda_runtime::Error::from(error.to_string())
            })
        }
    });
    let ran = lambda_runtime::run(service).await;
    ran.map_err(anyhow::Error::from_boxed)
        .context("the platform cannot be asked for events")
}

/// When an invocation is cut off, in milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(u64);

impl Deadline {
    /// How long it is until a while before.
    #[must_use]
    pub fn left(self, before: Duration) -> Duration {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Duration::from_millis(self.0)
            .saturating_sub(now)
            .saturating_sub(before)
    }
}
