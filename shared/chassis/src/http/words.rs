//! What a parser says of a value, made into a person's words. Only words that are known get through: the others name
//! our types, or repeat what was sent, which a person knows and a log should not.

use crate::Refusal;

/// The refusal of the field at `path` for which a parser had these words.
pub(crate) fn about(path: &str, words: &str) -> Refusal {
    let nested = |name: &str| {
        if is_root(path) {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    // Between the first backticks.
    let named = || words.split('`').nth(1).unwrap_or_default();
    if words.starts_with("missing field") {
        let message = format!("{} is required", sentence_case(named()));
        return Refusal::invalid(nested(named()), message);
    }
    if words.starts_with("duplicate field") {
        let message = format!("{} is given twice", sentence_case(named()));
        return Refusal::invalid(nested(named()), message);
    }
    let (field, name) = match path {
        "query" => ("query", "The query".to_owned()),
        path if is_root(path) => ("body", "The body".to_owned()),
        path => (path, sentence_case(path)),
    };
    Refusal::invalid(field, format!("{name} {}", complaint(words)))
}

fn is_root(path: &str) -> bool {
    path.is_empty() || path == "."
}

fn complaint(words: &str) -> String {
    const WHOLE: &str = "must be a whole number";
    if words.starts_with("UUID ") {
        return "must be an id".to_owned();
    }
    if words.contains("surrogate") || words.starts_with("unexpected end of hex escape") {
        return "has characters that are none".to_owned();
    }
    if words.starts_with("number out of range") || words.starts_with("number too ") {
        return "must be a number that is neither too small nor too large".to_owned();
    }
    if words.starts_with("invalid digit ") || words.starts_with("cannot parse integer ") {
        return WHOLE.to_owned();
    }
    if words.starts_with("provided string was not `true` or `false`") {
        return "must be true or false".to_owned();
    }
    // Ours stands at the end; what was sent may hold any words.
    let expected = words
        .rsplit_once("expected ")
        .map_or("", |(_, expected)| expected);
    match expected {
        "a string" | "a borrowed string" => "must be a string".to_owned(),
        "a boolean" => "must be true or false".to_owned(),
        "a sequence" => "must be a list".to_owned(),
        "a map" => "must be an object".to_owned(),
        "f32" | "f64" => "must be a number".to_owned(),
        "a UUID string" | "a formatted UUID string" => "must be an id".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64"
            if words.starts_with("invalid value: integer") =>
        {
            format!("{WHOLE} that is neither too small nor too large")
        }
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" => WHOLE.to_owned(),
        kind if kind.starts_with("struct ") => "must be an object".to_owned(),
        // `red` or `blue`; one of `red`, `blue`, `green`. A type's own names for its values, never what was sent.
        values if words.starts_with("unknown variant ") => format!("must be {}", values.replace('`', "")),
        _ => "has a value that cannot be used".to_owned(),
    }
}

fn sentence_case(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
