//! What a file shows, in words, for those who do not see or hear it.

/// Some lines of at most 1,000 characters, without blanks around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AltText(String);

impl AltText {
    const MAX: usize = 1000;

    /// Nothing for a text without letters.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, &'static str> {
        if text.chars().count() > Self::MAX {
            return Err("Alt text must have at most 1000 characters");
        }
        let text = text.replace("\r\n", "\n");
        let text = text.trim();
        if text.chars().any(deceives) {
            return Err("Alt text must not contain control characters");
        }
        Ok((!text.is_empty()).then(|| Self(text.to_owned())))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters that nobody reads, and those that turn the direction of what stands around them.
fn deceives(letter: char) -> bool {
    let is_control = letter.is_control() && !matches!(letter, '\n' | '\t');
    is_control
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_lines_of_words_are_taken_as_they_are() {
        let parsed = AltText::parse(" A dog,\r\n\tasleep. \u{1f415} ").unwrap();
        assert_eq!(parsed.unwrap().as_str(), "A dog,\n\tasleep. \u{1f415}");
        for nothing in ["", " \n "] {
            assert_eq!(AltText::parse(nothing), Ok(None));
        }
        assert!(AltText::parse(&"\u{1f415}".repeat(1000)).unwrap().is_some());
        assert!(AltText::parse(&"a".repeat(1001)).is_err());
        for odd in ["a\0b", "a\u{202e}b", "a\u{7}b", "a\rb"] {
            assert!(AltText::parse(odd).is_err(), "{odd:?}");
        }
    }
}
