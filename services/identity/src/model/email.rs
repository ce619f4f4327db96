//! E-mail addresses.

use super::silent;
use std::fmt;

/// Longest address that mail can be sent to (RFC 5321).
const LONGEST: usize = 254;

/// An address that mail can be sent to, as far as its form tells.
///
/// Two addresses that differ only in case are the same person's; no mailbox that anybody uses tells them apart.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Email {
    written: String,
    normalized: String,
}

impl Email {
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let written = text.trim();
        if written.is_empty() {
            return Err("Email is required");
        }
        if written.chars().count() > LONGEST {
            return Err("Email must have at most 254 characters");
        }
        let is_address = written
            .split_once('@')
            .is_some_and(|(local, domain)| is_local_part(local) && is_domain(domain));
        if !is_address {
            return Err("Email must be an address like name@example.org");
        }
        Ok(Self {
            written: written.to_owned(),
            normalized: written.to_lowercase(),
        })
    }

    /// As the person wrote it; mail goes there.
    pub(crate) fn as_written(&self) -> &str {
        &self.written
    }

    /// In lower case; an account is found by it.
    pub(crate) fn normalized(&self) -> &str {
        &self.normalized
    }
}

/// Dots between pieces, and nothing that means something else in a mail's header.
fn is_local_part(text: &str) -> bool {
    text.len() <= 64
        && text.split('.').all(|piece| {
            let is_plain = |letter: char| {
                !letter.is_whitespace() && !letter.is_control() && !r#"@()<>[]:;,\""#.contains(letter)
            };
            !piece.is_empty() && piece.chars().all(is_plain)
        })
}

/// At least two labels. A label of another script counts: mail servers know those.
fn is_domain(text: &str) -> bool {
    text.contains('.')
        && text.split('.').all(|label| {
            let is_plain = |letter: char| letter.is_alphanumeric() || letter == '-';
            !label.is_empty()
                && label.len() <= 63
                && label.chars().all(is_plain)
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        silent(f, "Email")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_mail_can_reach_are_taken_as_they_are() {
        for text in [
            "ada@example.org",
            "Ada.Lovelace+voice@Mail.Example.org",
            "o'neil_2@x-y.example",
            "jürgen@müller.example",
        ] {
            assert_eq!(Email::parse(text).unwrap().as_written(), text);
        }
        let email = Email::parse(" Ada@Example.ORG ").unwrap();
        assert_eq!(
            (email.as_written(), email.normalized()),
            ("Ada@Example.ORG", "ada@example.org")
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let too_long = format!("{}@example.org", "a".repeat(65));
        for text in [
            "",
            " ",
            "ada",
            "@example.org",
            "ada@",
            "ada@example",
            "ada@@example.org",
            "ada@b@example.org",
            "ada lovelace@example.org",
            "ada@exa mple.org",
            "ada@.org",
            "ada@example..org",
            "ada@example.org.",
            "ada@-example.org",
            ".ada@example.org",
            "a..da@example.org",
            "ada\n@example.org",
            "ada@example.org\r\nBcc: all@example.org",
            "<ada@example.org>",
            "\"ada\"@example.org",
            &too_long,
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn nothing_of_an_address_is_printed() {
        assert_eq!(
            format!("{:?}", Email::parse("ada@example.org").unwrap()),
            "Email(…)"
        );
    }
}
