//! The names people go by.

/// Words that stand where a user name would in an address, or that speak with an authority nobody should borrow.
const RESERVED: [&str; 40] = [
    "about",
    "account",
    "admin",
    "administrator",
    "admins",
    "anonymous",
    "api",
    "auth",
    "billing",
    "blog",
    "contact",
    "dev",
    "docs",
    "everyone",
    "feed",
    "health",
    "help",
    "home",
    "identity",
    "joint",
    "login",
    "logout",
    "mail",
    "me",
    "media",
    "moderation",
    "moderator",
    "null",
    "official",
    "postmaster",
    "posts",
    "root",
    "search",
    "security",
    "settings",
    "signup",
    "support",
    "system",
    "users",
    "valine",
];

/// A user name: 3 to 30 of `A-Za-z0-9_`, unique in any case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Username(String);

impl Username {
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let name = text.trim();
        if name.is_empty() {
            return Err("Username is required");
        }
        if !(3..=30).contains(&name.chars().count()) {
            return Err("Username must have 3 to 30 characters");
        }
        if !name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        {
            return Err("Username may have letters from A to Z, digits and underscores");
        }
        if RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
            return Err("Username is reserved; choose another");
        }
        Ok(Self(name.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name people read: 1 to 100 characters on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DisplayName(String);

impl DisplayName {
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let name = text.trim();
        if name.is_empty() {
            return Err("Display name is required");
        }
        if name.chars().count() > 100 {
            return Err("Display name must have at most 100 characters");
        }
        if name.chars().any(char::is_control) {
            return Err("Display name must not contain control characters");
        }
        Ok(Self(name.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_name_is_short_plain_and_free_to_have() {
        for name in ["ada", "Ada_Lovelace_1815", "___", &"a".repeat(30), " ada "] {
            assert_eq!(Username::parse(name).unwrap().as_str(), name.trim());
        }
        let long = "a".repeat(31);
        for name in [
            "",
            "ad",
            &long,
            "ada!",
            "ada lovelace",
            "ädä",
            "ada-l",
            "me",
            "ADMIN",
            "Users",
        ] {
            assert!(Username::parse(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_display_name_is_one_line_counted_in_characters() {
        for name in ["Ada", "é".repeat(100).as_str(), "李小龙", "O'Neil, Jr."] {
            assert_eq!(DisplayName::parse(name).unwrap().as_str(), name);
        }
        for name in ["", "  ", &"é".repeat(101), "Ada\nLovelace", "Ada\u{7}"] {
            assert!(DisplayName::parse(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn reserved_words_are_sorted_and_could_be_names() {
        assert!(RESERVED.is_sorted());
        assert!(RESERVED.iter().all(|word| word.to_lowercase() == *word));
    }
}
