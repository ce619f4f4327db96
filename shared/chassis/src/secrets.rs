//! One secret of the installation, from which every other key is derived.

use crate::session::SessionKeys;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use std::str::FromStr;
use subtle::ConstantTimeEq;

/// The installation's secret. Made at first start, or from Secrets Manager; never in code, never shown.
#[derive(Clone)]
pub struct Secrets {
    master: [u8; 32],
    sessions: SessionKeys,
}

impl Secrets {
    /// From the kept secret.
    #[must_use]
    pub fn new(master: [u8; 32]) -> Self {
        Self {
            master,
            sessions: SessionKeys::default(),
        }
    }

    /// With these keys of session tokens, instead of the one that is derived.
    #[must_use]
    pub fn with_session_keys(self, sessions: SessionKeys) -> Self {
        Self { sessions, ..self }
    }

    /// The keys of session tokens.
    #[must_use]
    pub fn session_keys(&self) -> &SessionKeys {
        &self.sessions
    }

    /// From 64 hexadecimal digits.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn from_hex(text: &str) -> Result<Self, &'static str> {
        let mut master = [0; 32];
        hex::decode_to_slice(text.trim(), &mut master).map_err(|_error| "must be 64 hexadecimal digits")?;
        Ok(Self::new(master))
    }

    /// A secret nobody else has: for a first start, and for tests.
    #[must_use]
    pub fn random() -> Self {
        Self::new(rand::random())
    }

    /// As [`Self::from_hex`] reads it: to be kept in a file that only its owner can read.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(self.master)
    }

    /// The key for one purpose; keys of different purposes tell nothing of each other (HMAC-SHA-256 of the purpose).
    #[must_use]
    pub fn key(&self, purpose: &str) -> [u8; 32] {
        keyed(&self.master, &[purpose.as_bytes()])
    }

    /// A keyed hash: for values that are looked up or compared, and must not be guessed from their hash.
    #[must_use]
    pub fn digest(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        keyed(&self.key(purpose), parts)
    }

    /// A password for a purpose, in hexadecimal.
    #[must_use]
    pub fn password(&self, purpose: &str) -> String {
        hex::encode(self.key(purpose))
    }

    /// The password of a service's role at the database, where the installation gives it.
    #[must_use]
    pub fn database_password(&self, service: &str) -> String {
        self.password(&format!("database-{service}"))
    }
}

impl FromStr for Secrets {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_hex(text)
    }
}

/// HMAC-SHA-256 over the parts, each preceded by its length, so that no two lists of parts look alike.
fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC fills a short key up with zeros; done here, nothing can fail.
    let mut block = [0; 64];
    block
        .iter_mut()
        .zip(key)
        .for_each(|(filled, byte)| *filled = *byte);
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    for part in parts {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Whether two secrets are the same, in a time that tells nothing.
#[must_use]
pub fn same_secret(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_have_nothing_in_common_and_parts_do_not_run_together() {
        let secrets = Secrets::random();
        assert_ne!(secrets.key("a"), secrets.key("b"));
        assert_ne!(
            secrets.digest("x", &[b"ab", b"c"]),
            secrets.digest("x", &[b"a", b"bc"])
        );
        assert_eq!(
            Secrets::from_hex(&secrets.to_hex()).unwrap().key("a"),
            secrets.key("a")
        );
        assert_eq!(format!("{secrets:?}"), "Secrets(…)");
    }
}
