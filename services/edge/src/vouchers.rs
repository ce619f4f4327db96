//! Signed statements of who asks, kept for a while so that signing is not paid with every request.

use crate::moment::{Moment, Now};
use chassis::{Caller, Seal};
use chrono::{DateTime, Utc};
use events::SessionId;
use http::HeaderValue;
use moka::sync::Cache;
use std::time::Duration;

/// For how long a statement is used again; it is good for [`chassis::GOOD_FOR`], so that it never expires underway.
const USED_FOR: Duration = Duration::from_secs(30);

/// Statements that are kept: people who asked in the last half minute.
const KEPT: u64 = 50_000;

/// Signs who asks.
pub(crate) struct Vouchers {
    seal: Seal,
    now: Now,
    kept: Cache<Whom, Kept>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Who {
    Nobody,
    Edge,
    Session(SessionId),
}

type Whom = (&'static str, Who, bool);

#[derive(Clone)]
struct Kept {
    caller: Caller,
    signed: Moment,
    header: HeaderValue,
}

impl Vouchers {
    pub(crate) fn new(seal: Seal, now: Now) -> Self {
        let kept = Cache::builder().max_capacity(KEPT).time_to_live(USED_FOR).build();
        Self { seal, now, kept }
    }

    /// The header that states to this service who asks. What it states is exactly `caller`: a role that changed is signed anew.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn header(
        &self,
        service: &'static str,
        caller: &Caller,
        operator: bool,
        now: DateTime<Utc>,
    ) -> anyhow::Result<HeaderValue> {
        let who = match caller {
            Caller::Anonymous => Who::Nobody,
            Caller::Edge => Who::Edge,
            Caller::Account(principal) => Who::Session(principal.session),
        };
        let kept = self.kept.get(&(service, who, operator));
        if let Some(kept) = kept.filter(|kept| kept.signed.age() < USED_FOR && kept.caller == *caller) {
            return Ok(kept.header);
        }
        let header = self.seal.vouch(service, caller, operator, now)?;
        let kept = Kept {
            caller: caller.clone(),
            signed: (self.now)(),
            header: header.clone(),
        };
        self.kept.insert((service, who, operator), kept);
        Ok(header)
    }
}
