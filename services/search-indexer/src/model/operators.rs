//! Signs that the database reads as operators.
//!
//! PostgreSQL keeps every `-` that stands where a word could begin until that word comes, and gives up at the 32nd. So those
//! before which there is nothing to leave out are taken away: a line of dashes is a line, and means nothing.

/// What was typed, without dashes that leave nothing out.
pub(super) fn kept(said: &str) -> String {
    let letters: Vec<char> = said.chars().collect();
    let mut kept = String::with_capacity(said.len());
    let mut is_quoted = false;
    for (place, letter) in letters.iter().enumerate() {
        let (before, after) = letters.split_at(place);
        let rest = after.get(1..).unwrap_or_default();
        if *letter == '"' {
            is_quoted = !is_quoted;
        }
        let is_kept = *letter != '-' || is_within(before, rest) || (!is_quoted && leaves_out(rest));
        kept.push(if is_kept { *letter } else { ' ' });
    }
    kept
}

/// Whether a dash stands between two letters of a word.
fn is_within(before: &[char], rest: &[char]) -> bool {
    let is_letter = |letter: Option<&char>| letter.is_some_and(|letter| letter.is_alphanumeric());
    is_letter(before.last()) && is_letter(rest.first())
}

/// Whether a word or a quotation comes at once.
fn leaves_out(rest: &[char]) -> bool {
    match rest {
        ['"', quoted, ..] => quoted.is_alphanumeric(),
        [first, ..] => first.is_alphanumeric(),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dashes_that_leave_something_out_are_kept() {
        for (said, wanted) in [
            ("voice -rain", "voice -rain"),
            ("voice --rain", "voice  -rain"),
            ("voice -\"a choir\" -", "voice -\"a choir\"  "),
            ("well-known", "well-known"),
            ("a- -b", "a  -b"),
            ("\"-a\"", "\" a\""),
            ("-\"\" -(a", " \"\"  (a"),
            ("-----", "     "),
        ] {
            assert_eq!(kept(said), wanted, "{said:?}");
        }
    }
}
