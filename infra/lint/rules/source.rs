//! As much of Rust's grammar as the rules need: what is code, what is comment, what is text, and what is a test.

use regex::Regex;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

/// A pattern, prepared once: preparing takes longer than reading a file.
pub(crate) fn pattern(text: &str) -> Regex {
    static PREPARED: LazyLock<Mutex<HashMap<String, Regex>>> = LazyLock::new(Mutex::default);
    let mut prepared = PREPARED.lock().unwrap();
    let prepare = || Regex::new(text).unwrap_or_else(|error| panic!("{error}"));
    prepared.entry(text.to_owned()).or_insert_with(prepare).clone()
}

/// What a stretch of source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Code,
    Comment,
    /// The inside of a string or character literal, with its quotes.
    Text,
}

/// The source with everything blanked that is not of these kinds; every byte that is kept stays where it was.
pub(crate) fn only(source: &str, kinds: &[Kind]) -> String {
    only_where(source, |kind, _| kinds.contains(&kind))
}

/// As [`only`], with a say in each stretch.
pub(crate) fn only_where(source: &str, is_kept: impl Fn(Kind, &str) -> bool) -> String {
    let mut kept = String::with_capacity(source.len());
    for (kind, piece) in pieces(source) {
        if is_kept(kind, piece) {
            kept.push_str(piece);
        } else {
            blank(piece, &mut kept);
        }
    }
    kept
}

/// A space for each byte, and the line ends.
fn blank(piece: &str, into: &mut String) {
    into.extend(piece.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
}

/// The source cut into stretches of one kind each; put together again they are the source.
pub(crate) fn pieces(source: &str) -> Vec<(Kind, &str)> {
    let mut pieces = Vec::new();
    let (mut begin, mut at) = (0, 0);
    while at < source.len() {
        let rest = &source[at..];
        let before = source[..at].chars().next_back().unwrap_or(' ');
        let found = if rest.starts_with("//") {
            Some((Kind::Comment, rest.find('\n').unwrap_or(rest.len())))
        } else if rest.starts_with("/*") {
            Some((Kind::Comment, block_comment(rest)))
        } else if rest.starts_with('"') {
            Some((Kind::Text, quoted(rest, '"')))
        } else if let Some(length) = raw_string(rest, before) {
            Some((Kind::Text, length))
        } else {
            character(rest).map(|length| (Kind::Text, length))
        };
        if let Some((kind, length)) = found {
            if begin < at {
                pieces.push((Kind::Code, &source[begin..at]));
            }
            pieces.push((kind, &source[at..at + length]));
            at += length;
            begin = at;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    if begin < at {
        pieces.push((Kind::Code, &source[begin..at]));
    }
    pieces
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        let here = &rest[at..];
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of a literal in these quotes, with its escapes.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// `r"…"`, `r#"…"#` and their kin; `before` tells a prefix from the end of a name.
fn raw_string(rest: &str, before: char) -> Option<usize> {
    if before.is_alphanumeric() || before == '_' {
        return None;
    }
    let prefix = ["r", "br", "cr"].into_iter().find(|prefix| {
        rest.strip_prefix(prefix)
            .is_some_and(|after| after.trim_start_matches('#').starts_with('"'))
    })?;
    let after = &rest[prefix.len()..];
    let hashes = after.len() - after.trim_start_matches('#').len();
    let end = format!("\"{}", "#".repeat(hashes));
    let body = prefix.len() + hashes + 1;
    Some(
        rest[body..]
            .find(&end)
            .map_or(rest.len(), |at| body + at + end.len()),
    )
}

/// A character literal, which a lifetime is not.
fn character(rest: &str) -> Option<usize> {
    let mut chars = rest.strip_prefix('\'')?.chars();
    let first = chars.next()?;
    (first == '\\' || chars.next() == Some('\'')).then(|| quoted(rest, '\''))
}

/// Which line (from one) this byte stands on.
pub(crate) fn line_of(source: &str, at: usize) -> usize {
    source[..at].matches('\n').count() + 1
}

/// The code of tests: whole files in `tests` folders, and what stands below `#[cfg(test)]`; the rest is blanked.
/// Comments are blanked too, texts are kept.
pub(crate) fn tests_in(path: &str, source: &str) -> String {
    let readable = only(source, &[Kind::Code, Kind::Text]);
    if path.contains("/tests/") || path.ends_with("/tests.rs") || source.contains("#![cfg(test)]") {
        return readable;
    }
    let code = only(source, &[Kind::Code]);
    let (mut tests, mut at) = (String::with_capacity(code.len()), 0);
    while let Some(found) = code[at..].find("#[cfg(test)]") {
        let (begin, end) = (at + found, item_end(&code, at + found));
        blank(&readable[at..begin], &mut tests);
        tests.push_str(&readable[begin..end]);
        at = end;
    }
    blank(&readable[at..], &mut tests);
    tests
}

/// Where the item ends that begins here: at its closing brace, or at a semicolon before any brace.
pub(crate) fn item_end(code: &str, begin: usize) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code[begin..].char_indices() {
        match c {
            ';' if depth == 0 => return begin + at + 1,
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return begin + at + 1;
                }
            }
            _ => {}
        }
    }
    code.len()
}

/// A crate or file that says what it will be and does nothing yet; rules about its contents wait until it does.
pub(crate) fn is_empty(source: &str) -> bool {
    only(source, &[Kind::Code]).trim().is_empty()
}

#[test]
fn code_comment_and_text_are_told_apart() {
    let source = r###"let a = "no … // comment \" here"; // a 'comment "x"
        let b = r#"raw "quote" /* no */"#; /* one /* two */ still */ let c: &'static str = b"bytes";
        let d = ('"', '\'', '\\', 'é'); for_r"#;"###;
    let put_together: String = pieces(source).iter().map(|(_, piece)| *piece).collect();
    assert_eq!(put_together, source);
    let comments: Vec<_> = pieces(source)
        .into_iter()
        .filter(|(kind, _)| *kind == Kind::Comment)
        .collect();
    assert_eq!(
        comments,
        [
            (Kind::Comment, "// a 'comment \"x\""),
            (Kind::Comment, "/* one /* two */ still */")
        ]
    );
    let code = only(source, &[Kind::Code]);
    assert!(code.contains("let c: &'static str = b ") && !code.contains("quote") && code.contains("for_r"));
}

#[test]
fn tests_are_what_stands_below_cfg_test() {
    let source =
        "fn a() { outside(/* … */); }\n#[cfg(test)]\nmod tests { fn b() { inside(); } }\nfn c() { after(); }";
    let tests = tests_in("shared/store/src/pool.rs", source);
    assert!(tests.contains("inside") && !tests.contains("outside") && !tests.contains("after"));
    assert_eq!(
        tests.find("inside"),
        source.find("inside"),
        "what is kept stays where it was"
    );
    assert!(tests_in("services/content/tests/posts.rs", source).contains("outside"));
}
