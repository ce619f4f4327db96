//! A profile's second, chosen address.

use chassis::Secrets;

/// Words that are ours, or would look as if they were.
const RESERVED: [&str; 60] = [
    "about",
    "account",
    "accounts",
    "admin",
    "administrator",
    "api",
    "app",
    "assets",
    "auth",
    "blog",
    "casting",
    "connections",
    "contact",
    "credits",
    "dashboard",
    "dev",
    "discord",
    "docs",
    "edit",
    "education",
    "explore",
    "feed",
    "followers",
    "following",
    "health",
    "help",
    "home",
    "joint",
    "legal",
    "links",
    "login",
    "logout",
    "mail",
    "media",
    "messages",
    "moderation",
    "moderator",
    "notifications",
    "null",
    "official",
    "onboarding",
    "openapi",
    "posts",
    "privacy",
    "profile",
    "ready",
    "register",
    "root",
    "search",
    "security",
    "settings",
    "signup",
    "social",
    "static",
    "support",
    "system",
    "terms",
    "undefined",
    "users",
    "valine",
];

/// How a user name is remembered: by how it reads where a vanity URL would stand.
pub(crate) fn name_digest(secrets: &Secrets, name: &str) -> [u8; 32] {
    let reads = name.to_lowercase().replace('_', "-");
    secrets.digest("known-username", &[reads.as_bytes()])
}

/// 3 to 40 of `a-z0-9-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VanityUrl(String);

impl VanityUrl {
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let is_allowed =
            |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if !(3..=40).contains(&text.len()) || !text.chars().all(is_allowed) {
            return Err("must have 3 to 40 of the characters a-z, 0-9 and -");
        }
        Ok(Self(text.to_owned()))
    }

    /// Whether it is a word that nobody can have.
    pub(crate) fn is_reserved(&self) -> bool {
        RESERVED.contains(&self.0.as_str())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<VanityUrl> for String {
    fn from(url: VanityUrl) -> Self {
        url.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_contracts_characters_make_an_address() {
        for good in ["ada", "ada-lovelace-1815", &"a".repeat(40)] {
            assert!(VanityUrl::parse(good).is_ok(), "{good}");
        }
        for bad in ["ab", "Ada", "a_b", "a b", "ä-ö", "a/b", &"a".repeat(41)] {
            assert!(VanityUrl::parse(bad).is_err(), "{bad}");
        }
        assert!(VanityUrl::parse("admin").unwrap().is_reserved());
        assert!(RESERVED.iter().all(|word| VanityUrl::parse(word).is_ok()));
        assert!(RESERVED.is_sorted());
    }
}
