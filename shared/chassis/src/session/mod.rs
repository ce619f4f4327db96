//! The session token: a JWT in a cookie. Whoever keeps sessions signs it, the edge verifies it.
//!
//! It names a session and proves that we named it. Whether that session still lives, and what its account may do,
//! is asked each time: a token alone opens nothing.

mod cookie;
mod hs256;
mod keys;

pub use cookie::SessionCookie;
pub use keys::{NamedKey, SessionKeys};

use crate::Secrets;
use anyhow::Context;
use chrono::{DateTime, Utc};
use events::{AccountId, SessionId};
use http::{HeaderMap, header};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The cookie that carries the token.
pub const COOKIE: &str = "jwt_token";

/// By how many seconds the clocks of two of our machines may differ.
const LEEWAY: i64 = 2;

/// What a session token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionToken {
    /// Whose session.
    #[serde(rename = "sub")]
    pub account: AccountId,
    /// Which session.
    #[serde(rename = "sid")]
    pub session: SessionId,
    /// When it was made, in Unix seconds.
    #[serde(rename = "iat")]
    pub issued_at: i64,
    /// When it ends, in Unix seconds.
    #[serde(rename = "exp")]
    pub expires_at: i64,
}

/// Signs and verifies session tokens: with the newest key that is due, and by the key that a token names.
#[derive(Clone)]
pub struct SessionKey(Arc<[Key]>);

struct Key {
    name: String,
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    signs: EncodingKey,
    verifies: DecodingKey,
}

impl Key {
    /// Whether tokens of this time are signed with it.
    fn is_due(&self, at: i64) -> bool {
        let has_begun = self.since.is_none_or(|since| since.timestamp() <= at);
        has_begun && self.until.is_none_or(|until| at < until.timestamp())
    }
}

impl SessionKey {
    /// The installation's keys.
    #[must_use]
    pub fn new(secrets: &Secrets) -> Self {
        hs256::install();
        let keys = secrets.session_keys().of(secrets).into_iter().map(|source| {
            let key = source.secrets.key("jwt");
            Key {
                name: Self::name_of(&source.secrets),
                since: source.since,
                until: source.until,
                signs: EncodingKey::from_secret(&key),
                verifies: DecodingKey::from_secret(&key),
            }
        });
        Self(keys.collect())
    }

    /// It changes with the key, and tells nothing of it.
    fn name_of(secrets: &Secrets) -> String {
        secrets.password("jwt-kid").chars().take(16).collect()
    }

    /// The token as it stands in the cookie.
    ///
    /// # Errors
    /// When it cannot be written as JSON, or no key is due.
    pub fn sign(&self, token: &SessionToken) -> anyhow::Result<String> {
        let due = self.0.iter().filter(|key| key.is_due(token.issued_at));
        let key = due.max_by_key(|key| key.since).context("no session key is due")?;
        let header = Header {
            kid: Some(key.name.clone()),
            ..Header::new(Algorithm::HS256)
        };
        Ok(encode(&header, token, &key.signs)?)
    }

    /// What the token says, if we signed it and it has not ended.
    #[must_use]
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Option<SessionToken> {
        let name = decode_header(token).ok()?.kid?;
        let key = self.0.iter().find(|key| key.name == name)?;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.algorithms = vec![Algorithm::HS256];
        validation.set_required_spec_claims(&["exp", "sub"]);
        // The library would read a clock of its own; ours is the argument.
        validation.validate_exp = false;
        let decoded = decode::<SessionToken>(token, &key.verifies, &validation).ok()?;
        let (token, now) = (decoded.claims, now.timestamp());
        let is_good = token.issued_at <= now + LEEWAY && now < token.expires_at + LEEWAY;
        let counts = key.until.is_none_or(|until| now < until.timestamp() + LEEWAY);
        (is_good && counts).then_some(token)
    }
}

/// What the cookies are called by which an account knows a device that it was used on; which account's one is stands
/// behind. They open nothing.
pub const DEVICE_COOKIES: &str = "known_device_";

/// A request's cookies, as they were sent: `name=value`.
pub fn cookies_in(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .map(str::trim)
}

/// The session token among a request's cookies.
///
/// When it is there twice, somebody else's page may have set one of them, and neither counts.
#[must_use]
pub fn token_in(headers: &HeaderMap) -> Option<&str> {
    let mut tokens = cookies_in(headers).filter_map(|cookie| cookie.strip_prefix(COOKIE)?.strip_prefix('='));
    match (tokens.next(), tokens.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use chrono::TimeDelta;
    use http::HeaderValue;
    use serde_json::{Value, json};

    fn token(now: DateTime<Utc>) -> SessionToken {
        SessionToken {
            account: AccountId::new(),
            session: SessionId::new(),
            issued_at: now.timestamp(),
            expires_at: now.timestamp() + 60,
        }
    }

    /// A token with other words, signed properly with the key of this name.
    fn forge(secrets: &Secrets, header: Header, claims: &Value) -> String {
        encode(&header, claims, &EncodingKey::from_secret(&secrets.key("jwt"))).unwrap()
    }

    #[test]
    fn a_token_is_good_from_its_making_to_its_end() {
        let (key, now) = (SessionKey::new(&Secrets::random()), Utc::now());
        let token = token(now);
        let signed = key.sign(&token).unwrap();
        assert_eq!(key.verify(&signed, now), Some(token));
        assert_eq!(key.verify(&signed, now + TimeDelta::seconds(59)), Some(token));
        assert_eq!(key.verify(&signed, now + TimeDelta::seconds(63)), None);
        assert_eq!(
            key.verify(&signed, now - TimeDelta::seconds(5)),
            None,
            "not yet made"
        );
        assert_eq!(SessionKey::new(&Secrets::random()).verify(&signed, now), None);
    }

    #[test]
    fn no_other_algorithm_key_name_or_shape_is_believed() {
        let (secrets, now) = (Secrets::random(), Utc::now());
        let key = SessionKey::new(&secrets);
        let ours = || Header {
            kid: Some(key.0[0].name.clone()),
            ..Header::new(Algorithm::HS256)
        };
        let claims = serde_json::to_value(token(now)).unwrap();
        assert!(key.verify(&forge(&secrets, ours(), &claims), now).is_some());
        assert!(
            key.verify(&forge(&secrets, Header::new(Algorithm::HS256), &claims), now)
                .is_none(),
            "without the key's name"
        );
        for missing in ["sub", "sid", "iat", "exp"] {
            let mut claims = claims.clone();
            claims.as_object_mut().unwrap().remove(missing);
            assert!(
                key.verify(&forge(&secrets, ours(), &claims), now).is_none(),
                "{missing}"
            );
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = key.sign(&token(now)).unwrap();
        let signature = signed.rsplit('.').next().unwrap();
        for algorithm in ["none", "None", "HS384", "HS512", "RS256", "ES256"] {
            let header = part(&json!({"alg": algorithm, "typ": "JWT", "kid": &key.0[0].name}));
            for signature in ["", signature] {
                let forged = format!("{header}.{}.{signature}", part(&claims));
                assert!(key.verify(&forged, now).is_none(), "{algorithm}");
            }
        }
        for nonsense in ["", ".", "..", "a.b.c", "💥"] {
            assert!(key.verify(nonsense, now).is_none());
        }
    }

    #[test]
    fn the_cookie_is_found_among_others_and_two_of_them_are_none() {
        let found = |cookies: &[&'static str]| {
            let headers: HeaderMap = cookies
                .iter()
                .map(|cookie| (header::COOKIE, HeaderValue::from_static(cookie)))
                .collect();
            token_in(&headers).map(str::to_owned)
        };
        assert_eq!(found(&["a=1; jwt_token=x.y.z;b=2"]).as_deref(), Some("x.y.z"));
        assert_eq!(found(&["a=1", "jwt_token=x"]).as_deref(), Some("x"));
        assert_eq!(found(&["jwt_token_old=x; my_jwt_token=y"]), None);
        assert_eq!(found(&["jwt_token=x; jwt_token=y"]), None);
        assert_eq!(found(&[]), None);
    }
}
