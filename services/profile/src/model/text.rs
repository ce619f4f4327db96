//! Texts of people, as they may be stored.

use url::Url;

/// Characters that change what stands around them, so that a name can look like another's.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}')
}

fn check(text: &str, most: usize, is_forbidden: impl Fn(char) -> bool) -> Result<(), String> {
    if text.is_empty() {
        return Err("must not be empty".to_owned());
    }
    if text.chars().count() > most {
        return Err(format!("must have at most {most} characters"));
    }
    if text.chars().any(is_forbidden) {
        return Err("must not contain control characters".to_owned());
    }
    Ok(())
}

/// One line of 1 to `MAX` characters, without blanks around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        check(text, MAX, |letter| letter.is_control() || is_unseen(letter))?;
        Ok(Self(text.to_owned()))
    }
}

/// Some lines of 1 to `MAX` characters together, without blanks around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Prose<const MAX: usize>(String);

impl<const MAX: usize> Prose<MAX> {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.replace("\r\n", "\n");
        let text = text.trim();
        let may_stand = |letter: char| matches!(letter, '\n' | '\t');
        check(text, MAX, |letter| {
            letter.is_control() && !may_stand(letter) || is_unseen(letter)
        })?;
        Ok(Self(text.to_owned()))
    }
}

impl<const MAX: usize> From<Line<MAX>> for String {
    fn from(line: Line<MAX>) -> Self {
        line.0
    }
}

impl<const MAX: usize> From<Prose<MAX>> for String {
    fn from(prose: Prose<MAX>) -> Self {
        prose.0
    }
}

/// A list of short words, each once in any case, in the order given.
pub(crate) fn words(given: &[String], most: usize) -> Result<Vec<String>, String> {
    let mut kept: Vec<String> = Vec::new();
    for word in given {
        let word = Line::<40>::parse(word)
            .map_err(|_problem| "must have entries of 1 to 40 characters".to_owned())?;
        if !kept
            .iter()
            .any(|known| known.to_lowercase() == word.0.to_lowercase())
        {
            kept.push(word.into());
        }
    }
    if kept.len() > most {
        return Err(format!("must have at most {most} entries"));
    }
    Ok(kept)
}

/// An address on the web that a person may be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WebAddress(String);

impl WebAddress {
    const MAX: usize = 500;

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        const WHAT: &str = "must be an address that begins with http:// or https://";
        let text = text.trim();
        let url = Url::parse(text).map_err(|_no_address| WHAT.to_owned())?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(WHAT.to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not contain a user name or password".to_owned());
        }
        if url.as_str().len() > Self::MAX {
            return Err(format!("must have at most {} characters", Self::MAX));
        }
        // As it was written, if that was right to begin with.
        let is_as_written = url.as_str().trim_end_matches('/') == text.trim_end_matches('/');
        Ok(Self(if is_as_written {
            text.to_owned()
        } else {
            url.into()
        }))
    }
}

impl From<WebAddress> for String {
    fn from(address: WebAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_counted_in_characters_and_has_no_control_characters() {
        assert_eq!(String::from(Line::<3>::parse("  äöü ").unwrap()), "äöü");
        for (text, problem) in [
            (" \t", "must not be empty"),
            ("äöüß", "must have at most 3 characters"),
            ("a\nb", "must not contain control characters"),
            ("a\u{202E}b", "must not contain control characters"),
        ] {
            assert_eq!(Line::<3>::parse(text).unwrap_err(), problem, "{text:?}");
        }
        assert_eq!(String::from(Prose::<9>::parse("a\r\n\tb").unwrap()), "a\n\tb");
        assert!(Prose::<9>::parse("a\u{7}b").is_err());
    }

    #[test]
    fn words_come_once_and_are_not_many() {
        let given = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            words(&given(&["Narration", " narration", "Foley"]), 2).unwrap(),
            ["Narration", "Foley"]
        );
        assert_eq!(
            words(&given(&["a", "b", "c"]), 2).unwrap_err(),
            "must have at most 2 entries"
        );
        assert_eq!(
            words(&given(&[""]), 2).unwrap_err(),
            "must have entries of 1 to 40 characters"
        );
    }

    #[test]
    fn only_the_web_is_linked() {
        for good in [
            "https://example.org/a?b#c",
            "http://example.org",
            " https://exämple.org ",
        ] {
            assert!(WebAddress::parse(good).is_ok(), "{good}");
        }
        for (written, kept) in [
            ("https://example.org", "https://example.org"),
            ("HTTPS:Example.org/a b", "https://example.org/a%20b"),
        ] {
            assert_eq!(String::from(WebAddress::parse(written).unwrap()), kept);
        }
        for bad in [
            "",
            "example.org",
            "javascript:alert(1)",
            "ftp://example.org",
            "https://",
            "https://me:pw@example.org",
        ] {
            assert!(WebAddress::parse(bad).is_err(), "{bad}");
        }
        assert!(WebAddress::parse(&format!("https://example.org/{}", "a".repeat(500))).is_err());
    }
}
