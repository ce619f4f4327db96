//! Whether a service can answer now: what it stands on is asked, and what does not answer is named.

use crate::{Database, Transport};
use http::StatusCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// For how long each part may take to answer; the edge, which asks all services, waits a little longer.
const LIMIT: Duration = Duration::from_millis(1_500);

/// The same where nothing but requests is answered, as by a function: it may have to connect first, which is given
/// [three seconds](store::PoolOptions). The edge waits twice as long for functions.
const LIMIT_ALONE: Duration = Duration::from_secs(4);

/// What a service stands on.
#[derive(Clone)]
pub(crate) struct Readiness {
    service: &'static str,
    database: Database,
    carrier: Arc<OnceLock<Carrier>>,
}

/// What carries its events.
struct Carrier {
    transport: Transport,
    /// Whether it has a queue.
    consumes: bool,
}

impl Readiness {
    pub(crate) fn new(service: &'static str, database: Database) -> Self {
        Self {
            service,
            database,
            carrier: Arc::default(),
        }
    }

    /// With what carries its events, once it is known.
    pub(crate) fn carried_by(&self, transport: &Transport, consumes: bool) {
        // It is the same, however often it is said.
        self.carrier.get_or_init(|| Carrier {
            transport: transport.clone(),
            consumes,
        });
    }

    /// 200 when everything answers, otherwise 503 and what does not: in plain text, for whoever looks after services asks this, past
    /// the guard that puts refusals into words. The log says why.
    pub(crate) async fn answer(self) -> (StatusCode, String) {
        let carrier = self.carrier.get();
        let limit = if carrier.is_some() { LIMIT } else { LIMIT_ALONE };
        let of_database = self.within(limit, "database", self.database.answers());
        let of_queue = async {
            match carrier {
                Some(Carrier {
                    transport,
                    consumes: true,
                }) => {
                    self.within(limit, "queue", Box::pin(transport.answers(self.service)))
                        .await
                }
                _ => true,
            }
        };
        let of_bus = async {
            match carrier {
                Some(Carrier { transport, .. }) => {
                    self.within(limit, "bus", Box::pin(transport.bus_answers())).await
                }
                None => true,
            }
        };
        let (database, queue, bus) = tokio::join!(of_database, of_queue, of_bus);
        let parts = [
            (database, "its database gives no answer"),
            (queue, "its queue gives no answer"),
            (bus, "the bus gives no answer"),
        ];
        let away: Vec<_> = parts.iter().filter(|(answers, _)| !answers).collect();
        if away.is_empty() {
            return (StatusCode::OK, "ok".to_owned());
        }
        let words: Vec<_> = away.iter().map(|(_, words)| *words).collect();
        let said = format!("Not ready: {}", words.join(", "));
        (StatusCode::SERVICE_UNAVAILABLE, said)
    }

    async fn within(
        &self,
        limit: Duration,
        part: &str,
        answer: impl Future<Output = anyhow::Result<()>>,
    ) -> bool {
        let error = match tokio::time::timeout(limit, answer).await {
            Ok(Ok(())) => return true,
            Ok(Err(error)) => format!("{error:#}"),
            Err(_elapsed) => format!("no answer within {limit:?}"),
        };
        tracing::warn!(service = self.service, part, error, "not ready");
        false
    }
}
