//! The operator's key: lifts rate limits for tools that fill or load the site, and does nothing else.

use crate::config::PresentedKey;
use crate::upstream::Services;
use crate::vouchers::Vouchers;
use anyhow::anyhow;
use axum::body::Body;
use chassis::http::REQUEST_ID_HEADER;
use chassis::{CLIENT_HEADER, Caller, PRINCIPAL_HEADER, Refusal};
use chrono::Utc;
use http::{HeaderMap, HeaderName, Request, StatusCode};
use moka::sync::Cache;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Carries the operator's key.
const HEADER: HeaderName = HeaderName::from_static("x-valine-operator");

/// How often its use from one address is worth a line.
const NOTED_EVERY: Duration = Duration::from_secs(3600);

/// Knows the key, and has its use noted.
pub(crate) struct Operators {
    key: Option<PresentedKey>,
    noted: Cache<Option<IpAddr>, ()>,
    services: Services,
    vouchers: Arc<Vouchers>,
}

impl Operators {
    pub(crate) fn new(key: Option<PresentedKey>, services: Services, vouchers: Arc<Vouchers>) -> Self {
        let noted = Cache::builder()
            .max_capacity(10_000)
            .time_to_live(NOTED_EVERY)
            .build();
        Self {
            key,
            noted,
            services,
            vouchers,
        }
    }

    /// Whether the asker presents the key. Its use is noted in the log and in the audit, once an hour for each address.
    ///
    /// # Errors
    /// 403 `OPERATOR_KEY_WRONG` for a wrong key, for two, and for any where there is none to present.
    pub(crate) async fn is_presented(
        &self,
        headers: &HeaderMap,
        client: Option<IpAddr>,
        request_id: Uuid,
    ) -> Result<bool, Refusal> {
        let mut presented = headers.get_all(HEADER).iter();
        let Some(first) = presented.next() else {
            return Ok(false);
        };
        let is_right = self.key.as_ref().is_some_and(|key| key.is(first.as_bytes()));
        if !is_right || presented.next().is_some() {
            let message = "The operator's key is not this one; leave X-Valine-Operator out, or read it anew from where it is kept";
            return Err(Refusal::new(StatusCode::FORBIDDEN, "OPERATOR_KEY_WRONG", message));
        }
        if self.noted.entry(client).or_insert(()).is_fresh() {
            tracing::info!(%request_id, "the operator's key is used from an address, for the first time in an hour");
            self.note(client, request_id).await;
        }
        Ok(true)
    }

    /// Has it written into the audit, which identity keeps. If that fails it is tried again with the next request: the key
    /// lifts limits and nothing else, so nobody is turned away for it.
    async fn note(&self, client: Option<IpAddr>, request_id: Uuid) {
        let noted = async {
            let mut request = Request::post("/internal/operator-uses")
                .header(
                    PRINCIPAL_HEADER,
                    self.vouchers
                        .header("identity", &Caller::Edge, false, Utc::now())?,
                )
                .header(REQUEST_ID_HEADER, request_id.to_string());
            if let Some(client) = client {
                request = request.header(CLIENT_HEADER, client.to_string());
            }
            let response = self.services.ask("identity", request.body(Body::empty())?).await;
            let response = response.map_err(|refusal| anyhow!("{refusal}"))?;
            anyhow::ensure!(
                response.status().is_success(),
                "it answered {}",
                response.status()
            );
            Ok(())
        };
        if let Err(error) = noted.await {
            tracing::warn!(
                error = format!("{error:#}"),
                "the use of the operator's key is not in the audit"
            );
            self.noted.invalidate(&client);
        }
    }
}
