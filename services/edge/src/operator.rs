//! The operator's key: lifts rate limits for tools that fill or load the site, and does nothing else.

use crate::config::OperatorKey;
use chassis::Refusal;
use http::{HeaderMap, HeaderName, StatusCode};
use moka::sync::Cache;
use std::net::IpAddr;
use std::time::Duration;
use uuid::Uuid;

/// Carries the operator's key.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-valine-operator");

/// How often its use from one address is worth a line.
const NOTED_EVERY: Duration = Duration::from_secs(3600);

/// What somebody presents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presented {
    Nothing,
    /// The key, for the first time in an hour from this address.
    First,
    /// The key.
    Again,
}

/// Knows the key.
pub(crate) struct Operators {
    key: Option<OperatorKey>,
    noted: Cache<Option<IpAddr>, ()>,
}

impl Operators {
    pub(crate) fn new(key: Option<OperatorKey>) -> Self {
        let noted = Cache::builder()
            .max_capacity(10_000)
            .time_to_live(NOTED_EVERY)
            .build();
        Self { key, noted }
    }

    /// Whether the asker presents the key, and whether that is worth a line.
    ///
    /// # Errors
    /// 403 `OPERATOR_KEY_WRONG` for a wrong key, for two, and for any where there is none to present.
    pub(crate) fn is_presented(
        &self,
        headers: &HeaderMap,
        client: Option<IpAddr>,
        request_id: Uuid,
    ) -> Result<Presented, Refusal> {
        let mut presented = headers.get_all(HEADER).iter();
        let Some(first) = presented.next() else {
            return Ok(Presented::Nothing);
        };
        let is_right = self.key.as_ref().is_some_and(|key| key.is(first.as_bytes()));
        if !is_right || presented.next().is_some() {
            let message = "The operator's key is not this one; leave X-Valine-Operator out, or read it anew from where it is kept";
            return Err(Refusal::new(StatusCode::FORBIDDEN, "OPERATOR_KEY_WRONG", message));
        }
        if self.noted.entry(client).or_insert(()).is_fresh() {
            tracing::info!(%request_id, "the operator's key is used from an address, for the first time in an hour");
            return Ok(Presented::First);
        }
        Ok(Presented::Again)
    }

    /// It could not be noted: the next time is the first one.
    pub(crate) fn forget(&self, client: Option<IpAddr>) {
        self.noted.invalidate(&client);
    }
}
