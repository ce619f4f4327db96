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

/// Asking is work for every service, so those who ask in the same moment share the answer.
const SHARED_FOR: Duration = Duration::from_millis(500);

/// Asks all services.
pub(crate) struct Readiness {
    services: Services,
    limit: Duration,
    answer: Cache<(), BTreeMap<String, Health>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Health {
    Ready,
    Away,
}

#[derive(Serialize)]
struct Ready {
    status: Health,
    services: BTreeMap<String, Health>,
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

    /// 200 when every service is ready, otherwise 503 with the names of those that are not.
    pub(crate) async fn answer(&self) -> Response {
        let services = self.answer.get_with((), self.ask()).await;
        let away = services.iter().filter(|(_, health)| **health == Health::Away);
        let away: Vec<_> = away.map(|(name, _)| name.as_str()).collect();
        if away.is_empty() {
            return Json::of(Ready {
                status: Health::Ready,
                services,
            })
            .into_response();
        }
        Refusal::unavailable(format!("Not ready: {}", away.join(", "))).into_response()
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
        let request = Request::get("/ready").body(Body::empty());
        let Ok(request) = request else { return Health::Away };
        match tokio::time::timeout(self.limit, self.services.ask(service, request)).await {
            Ok(Ok(response)) if response.status().is_success() => Health::Ready,
            _ => Health::Away,
        }
    }
}
