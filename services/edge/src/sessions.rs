//! Who the cookie says is asking, and whether that session still lives.
//!
//! The token proves that we named the session; whether it lives, and as what role, is identity's to say. Its answer
//! is used for two seconds at most. What passes through this edge and may end a session makes earlier answers void
//! at once, also those that are still on their way.

use crate::moment::{Moment, Now};
use crate::routing::Address;
use crate::upstream::Services;
use crate::vouchers::Vouchers;
use axum::body::Body;
use chassis::session::{SessionKey, SessionToken, token_in};
use chassis::{Caller, PRINCIPAL_HEADER, Principal, Refusal};
use chrono::Utc;
use events::{AccountId, SessionId};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Limited};
use moka::future::Cache as Asking;
use moka::sync::Cache;
use serde::Deserialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// For how long identity's answer is used.
const FRESH: Duration = Duration::from_secs(2);

/// For how long identity may take to answer.
const ASK_LIMIT: Duration = Duration::from_secs(3);

/// Sessions whose state is kept.
const KEPT: u64 = 50_000;

/// Most bytes of an answer of identity.
const MAX_ANSWER: usize = 64 * 1024;

/// How often a question is put again because the answer was overtaken by a change.
const TRIES: usize = 3;

/// Who came.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Visitor {
    /// Without a cookie.
    Anonymous,
    /// With a cookie that does not count, or not any more.
    Expelled,
    /// With a session that lives.
    Member(Arc<Principal>),
}

/// What is known of sessions.
pub(crate) struct Sessions {
    key: SessionKey,
    services: Services,
    vouchers: Arc<Vouchers>,
    now: Now,
    known: Asking<SessionId, Known>,
    changes: Changes,
}

/// What identity said.
#[derive(Clone)]
struct Known {
    asked: Moment,
    after: Change,
    state: State,
}

#[derive(Clone)]
enum State {
    Lives(Arc<Principal>),
    Ended,
    /// Identity did not answer. Never kept for the next one who asks.
    Unknown,
}

#[derive(Deserialize)]
struct Answer {
    principal: Principal,
}

impl Sessions {
    pub(crate) fn new(key: SessionKey, services: Services, vouchers: Arc<Vouchers>, now: Now) -> Self {
        Self {
            key,
            services,
            vouchers,
            now,
            known: Asking::builder()
                .max_capacity(KEPT)
                .time_to_live(FRESH * 5)
                .build(),
            changes: Changes::new(),
        }
    }

    /// Who came with these headers.
    ///
    /// # Errors
    /// 503 `UNAVAILABLE` when identity does not say: then nobody is let in as anybody.
    pub(crate) async fn visitor(&self, headers: &HeaderMap) -> Result<Visitor, Refusal> {
        let Some(text) = token_in(headers) else {
            return Ok(Visitor::Anonymous);
        };
        let Some(token) = self.key.verify(text, Utc::now()) else {
            return Ok(Visitor::Expelled);
        };
        for _ in 0..TRIES {
            let is_void = |known: &Known| {
                known.asked.age() >= FRESH
                    || known.after < self.changes.last_of(token.account)
                    || matches!(known.state, State::Unknown)
            };
            let entry = self.known.entry(token.session);
            let known = entry
                .or_insert_with_if(self.ask(token), is_void)
                .await
                .into_value();
            match known.state {
                State::Unknown => break,
                // It was asked by somebody before the change, and we were given that answer, too.
                _ if known.after < self.changes.last_of(token.account) => {}
                State::Lives(principal) => return Ok(Visitor::Member(principal)),
                State::Ended => return Ok(Visitor::Expelled),
            }
        }
        Err(Refusal::unavailable(
            "Your session cannot be checked just now; try again",
        ))
    }

    async fn ask(&self, token: SessionToken) -> Known {
        let (asked, after) = ((self.now)(), self.changes.latest());
        let answered = tokio::time::timeout(ASK_LIMIT, self.ask_identity(token)).await;
        let state = match answered {
            Ok(Ok(state)) => state,
            Ok(Err(error)) => {
                tracing::warn!(
                    error = format!("{error:#}"),
                    "identity does not say whether a session lives"
                );
                State::Unknown
            }
            Err(_elapsed) => {
                tracing::warn!("identity did not say in {ASK_LIMIT:?} whether a session lives");
                State::Unknown
            }
        };
        Known { asked, after, state }
    }

    async fn ask_identity(&self, token: SessionToken) -> anyhow::Result<State> {
        let request = Request::get(format!("/internal/sessions/{}", token.session))
            .header(
                PRINCIPAL_HEADER,
                self.vouchers
                    .header("identity", &Caller::Edge, false, Utc::now())?,
            )
            .body(Body::empty())?;
        let response = self.services.ask("identity", request).await;
        let response = response.map_err(|refusal| anyhow::anyhow!("{refusal}"))?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(State::Ended);
        }
        anyhow::ensure!(
            response.status() == StatusCode::OK,
            "it answered {}",
            response.status()
        );
        let body = Limited::new(response.into_body(), MAX_ANSWER).collect().await;
        let body = body.map_err(anyhow::Error::from_boxed)?.to_bytes();
        let Answer { principal } = serde_json::from_slice(&body)?;
        let is_meant = principal.account == token.account && principal.session == token.session;
        anyhow::ensure!(is_meant, "it answered for another session");
        Ok(State::Lives(Arc::new(principal)))
    }

    /// To be held while a request runs that may end sessions.
    pub(crate) fn changing(
        &self,
        address: &Address<'_>,
        method: &Method,
        asker: Option<AccountId>,
    ) -> Changing<'_> {
        let may_change = address.owner == "identity" && !method.is_safe();
        let named = address.administered_account().and_then(|id| id.parse().ok());
        Changing {
            changes: &self.changes,
            accounts: if may_change { [asker, named] } else { [None, None] },
            ends_unnamed: may_change && address.ends_unnamed_sessions(),
        }
    }
}

/// A request that may end sessions. When it is over, however it ends, what is known of them is void.
pub(crate) struct Changing<'a> {
    changes: &'a Changes,
    accounts: [Option<AccountId>; 2],
    ends_unnamed: bool,
}

impl Changing<'_> {
    /// Only a success may void everybody's: a stranger must not be able to make us ask for everybody all the time.
    pub(crate) fn answered(&self, status: StatusCode) {
        if self.ends_unnamed && status.is_success() {
            self.changes.note_all();
        }
    }
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        for account in self.accounts.into_iter().flatten() {
            self.changes.note(account);
        }
    }
}

/// Counts what may have ended sessions; an answer that was asked for before an account's last change is void.
struct Changes {
    latest: AtomicU64,
    of_all: AtomicU64,
    /// Kept for longer than any answer that was asked for before.
    of: Cache<AccountId, Change>,
}

/// A point in the order of changes.
type Change = u64;

impl Changes {
    fn new() -> Self {
        Self {
            latest: AtomicU64::new(0),
            of_all: AtomicU64::new(0),
            of: Cache::builder().time_to_live((FRESH + ASK_LIMIT) * 4).build(),
        }
    }

    fn latest(&self) -> Change {
        self.latest.load(Ordering::SeqCst)
    }

    fn last_of(&self, account: AccountId) -> Change {
        let of_account = self.of.get(&account).unwrap_or_default();
        of_account.max(self.of_all.load(Ordering::SeqCst))
    }

    fn note(&self, account: AccountId) {
        let change = self.next();
        self.of.insert(account, change);
    }

    fn note_all(&self) {
        let change = self.next();
        self.of_all.fetch_max(change, Ordering::SeqCst);
    }

    fn next(&self) -> Change {
        self.latest.fetch_add(1, Ordering::SeqCst) + 1
    }
}
