//! What the edge is configured with.

use crate::client_address::Network;
use chassis::config::Reader;
use chassis::session::{SessionKey, SessionKeys};
use chassis::{Seal, Secrets};
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;
use url::Url;

/// Requests a second that are let in by default, all askers together.
const RATE: NonZeroU32 = NonZeroU32::new(10_000).unwrap();

/// How many of them may come at one moment by default.
const BURST: NonZeroU32 = NonZeroU32::new(5_000).unwrap();

/// What the edge is configured with.
#[derive(Clone)]
pub struct Config {
    /// Where people reach the site.
    pub public_url: Url,
    /// Other origins whose pages may ask.
    pub origins: Vec<Url>,
    /// Signs who asks. Only the edge holds it.
    pub seal: Seal,
    /// Verifies the session cookie.
    pub session_key: SessionKey,
    /// Lifts rate limits for whoever presents it; nobody can when there is none.
    pub operator_key: Option<PresentedKey>,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Requests a second, all askers together.
    pub rate: NonZeroU32,
    /// How many of them may come at one moment.
    pub burst: NonZeroU32,
    /// For how long a service may think about an answer.
    pub time_limit: Duration,
    /// Largest body, in bytes.
    pub max_body: u64,
}

impl Config {
    /// With the defaults of everything that has one.
    #[must_use]
    pub fn new(public_url: Url, seal: Seal, session_key: SessionKey) -> Self {
        Self {
            public_url,
            origins: Vec::new(),
            seal,
            session_key,
            operator_key: None,
            trusted_proxies: Vec::new(),
            rate: RATE,
            burst: BURST,
            time_limit: Duration::from_secs(15),
            max_body: 256 * 1024,
        }
    }

    /// From the environment; what is wrong stays noted in the reader, and then there is none.
    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let public_url = reader.required(
            "PUBLIC_URL",
            "where people reach the site, such as https://joint.example",
        );
        let key: Option<SigningKey> = reader.required(
            "EDGE_SIGNING_KEY",
            "the edge's Ed25519 key, 64 hexadecimal digits; services get its public half as EDGE_PUBLIC_KEY",
        );
        let secret: Option<Secrets> = reader.required(
            "SECRET_KEY",
            "the installation's secret, 64 hexadecimal digits; the session cookie is checked with what is derived of it",
        );
        let session_keys = reader.or(
            "SESSION_KEYS",
            SessionKeys::default(),
            "the keys of session tokens once they were rotated, as `valine session-keys` writes them",
        );
        let operator_key = reader.optional(
            "OPERATOR_KEY",
            "what X-Valine-Operator must be to lift rate limits; nobody can when it is not set",
        );
        let origins = reader.list(
            "ALLOWED_ORIGINS",
            "other origins whose pages may ask, comma-separated",
        );
        let trusted_proxies = reader.list(
            "TRUSTED_PROXIES",
            "addresses or networks (10.0.0.0/8) whose X-Forwarded-For is believed, comma-separated",
        );
        let rate = reader.or(
            "RATE_LIMIT_PER_SECOND",
            RATE,
            "requests a second, all askers together",
        );
        let burst = reader.or(
            "RATE_LIMIT_BURST",
            BURST,
            "how many of them may come at one moment",
        );
        let time_limit: u64 = reader.or("REQUEST_TIMEOUT_SECONDS", 15, "for how long a service may think");
        let max_body = reader.or("MAX_BODY_BYTES", 256 * 1024, "the largest body of a request");
        Some(Self {
            origins,
            operator_key,
            trusted_proxies,
            rate,
            burst,
            time_limit: Duration::from_secs(time_limit),
            max_body,
            ..Self::new(
                public_url?,
                Seal::new(key?.0),
                SessionKey::new(&secret?.with_session_keys(session_keys)),
            )
        })
    }

    /// Whether people reach the site over TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

/// A key that somebody presents with a request: the operator's (`X-Valine-Operator`, made at first start), or CloudFront's
/// (`X-Valine-Origin`). Never shown.
#[derive(Clone)]
pub struct PresentedKey(String);

impl PresentedKey {
    /// Whether this is it, in a time that tells nothing.
    pub(crate) fn is(&self, presented: &[u8]) -> bool {
        chassis::same_secret(self.0.as_bytes(), presented)
    }
}

impl FromStr for PresentedKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.len() < 32 || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("must be 32 visible characters or more");
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for PresentedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresentedKey(…)")
    }
}

struct SigningKey([u8; 32]);

impl FromStr for SigningKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut key = [0; 32];
        hex::decode_to_slice(text.trim(), &mut key).map_err(|_error| "must be 64 hexadecimal digits")?;
        Ok(Self(key))
    }
}
