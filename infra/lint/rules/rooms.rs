//! The rooms of a service: the same ones in each, and in each what belongs there.

use crate::source::{self, Kind, pattern};
use crate::tree::{self, File};
use crate::{bites, obeyed};
use std::collections::BTreeSet;

/// The rooms that every service has where it needs them; ARCHITECTURE.md says what each holds.
const ROOMS: [&str; 10] = [
    "main",
    "lib",
    "app",
    "routes",
    "consumers",
    "commands",
    "queries",
    "model",
    "store",
    "schema",
];

/// What must not stand in a room: the room, the patterns, why, and where it belongs.
const NOT_HERE: [(&str, &[&str], &str); 6] = [
    (
        "routes",
        &[QUERY, TRANSACTION, SQL, OUTBOX],
        "a route translates HTTP to one command or query; put rows into store, and transactions into a command",
    ),
    (
        "consumers",
        &[QUERY, TRANSACTION, SQL, OUTBOX],
        "a consumer translates an event to one command; put rows into store, and transactions into a command",
    ),
    (
        "commands",
        &[HTTP, QUERY, SQL],
        "a command knows neither HTTP nor SQL; routes and store do",
    ),
    (
        "queries",
        &[WRITE, TRANSACTION, OUTBOX, HTTP],
        "a query changes nothing and knows no HTTP; a write is a command",
    ),
    (
        "model",
        &[HTTP, DATABASE, r"\basync\b|\btokio::", CLOCK, OUTBOX],
        "the model is rules over values, without I/O; time is an argument, which the command reads once",
    ),
    (
        "store",
        &[HTTP, OUTBOX, CLOCK],
        "store is queries on a connection; the command publishes, reads the clock and answers",
    ),
];

/// A query. The connection's own type is not one: it is passed through from the transaction to the store.
const QUERY: &str = r"\bdiesel::(prelude|insert_into|update|delete|select|dsl|sql_types|sql_query)\b|\b(RunQueryDsl|QueryDsl|sql_query)\b|\bstatement\(";
/// Any way to reach the database; how a value is stored (`sql_type`) is a property of the value.
const DATABASE: &str = r"\bdiesel::(insert_into|update|delete|select|sql_query)\b|\b(RunQueryDsl|QueryDsl|sql_query|AsyncPgConnection)\b";
const TRANSACTION: &str = r"\.transaction\s*\(|\bbegin_test_transaction\b";
const SQL: &str = r#""\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|ALTER|DROP)\s"#;
const OUTBOX: &str = r"\boutbox::append";
const WRITE: &str = r#"\b(insert_into|insert_or_ignore_into|replace_into|copy_from)\s*\(|\bdiesel::(update|delete)\b|\.for_update\(|"\s*(INSERT INTO|UPDATE|DELETE FROM)\s|\bFOR (NO KEY )?UPDATE\b"#;
const HTTP: &str = r"\baxum::|(?:^|[^:\w])http::|\b(StatusCode|HeaderMap|HeaderValue|IntoResponse)\b";
const CLOCK: &str = r"\b(Utc|SystemTime|Instant)::now\b";

/// Which room of which service this file stands in: `services/content/src/routes/posts.rs` → (`content`, `routes`).
fn room(path: &str) -> Option<(&str, &str)> {
    let (service, inside) = path.strip_prefix("services/")?.split_once("/src/")?;
    let room = inside.split('/').next()?;
    Some((service, room.strip_suffix(".rs").unwrap_or(room)))
}

fn nothing_stands_in_the_wrong_room(path: &str, text: &str) -> Vec<String> {
    let Some((_, room)) = room(path) else {
        return Vec::new();
    };
    let readable = source::only(text, &[Kind::Code, Kind::Text]);
    let production = without_tests(path, &readable, text);
    let forbidden = NOT_HERE.iter().filter(|(name, ..)| *name == room);
    let found =
        forbidden.flat_map(|(_, patterns, why)| patterns.iter().map(move |forbidden| (forbidden, why)));
    found
        .flat_map(|(forbidden, why)| {
            let hits: Vec<_> = pattern(forbidden)
                .find_iter(&production)
                .map(|hit| (source::line_of(&production, hit.start()), hit.as_str().trim()))
                .collect();
            hits.into_iter()
                .map(move |(line, hit)| format!("{path}:{line}: `{hit}` stands in the wrong room; {why}"))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Unit tests at the end of a file may do what the file itself may not.
fn without_tests(path: &str, readable: &str, text: &str) -> String {
    let tests = source::tests_in(path, text);
    readable
        .bytes()
        .zip(tests.bytes())
        .map(|(byte, test)| if test == b' ' || byte == b'\n' { byte } else { b' ' })
        .map(char::from)
        .collect()
}

/// Requests, answers and views are structs of their own beside the route or query that uses them. Nothing else has a
/// wire form: a row that can be serialised leaks its next column, and a model that can be deserialised was not parsed.
fn only_routes_and_queries_have_a_wire_form(path: &str, text: &str) -> Vec<String> {
    let Some((_, room)) = room(path) else {
        return Vec::new();
    };
    if !["model", "store", "commands", "consumers", "lib", "main"].contains(&room) {
        return Vec::new();
    }
    let code = without_tests(path, &source::only(text, &[Kind::Code]), text);
    let derive = pattern(
        r"#\[derive\(([^)]*)\)\]((?:\s*#\[[^\]]*\])*)\s*(?:pub(?:\([^)]*\))?\s+)?(enum|struct)\s+(\w+)\s*(\(?)",
    );
    let mut findings = Vec::new();
    for found in derive.captures_iter(&code) {
        let (traits, attributes, item, name) = (&found[1], &found[2], &found[3], &found[4]);
        let derives = |name: &str| {
            traits
                .split(',')
                .any(|it| it.trim().rsplit("::").next() == Some(name))
        };
        let is_plain_value = room == "model" && (item == "enum" || !found[5].is_empty());
        let line = source::line_of(&code, found.get(4).unwrap().start());
        // A name from a closed list, or one value that is parsed, may stand in a request as it is.
        let is_parsed = item == "enum" || attributes.contains("try_from");
        if derives("Serialize") && !is_plain_value {
            findings.push(format!(
                "{path}:{line}: {name} derives Serialize; give the answer a struct of its own in routes or queries"
            ));
        }
        if derives("Deserialize") && !(is_plain_value && is_parsed) {
            findings.push(format!(
                "{path}:{line}: {name} derives Deserialize; give the request a struct of its own in routes and parse it from there (a one-value model may say #[serde(try_from = …)])"
            ));
        }
    }
    findings
}

fn every_service_has_its_rooms(service: &str, files: &[&File]) -> Vec<String> {
    let folder = format!("services/{service}");
    let find = |path: &str| files.iter().find(|file| file.path == format!("{folder}/{path}"));
    let mut findings = Vec::new();
    for (needed, holds) in [
        (
            "README.md",
            "what it owns, its commands, what it publishes and consumes, and what it promises",
        ),
        (
            "src/lib.rs",
            "what this service is, and service(config) -> Service",
        ),
    ] {
        if find(needed).is_none() {
            findings.push(format!("{folder}: {needed} is missing; it holds {holds}"));
        }
    }
    let readme = find("README.md")
        .map(|file| file.text.to_lowercase())
        .unwrap_or_default();
    for heading in ["owns", "commands", "publishes", "consumes", "promises"] {
        if find("README.md").is_some() && !readme.contains(heading) {
            findings.push(format!(
                "{folder}/README.md: does not say what the service {heading}; add it, if only as \"nothing\""
            ));
        }
    }
    if find("src/main.rs").is_some_and(|main| {
        source::only(&main.text, &[Kind::Code])
            .lines()
            .filter(|line| !line.trim().is_empty())
            .count()
            > 15
    }) {
        findings.push(format!(
            "{folder}/src/main.rs: holds logic; main only runs what lib.rs describes"
        ));
    }
    let rooms: BTreeSet<_> = files
        .iter()
        .filter_map(|file| room(&file.path))
        .map(|(_, room)| room)
        .collect();
    for strange in rooms.iter().filter(|room| !ROOMS.contains(room)) {
        if !readme.contains(&strange.to_lowercase()) {
            findings.push(format!(
                "{folder}/src/{strange}: is not one of the rooms that every service has; move it into one, or say in the README what {strange} is for"
            ));
        }
    }
    findings
}

fn services() -> BTreeSet<&'static str> {
    let services: BTreeSet<_> = tree::files()
        .iter()
        .filter_map(|file| file.path.strip_prefix("services/")?.split_once('/'))
        .map(|(name, _)| name)
        .collect();
    assert!(
        services.len() >= 7,
        "services are no longer where this test looks"
    );
    services
}

#[test]
fn services_have_their_rooms() {
    let judge = |service: &str| {
        let folder = format!("services/{service}/");
        let files: Vec<_> = tree::files()
            .iter()
            .filter(|file| file.path.starts_with(&folder))
            .collect();
        if files
            .iter()
            .all(|file| file.extension() != "rs" || source::is_empty(&file.text))
        {
            return Vec::new();
        }
        every_service_has_its_rooms(service, &files)
    };
    obeyed(&services().into_iter().flat_map(judge).collect::<Vec<_>>());
}

#[test]
fn rooms_hold_what_belongs_there() {
    let judge = |file: &File| nothing_stands_in_the_wrong_room(&file.path, &file.text);
    obeyed(
        &tree::files()
            .iter()
            .filter(|file| file.is_rust())
            .flat_map(judge)
            .collect::<Vec<_>>(),
    );
}

#[test]
fn wire_forms_stand_in_routes_and_queries() {
    let judge = |file: &File| only_routes_and_queries_have_a_wire_form(&file.path, &file.text);
    obeyed(
        &tree::files()
            .iter()
            .filter(|file| file.is_rust())
            .flat_map(judge)
            .collect::<Vec<_>>(),
    );
}

#[test]
fn what_stands_in_the_wrong_room_is_found() {
    let bad = [
        ("routes/posts.rs", "use diesel::prelude::*;", "diesel::prelude"),
        (
            "routes.rs",
            "conn.transaction (async |conn| {})",
            ".transaction (",
        ),
        ("routes.rs", "let rows = run(\" SELECT 1\");", "SELECT"),
        ("consumers.rs", "outbox::append(conn, event)", "outbox::append"),
        ("commands/publish_post.rs", "use axum::Json;", "axum::"),
        (
            "commands/publish_post.rs",
            "Err(StatusCode::CONFLICT)",
            "StatusCode",
        ),
        ("queries.rs", "diesel::update(posts::table)", "diesel::update"),
        ("queries/feed.rs", "insert_into(posts::table)", "insert_into("),
        (
            "queries/feed.rs",
            "statement(\"DELETE FROM posts\")",
            "DELETE FROM",
        ),
        ("queries/feed.rs", "use http::Method;", "http::"),
        (
            "model.rs",
            "fn load(conn: &mut AsyncPgConnection) {}",
            "AsyncPgConnection",
        ),
        ("model.rs", "let now = Utc::now();", "Utc::now"),
        ("model/post.rs", "pub async fn load() {}", "async"),
        ("store.rs", "let created = chrono::Utc::now();", "Utc::now"),
        ("store.rs", "fn find() -> StatusCode {}", "StatusCode"),
    ];
    for (place, text, fragment) in bad {
        bites(
            &nothing_stands_in_the_wrong_room(&format!("services/content/src/{place}"), text),
            &[fragment],
        );
    }
}

#[test]
fn what_stands_in_its_room_is_left_alone() {
    let fine = [
        (
            "routes.rs",
            "/// Runs one transaction; SELECT is elsewhere.\nlet page = queries::feed(&mut conn, who).await?;",
        ),
        ("store.rs", "diesel::insert_into(posts::table)"),
        (
            "commands/publish_post.rs",
            "conn.transaction(async |conn| outbox::append(conn, event).await)",
        ),
        (
            "model.rs",
            "fn age(&self, now: DateTime<Utc>) {}\n#[cfg(test)]\nmod tests { fn t() { age(Utc::now()) } }",
        ),
        ("proxy.rs", "use axum::body::Body;"),
        ("queries.rs", "use chassis::http::Page;\nstatement(\"SELECT 1\")"),
        ("commands/a.rs", "use diesel_async::AsyncPgConnection;"),
        (
            "model.rs",
            "#[diesel(sql_type = diesel::sql_types::Text)]\nstruct Text(String);",
        ),
    ];
    for (place, text) in fine {
        bites(
            &nothing_stands_in_the_wrong_room(&format!("services/content/src/{place}"), text),
            &[],
        );
    }
}

#[test]
fn a_wire_form_in_the_wrong_room_is_found() {
    let judge = |place: &str, text: &str| {
        only_routes_and_queries_have_a_wire_form(&format!("services/content/src/{place}"), text)
    };
    bites(
        &judge(
            "store.rs",
            "#[derive(Queryable, serde::Serialize)]\npub struct Row { a: u8 }",
        ),
        &["Row derives Serialize"],
    );
    bites(
        &judge(
            "model.rs",
            "#[derive(Serialize)]\n#[serde(rename_all = \"x\")]\npub(crate) struct Post { a: u8 }",
        ),
        &["Post derives Serialize"],
    );
    bites(
        &judge("model.rs", "#[derive(Deserialize)]\npub struct Text(String);"),
        &["Text derives Deserialize"],
    );
    bites(
        &judge(
            "commands/a.rs",
            "#[derive(Debug, Deserialize)]\nstruct Ask { a: u8 }",
        ),
        &["Ask derives Deserialize"],
    );
    for fine in [
        "#[derive(Serialize, Deserialize)]\npub enum Visibility { Public }",
        "#[derive(Serialize)]\npub struct Text(String);",
        "#[derive(Deserialize)]\n#[serde(try_from = \"String\")]\npub struct Text(String);",
    ] {
        bites(&judge("model.rs", fine), &[]);
    }
    bites(
        &judge("routes/posts.rs", "#[derive(Deserialize)]\nstruct Ask { a: u8 }"),
        &[],
    );
}

#[test]
fn a_service_without_its_rooms_is_found() {
    let long = "fn main() {\n".to_owned() + &"    work();\n".repeat(20) + "}";
    let files = [
        File::new(
            "services/content/README.md",
            "It owns posts, publishes and consumes events, and promises much. Its caches: none.",
        ),
        File::new("services/content/src/main.rs", &long),
        File::new("services/content/src/helpers.rs", ""),
        File::new("services/content/src/caches/mod.rs", ""),
        File::new("services/content/src/routes/posts.rs", ""),
    ];
    bites(
        &every_service_has_its_rooms("content", &files.iter().collect::<Vec<_>>()),
        &[
            "src/lib.rs is missing",
            "commands; add it",
            "main.rs: holds logic",
            "src/helpers",
        ],
    );
}
