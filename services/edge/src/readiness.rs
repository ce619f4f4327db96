//! Whether everything behind the edge can answer.

use crate::upstream::Services;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use chassis::Refusal;
use chassis::http::Json;
use futures::future::join_all;
use http::Request;
use moka::future::Cache;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// For how long a service may take to say that it is ready.
const LIMIT: Duration = Duration::from_secs(2);

/// The same where it is a function, which may have to be started first.
const LIMIT_OF_FUNCTIONS: Duration = Duration::from_secs(8);

/// Bytes of a service's own words that are looked at.
const WORDS: usize = 4 * 1024;

/// Of a service, and of all.
const READY: &str = "ready";

/// What a service says before it names what it lacks.
const NOT_READY: &str = "Not ready: ";

/// Asking is work for every service, so those who ask in the same moment share the answer.
const SHARED_FOR: Duration = Duration::from_millis(500);

/// Asks all services.
pub(crate) struct Readiness {
    services: Services,
    limit: Duration,
    answer: Cache<(), BTreeMap<String, Health>>,
}

/// How a service is.
#[derive(Clone, PartialEq, Eq)]
enum Health {
    Ready,
    /// It cannot answer now, and says why if it can say anything.
    Away(Option<String>),
}

#[derive(Serialize)]
struct Ready {
    status: &'static str,
    services: BTreeMap<String, &'static str>,
}

impl Readiness {
    pub(crate) fn new(services: Services, are_functions: bool) -> Self {
        let answer = Cache::builder().time_to_live(SHARED_FOR).build();
        let limit = if are_functions { LIMIT_OF_FUNCTIONS } else { LIMIT };
        Self {
            services,
            limit,
            answer,
        }
    }

    /// 200 when every service is ready, otherwise 503 with the names of those that are not, and what they say they lack.
    pub(crate) async fn answer(&self) -> Response {
        let services = self.answer.get_with((), self.ask()).await;
        let away: Vec<_> = services
            .iter()
            .filter_map(|(name, health)| match health {
                Health::Ready => None,
                Health::Away(None) => Some(name.clone()),
                Health::Away(Some(why)) => Some(format!("{name} ({why})")),
            })
            .collect();
        if away.is_empty() {
            return Json::of(Ready {
                status: READY,
                services: services.into_keys().map(|name| (name, READY)).collect(),
            })
            .into_response();
        }
        Refusal::unavailable(format!("{NOT_READY}{}", away.join(", "))).into_response()
    }

    async fn ask(&self) -> BTreeMap<String, Health> {
        join_all(
            self.services
                .names()
                .map(async |name| (name.to_owned(), self.ask_one(name).await)),
        )
        .await
        .into_iter()
        .collect()
    }

    async fn ask_one(&self, service: &str) -> Health {
        let asked = async {
            let request = Request::get("/ready").body(Body::empty()).ok()?;
            let response = self.services.ask(service, request).await.ok()?;
            if response.status().is_success() {
                return Some(Health::Ready);
            }
            let body = axum::body::to_bytes(response.into_body(), WORDS).await.ok()?;
            Some(Health::Away(lacking(&body)))
        };
        match tokio::time::timeout(self.limit, asked).await {
            Ok(Some(health)) => health,
            _ => Health::Away(None),
        }
    }
}

/// What a service that refuses says it lacks.
fn lacking(body: &[u8]) -> Option<String> {
    let said = std::str::from_utf8(body).ok()?;
    said.strip_prefix(NOT_READY).map(str::to_owned)
}
