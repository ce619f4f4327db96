//! Typing errors.
//!
//! Four of five misspelled words have a single error: a letter too much, a letter missing, another letter, or two
//! letters in each other's place (F. J. Damerau, "A technique for computer detection and correction of spelling errors",
//! Communications of the ACM 7:3, 1964). Each word from which such an error leads to the typed one is asked for; the
//! index tells which of them exist, among what the asker may see. Nothing is kept for it, so nothing can tell of words
//! that are hidden or gone.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// How the words of a search are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As they stand.
    Typed,
    /// Each with up to one typing error.
    Forgiving,
}

/// In shorter words, one other letter makes any word out of any other.
const FEWEST_LETTERS: usize = 4;
/// Of all words together; each letter is some fifty questions to the index.
const MOST_LETTERS: usize = 32;

/// Alphabets, and where their letters stand, with accents or without. Of other scripts missing letters are not known.
const ALPHABETS: [(RangeInclusive<char>, RangeInclusive<char>); 5] = [
    ('a'..='\u{24f}', 'a'..='z'),
    ('\u{370}'..='\u{3ff}', 'α'..='ω'),
    ('\u{400}'..='\u{4ff}', 'а'..='я'),
    ('\u{590}'..='\u{5ff}', 'א'..='ת'),
    ('\u{600}'..='\u{6ff}', 'ا'..='ي'),
];

/// The words of a search with what may have been meant by each, as `to_tsquery` reads it; `None` when there is nothing to
/// forgive. Who quotes, excludes or gives a choice has said how to read it, and numbers are what they are.
pub(crate) fn forgiving(said: &str) -> Option<String> {
    let is_operator = |word: &str| word.starts_with('-') || word.eq_ignore_ascii_case("or");
    if said.contains('"') || said.split_whitespace().any(is_operator) {
        return None;
    }
    let said = said.to_lowercase();
    let words: Vec<_> = said.split(|letter: char| !letter.is_alphanumeric()).collect();
    let letters = |word: &&str| word.chars().count();
    let doubtful = words.iter().copied().filter(|word| is_doubtful(word));
    if !(FEWEST_LETTERS..=MOST_LETTERS).contains(&doubtful.map(|word| letters(&word)).sum()) {
        return None;
    }
    let meant = words.into_iter().filter(|word| !word.is_empty()).map(|word| {
        let mut meant = BTreeSet::from([word.to_owned()]);
        if is_doubtful(word) {
            meant.extend(one_error_away(word));
        }
        format!("({})", Vec::from_iter(meant).join("|"))
    });
    Some(meant.collect::<Vec<_>>().join("&"))
}

fn is_doubtful(word: &str) -> bool {
    word.chars().count() >= FEWEST_LETTERS && word.chars().all(char::is_alphabetic)
}

/// Every word that one typing error turns into this one, also such as nobody uses.
fn one_error_away(word: &str) -> impl Iterator<Item = String> {
    let letters: Vec<char> = word.chars().collect();
    let alphabet = ALPHABETS
        .iter()
        .find(|(script, _)| letters.first().is_some_and(|first| script.contains(first)))
        .map(|(_, alphabet)| alphabet.clone());
    (0..=letters.len()).flat_map(move |place| {
        let (before, after) = letters.split_at(place);
        let spelled =
            |middle: &[char], after: &[char]| [before, middle, after].concat().into_iter().collect();
        let mut meant: Vec<String> = Vec::new();
        for letter in alphabet.clone().into_iter().flatten() {
            meant.push(spelled(&[letter], after));
            if let [_, rest @ ..] = after {
                meant.push(spelled(&[letter], rest));
            }
        }
        if let [_, rest @ ..] = after {
            meant.push(spelled(&[], rest));
        }
        if let [first, second, rest @ ..] = after {
            meant.push(spelled(&[*second, *first], rest));
        }
        meant
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(word: &str) -> BTreeSet<String> {
        one_error_away(word).collect()
    }

    #[test]
    fn each_of_the_four_errors_is_taken_back() {
        for typed in [
            "naarrator",
            "narator",
            "nerrator",
            "anrrator",
            "narratro",
            "xnarrator",
            "narrato",
            "narratorr",
        ] {
            assert!(meant(typed).contains("narrator"), "{typed}");
        }
        assert!(!meant("nartor").contains("narrator"), "two letters are missing");
    }

    #[test]
    fn letters_are_those_of_the_words_script() {
        assert!(meant("режисер").contains("режиссер"));
        assert!(meant("ηθοπιός").contains("ηθοποιός"));
        assert!(
            meant("zoè")
                .iter()
                .all(|word| word.chars().all(|letter| letter < '\u{250}'))
        );
        assert!(
            meant("声優声優").contains("声優優声"),
            "what needs no letter goes in every script"
        );
    }

    #[test]
    fn words_are_joined_and_short_ones_and_numbers_left_as_they_are() {
        let read = forgiving("An Actor, 2026!").unwrap();
        let terms: Vec<_> = read.split('&').collect();
        assert_eq!((terms.len(), terms[0], terms[2]), (3, "(an)", "(2026)"));
        assert!(terms[1].starts_with("(aactor|") && terms[1].contains("|actor|"));
    }

    #[test]
    fn who_says_how_to_read_it_is_taken_at_the_word() {
        for said in [
            "\"narator\"",
            "narator -rain",
            "rain OR narator",
            "the",
            "12345",
            "-",
            "&",
            &"word ".repeat(9),
        ] {
            assert_eq!(forgiving(said), None, "{said}");
        }
        assert!(forgiving("orator").is_some());
        assert!(forgiving(&"word ".repeat(8)).is_some());
    }
}
