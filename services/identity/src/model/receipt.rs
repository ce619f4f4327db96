//! The secret in the address of a receipt.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use std::fmt;
use url::Url;

/// For how long a receipt can be read.
pub(crate) const READABLE_FOR: TimeDelta = TimeDelta::days(30);

/// 256 random bits. Who has them may read one receipt; they are told once, and only their hash is kept.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ReceiptToken(String);

impl ReceiptToken {
    /// One that nobody else has.
    pub(crate) fn new(bits: [u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bits))
    }

    /// Whatever stands in an address.
    pub(crate) fn claimed(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// What is kept of it. A random secret of this length needs no key and no salt.
    pub(crate) fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// Where the receipt is read.
    pub(crate) fn address(&self, public_url: &Url) -> Url {
        let mut address = public_url.clone();
        address.set_path(&format!("/api/auth/account/receipts/{}", self.0));
        address.set_query(None);
        address.set_fragment(None);
        address
    }
}

impl fmt::Debug for ReceiptToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::silent(f, "ReceiptToken")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_found_by_its_whole_secret_alone() {
        let token = ReceiptToken::new([7; 32]);
        let address = token.address(&Url::parse("https://joint.example/?a#b").unwrap());
        let told = address
            .as_str()
            .strip_prefix("https://joint.example/api/auth/account/receipts/");
        let told = told.unwrap();
        assert_eq!(ReceiptToken::claimed(told).digest(), token.digest());
        let cut: String = told.chars().skip(1).collect();
        assert_ne!(ReceiptToken::claimed(&cut).digest(), token.digest());
        assert_eq!(format!("{token:?}"), "ReceiptToken(…)");
    }
}
