//! The secrets in the links that are mailed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::{Secrets, same_secret};
use events::{PasswordResetId, VerificationId};
use std::fmt;
use url::Url;
use uuid::Uuid;

/// What a link is for. A link for one purpose is worth nothing for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Proves who reads an address.
    Verification,
    /// Sets a password anew.
    PasswordReset,
}

impl Purpose {
    /// As it stands in the database.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Verification => "verification",
            Self::PasswordReset => "password-reset",
        }
    }

    /// The page of the site that the link leads to.
    fn page(self) -> &'static str {
        match self {
            Self::Verification => "/verify-email",
            Self::PasswordReset => "/reset-password",
        }
    }
}

/// The id of what a link is about and a keyed hash of it, so that only we can make one.
///
/// Whoever reads the database finds ids, and cannot make a link of them; an event carries the id, and the mailer makes
/// the link.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct LinkToken(String);

impl LinkToken {
    fn of(purpose: Purpose, id: Uuid, secrets: &Secrets) -> Self {
        let id = id.into_bytes();
        let seal = secrets.digest(purpose.as_str(), &[&id]);
        Self(URL_SAFE_NO_PAD.encode([id.as_slice(), &seal].concat()))
    }

    /// What a token names, if we made it for this purpose.
    fn open(purpose: Purpose, text: &str, secrets: &Secrets) -> Option<Uuid> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok()?;
        let id = Uuid::from_bytes(*bytes.first_chunk()?);
        let made = Self::of(purpose, id, secrets);
        same_secret(made.0.as_bytes(), text.trim().as_bytes()).then_some(id)
    }

    /// The verification that a token names, if we made it.
    pub(crate) fn verification(text: &str, secrets: &Secrets) -> Option<VerificationId> {
        Self::open(Purpose::Verification, text, secrets).map(VerificationId)
    }

    /// The password reset that a token names, if we made it.
    pub(crate) fn password_reset(text: &str, secrets: &Secrets) -> Option<PasswordResetId> {
        Self::open(Purpose::PasswordReset, text, secrets).map(PasswordResetId)
    }
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::silent(f, "LinkToken")
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
        self.link(Purpose::Verification, id.0)
    }

    /// Where a password is set anew.
    pub(crate) fn password_reset(&self, id: PasswordResetId) -> Url {
        self.link(Purpose::PasswordReset, id.0)
    }

    /// Where a password is forgotten.
    pub(crate) fn forgotten(&self) -> Url {
        let mut link = self.public_url.clone();
        link.set_path("/forgot-password");
        link.set_query(None);
        link.set_fragment(None);
        link
    }

    fn link(&self, purpose: Purpose, id: Uuid) -> Url {
        let mut link = self.public_url.clone();
        link.set_path(purpose.page());
        link.set_fragment(None);
        let token = LinkToken::of(purpose, id, &self.secrets);
        link.query_pairs_mut().clear().append_pair("token", &token.0);
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
        let token = LinkToken::of(Purpose::Verification, id.0, &ours).0;
        assert_eq!(LinkToken::verification(&token, &ours), Some(id));
        assert_eq!(LinkToken::verification(&token, &theirs), None);
        let other = LinkToken::of(Purpose::Verification, Uuid::now_v7(), &ours).0;
        let spliced: String = token.chars().take(22).chain(other.chars().skip(22)).collect();
        let cut: String = token.chars().take(40).collect();
        for text in ["", "x", "💥", &spliced, &cut, &format!("{token}A")] {
            assert_eq!(LinkToken::verification(text, &ours), None, "{text:?}");
        }
    }

    #[test]
    fn a_link_that_proves_an_address_sets_no_password() {
        let secrets = Secrets::random();
        let id = PasswordResetId::new();
        let token = LinkToken::of(Purpose::PasswordReset, id.0, &secrets).0;
        assert_eq!(LinkToken::password_reset(&token, &secrets), Some(id));
        assert_eq!(LinkToken::verification(&token, &secrets), None);
        let proof = LinkToken::of(Purpose::Verification, id.0, &secrets).0;
        assert_eq!(LinkToken::password_reset(&proof, &secrets), None);
    }
}
