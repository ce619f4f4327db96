//! The crates below the services know no domain: `store` and `chassis` would serve a bakery as well.
//! A noun of the domain there is the beginning of the crate that everybody must name and nobody may change.

use crate::source::{self, Kind};
use crate::tree;
use crate::{bites, obeyed};
use regex::Regex;
use std::sync::LazyLock;

/// Where no domain noun may stand. Their tests may: they publish real events of the catalogue.
const DOMAINLESS: [&str; 4] = [
    "shared/store/src/",
    "shared/store/migrations/",
    "shared/chassis/src/",
    "shared/chassis/migrations/",
];

/// The nouns, in the singular; the plural is meant too. Not among them: account, session and role (a principal has
/// them), and search, report, block, connection, message, content, identity (they are words of plain English, of
/// HTTP or of PostgreSQL first).
const NOUNS: [&str; 16] = [
    "post",
    "profile",
    "follow",
    "follower",
    "followee",
    "unfollow",
    "comment",
    "reaction",
    "media",
    "credit",
    "education",
    "avatar",
    "hashtag",
    "audition",
    "reel",
    "feed",
];

/// In sentences these are mostly verbs or plain English ("what follows", "a comment says why", "feeds the pool"),
/// so they count in names and SQL, not in prose.
const PLAIN_IN_PROSE: [&str; 5] = ["follow", "comment", "reaction", "credit", "feed"];

/// Where the word means something else.
static HARMLESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\bPOST\b",                                                // the HTTP method, always in capitals
        r#"|\bpost\(|\brouting::post\b|[{,]\s*post\s*[},]|"post""#, // … and axum's, hyper's and OpenAPI's names for it
        r"|(?i)\bpost[-_ ]?(order|process|condition|commit|mortem|hoc)", // Latin: after
        r"|(?i)media[-_ ]?types?\b",                                // MIME
        r"|(?-i:\bMEDIA_[A-Z_]+\b)", // variables: the bucket of all services is called so
        r"|\bCOMMENT ON\b",          // SQL
        r"|(?i)\bfollow[-_ ]redirects?\b", // HTTP
        r"|(?i)\b(cargo|build|dev|release|aws)[-_' ]profiles?\b", // Cargo, AWS
    ))
    .unwrap()
});

/// A text with spaces is a sentence for people, unless it is a statement for the database.
static SQL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|COMMENT|FROM|SET)\b").unwrap()
});

/// Names are cut where their writer cut them: `mediaUrl`, `media_url`, `MEDIA-URL` and `MediaUrl` all say media.
static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new("[A-Z]+[a-z]*|[a-z]+").unwrap());

fn no_domain_noun_stands_below_the_services(path: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let (names, prose) = if path.ends_with(".rs") {
        let is_prose = |kind, piece: &str| match kind {
            Kind::Code => false,
            Kind::Comment => true,
            Kind::Text => piece.contains(' ') && !SQL.is_match(piece),
        };
        let names = source::only_where(text, |kind, piece| !is_prose(kind, piece));
        (names, source::only_where(text, is_prose))
    } else if path.ends_with(".md") {
        (String::new(), text.to_owned())
    } else {
        (text.to_owned(), String::new())
    };
    for (text, is_prose) in [(names, false), (prose, true)] {
        for (number, line) in text.lines().enumerate() {
            let line = HARMLESS.replace_all(line, " ");
            for word in WORD.find_iter(&line) {
                let word = word.as_str().to_lowercase();
                let noun = word.strip_suffix('s').unwrap_or(&word);
                let Some(noun) = NOUNS.iter().find(|known| **known == noun || **known == word) else {
                    continue;
                };
                if !(is_prose && PLAIN_IN_PROSE.contains(noun)) {
                    findings.push(format!(
                        "{path}:{}: \"{word}\" is a noun of the domain; say it in general words, or move what needs it to a service or to events",
                        number + 1
                    ));
                }
            }
        }
    }
    findings
}

#[test]
fn store_and_chassis_know_no_domain_noun() {
    let below = tree::files()
        .iter()
        .filter(|file| DOMAINLESS.iter().any(|folder| file.path.starts_with(folder)));
    let judged: Vec<_> = below
        .clone()
        .flat_map(|it| no_domain_noun_stands_below_the_services(&it.path, &it.text))
        .collect();
    assert!(
        below.count() >= 4,
        "store and chassis are no longer where this test looks"
    );
    obeyed(&judged);
}

#[test]
fn a_domain_noun_in_a_name_a_text_or_a_sentence_is_found() {
    let bad = r#"
        struct PostId;
        fn media_url(&self) {}
        const TABLE: &str = "profiles";
        let followerCount = 0;
        let comments = 3; let sql = "SELECT a FROM follows";
        // Every post is delivered once.
    "#;
    bites(
        &no_domain_noun_stands_below_the_services("shared/chassis/src/a.rs", bad),
        &[
            ":2: \"post\"",
            ":3: \"media\"",
            ":4: \"profiles\"",
            ":5: \"follower\"",
            ":6: \"comments\"",
            ":6: \"follows\"",
            ":7: \"post\"",
        ],
    );
    let table = "CREATE TABLE follows ();\nCOMMENT ON TABLE x IS 'the feed';\n";
    bites(
        &no_domain_noun_stands_below_the_services("shared/store/migrations/1/up.sql", table),
        &["follows", "feed"],
    );
}

#[test]
fn words_that_only_look_like_the_domain_are_left_alone() {
    let fine = r#"
        use axum::routing::{get, post};
        use axum::routing::post;
        let route = Router::new().route("/x", post(handler)).post(other);
        let request = Request::builder().method(Method::POST); // a POST is not repeated
        let method = "post"; // postgres and PostgreSQL, in post-order
        let header = "media-type"; let status = UNSUPPORTED_MEDIA_TYPE; // the media type of the body
        let policy = follow_redirects(false); // what follows is a comment, and feeds nobody
        let message = "What comes does not follow what went before.";
        let account = principal.account; let session = principal.session;
    "#;
    bites(
        &no_domain_noun_stands_below_the_services("shared/chassis/src/a.rs", fine),
        &[],
    );
}
