//! Passwords, and what stands for them in the database.

use super::{DisplayName, Email, Username, silent};
use std::fmt;

/// The most common passwords that are long enough to be asked for, in lower case, sorted: those of Django's
/// `CommonPasswordValidator` (by Royce Williams, BSD-3-Clause) of 8 characters and more.
const COMMON: &str = include_str!("common_passwords.txt");

/// A password, as somebody typed it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Password(String);

impl Password {
    /// One that somebody wants to have. There are no rules about its composition: what makes a password weak is that
    /// others would guess it.
    pub(crate) fn choose(
        text: &str,
        email: Option<&Email>,
        username: Option<&Username>,
        display_name: Option<&DisplayName>,
    ) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("Password is required");
        }
        if !(8..=256).contains(&text.chars().count()) {
            return Err("Password must have 8 to 256 characters");
        }
        let guess = text.to_lowercase();
        if COMMON.lines().any(|common| common == guess) {
            return Err("Password is one of the most common ones; choose another");
        }
        let own = [
            email.map(Email::as_written),
            username.map(Username::as_str),
            display_name.map(DisplayName::as_str),
        ];
        if own.into_iter().flatten().any(|own| own.to_lowercase() == guess) {
            return Err("Password must not be your e-mail address or one of your names; choose another");
        }
        Ok(Self(text.to_owned()))
    }

    /// One that somebody claims to have. It may be anything; nothing is said about why it is wrong.
    pub(crate) fn claimed(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        silent(f, "Password")
    }
}

/// What is kept of a password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PasswordHash(pub(crate) String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        silent(f, "PasswordHash")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(text: &str) -> Result<Password, &'static str> {
        let email = Email::parse("ada.lovelace@example.org").unwrap();
        let username = Username::parse("countess_ada").unwrap();
        let display_name = DisplayName::parse("Ada Lovelace").unwrap();
        Password::choose(text, Some(&email), Some(&username), Some(&display_name))
    }

    #[test]
    fn length_is_all_that_is_asked_for() {
        for text in [
            "aaaaaaab",
            "密码密码密码密码",
            " spaces  ",
            &"x".repeat(256),
            "14159265358979",
        ] {
            assert!(choose(text).is_ok(), "{text:?}");
        }
        for text in ["", "short", "seven77", &"x".repeat(257)] {
            assert!(choose(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_others_would_guess_is_refused_in_any_case() {
        for text in [
            "password",
            "PassWord",
            "12345678",
            "qwertyuiop",
            "Ada.Lovelace@example.org",
            "COUNTESS_ada",
            "ada lovelace",
        ] {
            assert!(choose(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_list_is_sorted_lower_case_and_long_enough_to_matter() {
        let words: Vec<_> = COMMON.lines().collect();
        assert!(words.len() > 8_000 && words.is_sorted());
        assert!(
            words
                .iter()
                .all(|word| word.chars().count() >= 8 && word.to_lowercase() == **word)
        );
    }

    #[test]
    fn nothing_of_a_password_is_printed() {
        assert_eq!(
            format!("{:?}", Password::claimed("hunter2hunter2")),
            "Password(…)"
        );
        assert_eq!(format!("{:?}", PasswordHash("$2b$".into())), "PasswordHash(…)");
    }
}
