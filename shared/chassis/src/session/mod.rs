//! The session token: a JWT in a cookie. Whoever keeps sessions signs it, the edge verifies it.
//!
//! It names a session and proves that we named it. Whether that session still lives, and what its account may do,
//! is asked each time: a token alone opens nothing.

mod cookie;
mod hs256;

pub use cookie::SessionCookie;

use crate::Secrets;
use chrono::{DateTime, Utc};
use events::{AccountId, SessionId};
use http::{HeaderMap, header};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
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

/// Signs and verifies session tokens.
#[derive(Clone)]
pub struct SessionKey {
    name: Arc<str>,
    signs: Arc<EncodingKey>,
    verifies: Arc<DecodingKey>,
}

impl SessionKey {
    /// The installation's key.
    #[must_use]
    pub fn new(secrets: &Secrets) -> Self {
        hs256::install();
        let key = secrets.key("jwt");
        Self {
            // It changes with the key, and tells nothing of it.
            name: secrets
                .password("jwt-kid")
                .chars()
                .take(16)
                .collect::<String>()
                .into(),
            signs: Arc::new(EncodingKey::from_secret(&key)),
            verifies: Arc::new(DecodingKey::from_secret(&key)),
        }
    }

    /// The token as it stands in the cookie.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn sign(&self, token: &SessionToken) -> anyhow::Result<String> {
        let header = Header {
            kid: Some(self.name.to_string()),
            ..Header::new(Algorithm::HS256)
        };
        Ok(encode(&header, token, &self.signs)?)
    }

    /// What the token says, if we signed it and it has not ended.
    #[must_use]
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Option<SessionToken> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.algorithms = vec![Algorithm::HS256];
        validation.set_required_spec_claims(&["exp", "sub"]);
        // The library would read a clock of its own; ours is the argument.
        validation.validate_exp = false;
        let decoded = decode::<SessionToken>(token, &self.verifies, &validation).ok()?;
        let is_ours = decoded.header.kid.as_deref() == Some(&*self.name);
        let (token, now) = (decoded.claims, now.timestamp());
        let is_good = token.issued_at <= now + LEEWAY && now < token.expires_at + LEEWAY;
        (is_ours && is_good).then_some(token)
    }
}

/// The session token among a request's cookies.
///
/// When it is there twice, somebody else's page may have set one of them, and neither counts.
#[must_use]
pub fn token_in(headers: &HeaderMap) -> Option<&str> {
    let mut tokens = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().strip_prefix(COOKIE)?.strip_prefix('='));
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
            kid: Some(key.name.to_string()),
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
            let header = part(&json!({"alg": algorithm, "typ": "JWT", "kid": &*key.name}));
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
