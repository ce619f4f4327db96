//! Who asks. Only the edge can say it, every service checks that it did.
//!
//! The edge signs a short-lived statement with its Ed25519 key and sends it in a header; a request without one,
//! or with one that is forged, stale or made for another service, did not come through the edge and is refused. A
//! service that is broken into can therefore not use what it was told to ask others in somebody's name.

use crate::{Refusal, Result};
use axum::extract::FromRequestParts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use events::{AccountId, SessionId};
use http::{HeaderMap, HeaderName, HeaderValue, request::Parts};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use utoipa::ToSchema;

/// Carries the edge's signed statement. Dropped from whatever a client sends.
pub const PRINCIPAL_HEADER: HeaderName = HeaderName::from_static("x-valine-principal");

/// Carries the address of whoever asks, as the edge saw it. Dropped from whatever a client sends.
pub const CLIENT_HEADER: HeaderName = HeaderName::from_static("x-valine-client");

/// Whom a page shows that asks: its account's id. The cookie is all pages' own, and may be somebody else's by now.
pub const ACCOUNT_HEADER: HeaderName = HeaderName::from_static("x-joint-account");

/// For how long a statement is good.
pub const GOOD_FOR: Duration = Duration::from_secs(60);

/// What an account may do beyond its own things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Its own things only.
    #[default]
    Member,
    /// Hides and restores what members publish.
    Moderator,
    /// Everything a moderator may, and accounts and queues.
    Admin,
}

/// An account that asks. A handler that takes this cannot be reached without a session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// Who.
    pub account: AccountId,
    /// By which log-in.
    pub session: SessionId,
    /// The account's role at this moment.
    pub role: Role,
    /// As the person wrote it.
    pub username: String,
    /// The name people read.
    pub display_name: String,
    /// Only ever shown to the person.
    pub email: String,
    /// Whether that address was confirmed.
    pub email_verified: bool,
    /// When the account came to be.
    pub created_at: DateTime<Utc>,
}

impl Principal {
    /// Refuses those who are less than this.
    ///
    /// # Errors
    /// 403 `FORBIDDEN`.
    pub fn at_least(&self, role: Role) -> Result<(), Refusal> {
        if self.role >= role {
            Ok(())
        } else {
            Err(Refusal::forbidden(if role == Role::Admin {
                "This is for admins"
            } else {
                "This is for moderators and admins"
            }))
        }
    }
}

impl fmt::Debug for Principal {
    /// Silent about the person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Principal")
            .field("account", &self.account)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// Who asks, if anybody we know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Caller {
    /// Nobody we know.
    Anonymous,
    /// A member.
    Account(Arc<Principal>),
    /// The edge itself, which asks for a session's state.
    Edge,
}

impl Caller {
    /// The account, if it is one.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.principal().map(|principal| principal.account)
    }

    /// The principal, if it is one.
    #[must_use]
    pub fn principal(&self) -> Option<&Principal> {
        match self {
            Self::Account(principal) => Some(principal),
            Self::Anonymous | Self::Edge => None,
        }
    }

    /// Whether it may see what moderators may.
    #[must_use]
    pub fn is_moderator(&self) -> bool {
        self.principal()
            .is_some_and(|principal| principal.role >= Role::Moderator)
    }
}

/// What the edge states.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Voucher {
    /// The one service that may believe it.
    pub service: String,
    /// Who asks.
    pub caller: Caller,
    /// Unix seconds after which it is void.
    pub expires: i64,
    /// Whether the asker presented the operator's key: rate limits do not apply, and nothing else changes.
    #[serde(default)]
    pub operator: bool,
}

impl Voucher {
    /// Refuses what a page asks that shows another person than the one whose session it came with. Who names nobody, as
    /// programs do, asks for whoever the session is.
    ///
    /// # Errors
    /// 409 `SESSION_CHANGED`.
    pub fn is_for(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let Some((shown, asker)) = headers.get(ACCOUNT_HEADER).zip(self.caller.account()) else {
            return Ok(());
        };
        if shown.as_bytes() == asker.to_string().as_bytes() {
            return Ok(());
        }
        Err(Refusal::conflict(
            "SESSION_CHANGED",
            "Somebody else has logged in meanwhile. Nothing was done; load the page again.",
        ))
    }
}

/// The edge's side: signs.
#[derive(Clone)]
pub struct Seal {
    key: Arc<SigningKey>,
}

impl Seal {
    /// With the edge's private key.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self {
            key: Arc::new(SigningKey::from_bytes(&key)),
        }
    }

    /// What services check against.
    #[must_use]
    pub fn gate(&self) -> Gate {
        Gate::new(self.key.verifying_key())
    }

    /// The same in hexadecimal, as they are told it (`EDGE_PUBLIC_KEY`).
    #[must_use]
    pub fn public_key(&self) -> String {
        hex::encode(self.key.verifying_key().to_bytes())
    }

    /// The header that states to this service who asks, good for [`GOOD_FOR`] from `now`.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn vouch(
        &self,
        service: &str,
        caller: &Caller,
        operator: bool,
        now: DateTime<Utc>,
    ) -> anyhow::Result<HeaderValue> {
        let good_for = i64::try_from(GOOD_FOR.as_secs())?;
        let voucher = Voucher {
            service: service.to_owned(),
            caller: caller.clone(),
            expires: now.timestamp() + good_for,
            operator,
        };
        let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&voucher)?);
        let signature = URL_SAFE_NO_PAD.encode(self.key.sign(body.as_bytes()).to_bytes());
        Ok(HeaderValue::try_from(format!("{body}.{signature}"))?)
    }
}

/// A service's side: checks. Statements that were checked are remembered until they expire.
#[derive(Clone)]
pub struct Gate {
    key: VerifyingKey,
    checked: Cache<HeaderValue, Arc<Voucher>>,
}

impl Gate {
    /// With the edge's public key.
    #[must_use]
    pub fn new(key: VerifyingKey) -> Self {
        Self {
            key,
            checked: Cache::builder()
                .max_capacity(10_000)
                .time_to_live(GOOD_FOR)
                .build(),
        }
    }

    /// Who the edge says to this service is asking.
    ///
    /// # Errors
    /// 403 `NOT_THROUGH_THE_EDGE` when it does not say so, said it to another service, or does not say so any more.
    pub fn open(
        &self,
        service: &str,
        headers: &HeaderMap,
        now: DateTime<Utc>,
    ) -> Result<Arc<Voucher>, Refusal> {
        let header = headers.get(PRINCIPAL_HEADER).ok_or_else(bypassed)?;
        let voucher = match self.checked.get(header) {
            Some(voucher) => voucher,
            None => {
                let voucher = Arc::new(self.check(header).ok_or_else(bypassed)?);
                self.checked.insert(header.clone(), voucher.clone());
                voucher
            }
        };
        // What was checked is remembered for all services of a process, so this is asked each time.
        if voucher.service != service || voucher.expires < now.timestamp() {
            Err(bypassed())
        } else {
            Ok(voucher)
        }
    }

    fn check(&self, header: &HeaderValue) -> Option<Voucher> {
        let (body, signature) = header.to_str().ok()?.split_once('.')?;
        let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
        self.key.verify_strict(body.as_bytes(), &signature).ok()?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()
    }
}

impl FromStr for Gate {
    type Err = &'static str;

    /// From the public key in hexadecimal.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.trim(), &mut bytes).map_err(|_error| "must be 64 hexadecimal digits")?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_error| "is no Ed25519 key")?;
        Ok(Self::new(key))
    }
}

fn bypassed() -> Refusal {
    Refusal::new(
        http::StatusCode::FORBIDDEN,
        "NOT_THROUGH_THE_EDGE",
        "Requests are answered through the edge only",
    )
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        // A route that forgot the guard has no voucher: it fails closed.
        parts
            .extensions
            .get::<Arc<Voucher>>()
            .map(|voucher| voucher.caller.clone())
            .ok_or_else(bypassed)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Principal {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Caller::from_request_parts(parts, state).await? {
            Caller::Account(principal) => Ok(Arc::unwrap_or_clone(principal)),
            Caller::Anonymous | Caller::Edge => Err(Refusal::unauthenticated()),
        }
    }
}

/// Whether the asker presented the operator's key, which lifts limits and does nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IsOperator(pub bool);

impl<S: Send + Sync> FromRequestParts<S> for IsOperator {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let voucher = parts.extensions.get::<Arc<Voucher>>().ok_or_else(bypassed)?;
        Ok(Self(voucher.operator))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(value: HeaderValue) -> HeaderMap {
        HeaderMap::from_iter([(PRINCIPAL_HEADER, value)])
    }

    #[test]
    fn only_the_edges_own_and_fresh_word_counts() {
        let (seal, now) = (Seal::new(rand::random()), Utc::now());
        let gate = seal.gate();
        let good = seal.vouch("bakery", &Caller::Anonymous, false, now).unwrap();
        let open = |header: HeaderValue, now| gate.open("bakery", &headers(header), now);
        assert_eq!(open(good.clone(), now).unwrap().caller, Caller::Anonymous);
        // Remembered, and still not good for ever, nor for everybody.
        assert!(open(good.clone(), now + chrono::TimeDelta::seconds(61)).is_err());
        assert!(gate.open("mill", &headers(good.clone()), now).is_err());

        let forger = Seal::new(rand::random());
        let forged = forger.vouch("bakery", &Caller::Edge, false, now).unwrap();
        assert!(open(forged, now).is_err());
        let mut bent = good.to_str().unwrap().to_owned();
        bent.replace_range(4..5, if bent.as_bytes()[4] == b'A' { "B" } else { "A" });
        assert!(open(HeaderValue::try_from(bent).unwrap(), now).is_err());
        assert!(gate.open("bakery", &HeaderMap::new(), now).is_err());
    }
}
