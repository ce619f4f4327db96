//! The secret in a link that confirms an address.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::{Secrets, same_secret};
use events::VerificationId;
use std::fmt;
use url::Url;
use uuid::Uuid;

/// The id of a verification and a keyed hash of it, so that only we can make one.
///
/// Whoever reads the database finds ids, and cannot make a link of them; an event carries the id, and the mailer makes
/// the link.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct VerificationToken(String);

impl VerificationToken {
    pub(crate) fn of(id: VerificationId, secrets: &Secrets) -> Self {
        let id = id.0.into_bytes();
        let seal = secrets.digest("verification", &[&id]);
        Self(URL_SAFE_NO_PAD.encode([id.as_slice(), &seal].concat()))
    }

    /// The verification that a token names, if we made the token.
    pub(crate) fn open(text: &str, secrets: &Secrets) -> Option<VerificationId> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok()?;
        let id = VerificationId(Uuid::from_bytes(*bytes.first_chunk()?));
        let made = Self::of(id, secrets);
        same_secret(made.0.as_bytes(), text.trim().as_bytes()).then_some(id)
    }

    /// As it stands in the link.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for VerificationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::silent(f, "VerificationToken")
    }
}

/// Makes links into the site. They begin with the configured address, never with what a request claims to have asked.
#[derive(Clone)]
pub(crate) struct Links {
    pub(crate) public_url: Url,
    pub(crate) secrets: Secrets,
}

impl Links {
    /// Where an address is confirmed.
    pub(crate) fn verification(&self, id: VerificationId) -> Url {
        let mut link = self.public_url.clone();
        link.set_path("/verify-email");
        link.set_fragment(None);
        let token = VerificationToken::of(id, &self.secrets);
        link.query_pairs_mut()
            .clear()
            .append_pair("token", token.as_str());
        link
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_token_opens_and_only_whole() {
        let (ours, theirs) = (Secrets::random(), Secrets::random());
        let id = VerificationId::new();
        let token = VerificationToken::of(id, &ours);
        assert_eq!(VerificationToken::open(token.as_str(), &ours), Some(id));
        assert_eq!(VerificationToken::open(token.as_str(), &theirs), None);
        let other = VerificationToken::of(VerificationId::new(), &ours);
        let spliced: String = token
            .as_str()
            .chars()
            .take(22)
            .chain(other.as_str().chars().skip(22))
            .collect();
        let cut: String = token.as_str().chars().take(40).collect();
        for text in ["", "x", "💥", &spliced, &cut, &format!("{}A", token.as_str())] {
            assert_eq!(VerificationToken::open(text, &ours), None, "{text:?}");
        }
    }
}
