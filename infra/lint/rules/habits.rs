//! Habits of every file: how long it may be, what may not be left in it, and how tests wait (they do not).

use crate::source::{self, Kind, pattern};
use crate::tree::{self, File};
use crate::{bites, obeyed};

/// Longer than this, a file is two.
const LONGEST: usize = 450;

fn no_file_is_longer_than_a_reader_can_hold(file: &File) -> Vec<String> {
    let is_written_by_hand =
        file.is_rust() || ["sh", "py", "ts", "tsx", "js", "mjs", "css", "sql"].contains(&file.extension());
    let is_generated = file.path.contains("/generated/") || file.path.ends_with(".d.ts");
    let lines = file.text.lines().count();
    if !is_written_by_hand || is_generated || lines <= LONGEST {
        return Vec::new();
    }
    vec![format!(
        "{}: {lines} lines, and {LONGEST} are the most; it does more than one thing, so make files of them",
        file.path
    )]
}

/// In comments: a promise to do it later is kept by nobody, an issue is.
fn nothing_is_put_off_in_a_comment(file: &File) -> Vec<String> {
    let mark = pattern(r"\b(TODO|FIXME|XXX|HACK)\b");
    let comments = if file.extension() == "rs" {
        source::only(&file.text, &[Kind::Comment])
    } else {
        String::new()
    };
    let hits = mark.find_iter(&comments);
    hits.map(|hit| {
        let line = source::line_of(&comments, hit.start());
        format!(
            "{}:{line}: {} puts something off; do it, or open an issue and say here what is true today",
            file.path,
            hit.as_str()
        )
    })
    .collect()
}

/// An instrumented function records its arguments unless told not to, and some day one of them is a password.
fn every_span_names_what_it_records(file: &File) -> Vec<String> {
    let code = source::only(&file.text, &[Kind::Code]);
    let instrument = pattern(r"#\[(?:tracing::)?instrument\b([^\]]*)\]");
    let silent = instrument
        .captures_iter(&code)
        .filter(|found| !found[1].contains("skip_all"));
    silent
        .map(|found| {
            let line = source::line_of(&code, found.get(0).unwrap().start());
            format!("{}:{line}: #[instrument] records every argument; add skip_all and name in fields() what may be seen", file.path)
        })
        .collect()
}

const SLEEP: &str = r"\bsleep(_until)?\s*\(";

/// What a test may not do, and what it does instead.
const NOT_IN_TESTS: [(&str, &str); 5] = [
    (
        SLEEP,
        "waits by the clock; use settle(), or poll for the condition with a long limit",
    ),
    (
        r"#\[\s*ignore\b",
        "is never run, so it proves nothing; repair it or remove it",
    ),
    (
        r"#\[\s*(serial_test::)?(file_)?serial\b",
        "cannot run beside others; give it a database and ports of its own",
    ),
    (
        r"#\[\s*should_panic\b",
        "passes for any panic; assert on the error that comes back",
    ),
    (
        r"#\[\s*(flaky|retry)\b",
        "is run again until it passes; find out why it fails",
    ),
];

/// Stands in a comment on the line above a wait that is the experiment itself (a kill at a certain moment).
const ON_PURPOSE: &str = "By the clock, on purpose:";

fn tests_neither_wait_nor_hide(file: &File) -> Vec<String> {
    let tests = source::tests_in(&file.path, &file.text);
    let code = source::only(&tests, &[Kind::Code]);
    // There clippy.toml says it, and an exception is an attribute with a reason.
    let is_clippys = ["services/", "tests/"]
        .iter()
        .any(|folder| file.path.starts_with(folder));
    let mut findings = Vec::new();
    for (habit, why) in NOT_IN_TESTS {
        for hit in pattern(habit).find_iter(&code) {
            let line = source::line_of(&code, hit.start());
            let above = file.text.lines().nth(line.saturating_sub(2)).unwrap_or_default();
            if habit == SLEEP && (is_clippys || above.contains(ON_PURPOSE)) {
                continue;
            }
            findings.push(format!(
                "{}:{line}: a test with `{}` {why}",
                file.path,
                hit.as_str()
            ));
        }
    }
    findings
}

/// Else clippy takes the helpers of an integration test for production code and forbids them to unwrap.
fn every_integration_test_says_that_it_is_one(file: &File) -> Vec<String> {
    let mut steps = file.path.rsplit('/');
    let (name, folder, above) = (steps.next(), steps.next(), steps.next());
    let is_root = folder == Some("tests") || (name == Some("main.rs") && above == Some("tests"));
    let code = source::only(&file.text, &[Kind::Code]);
    if !is_root || code.contains("#![cfg(test)]") || code.contains("clippy::unwrap_used") {
        return Vec::new();
    }
    vec![format!(
        "{}: begin with #![cfg(test)], so that clippy lets its helpers unwrap",
        file.path
    )]
}

/// The runner may not try again either: a test that passes at the second try is a bug that was seen and let go.
fn no_runner_tries_again(file: &File) -> Vec<String> {
    let config = file.path.ends_with("nextest.toml")
        || file.path.ends_with("playwright.config.ts")
        || file.path.ends_with("vitest.config.ts");
    let retries = pattern(r"(?m)^[^#/]*\bretr(?:y|ies)\b\s*[=:]\s*([^0\s].*)$");
    let hits = retries.captures_iter(if config { &file.text } else { "" });
    hits.map(|hit| {
        let line = source::line_of(&file.text, hit.get(1).unwrap().start());
        format!(
            "{}:{line}: failed tests are run again; set it to 0 and repair what fails",
            file.path
        )
    })
    .collect()
}

/// A test that asserts nothing passes whatever happens.
fn every_test_can_fail(file: &File) -> Vec<String> {
    let code = source::only(&file.text, &[Kind::Code]);
    let test = pattern(
        r"#\[(?:tokio::)?test\b[^\]]*\]\s*(?:#\[[^\]]*\]\s*)*(?:pub(?:\([a-z]+\))?\s+)?(?:async\s+)?fn\s+(\w+)",
    );
    // Besides assertions, what ends a test with an error, and helpers from elsewhere that assert by their name.
    let fails = pattern(
        r"\b\w*assert\w*\b|\b(expect|unwrap|unwrap_err|expect_err|panic|unreachable|proptest|obeyed|bites|refused|at_rest|check\w*|must\w*|verify\w*|debug_assert)\b|\?[;.)\s]",
    );
    let body = |name_end: usize| &code[name_end..source::item_end(&code, name_end)];
    // A helper of the same file that can fail makes its callers' tests fail, and so do those that call it.
    let function = pattern(r"\bfn\s+(\w+)");
    let functions: Vec<_> = function
        .captures_iter(&code)
        .map(|it| (it[1].to_owned(), body(it.get(0).unwrap().end())))
        .collect();
    let mut failing: Vec<&str> = Vec::new();
    let calls = |text: &str, failing: &[&str]| failing.iter().any(|name| text.contains(&format!("{name}(")));
    while let Some((name, _)) = functions.iter().find(|(name, body)| {
        !failing.contains(&name.as_str()) && (fails.is_match(body) || calls(body, &failing))
    }) {
        failing.push(name);
    }
    let idle = test
        .captures_iter(&code)
        .filter(|found| !failing.contains(&&found[1]));
    idle.map(|found| {
        let line = source::line_of(&code, found.get(1).unwrap().start());
        format!(
            "{}:{line}: the test {} asserts nothing, so it cannot fail; say what must be true",
            file.path, &found[1]
        )
    })
    .collect()
}

fn every_migration_goes_both_ways(paths: &[&str]) -> Vec<String> {
    let ups = paths
        .iter()
        .filter(|path| path.contains("/migrations/") && path.ends_with("/up.sql"));
    let alone = ups.filter(|up| !paths.contains(&up.replace("/up.sql", "/down.sql").as_str()));
    alone
        .map(|up| {
            format!("{up}: there is no down.sql beside it; write it, for a test goes up, down and up again")
        })
        .collect()
}

/// Whoever opens the database at night reads there what a table is for.
fn every_table_says_what_it_is_for(file: &File) -> Vec<String> {
    if !file.path.contains("/migrations/") || !file.path.ends_with("/up.sql") {
        return Vec::new();
    }
    let table = pattern(r#"(?im)^\s*CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?([\w."]+)([^;]*)"#);
    let silent = table.captures_iter(&file.text).filter(|found| {
        let comment = pattern(&format!(r"(?i)COMMENT ON TABLE {}\s", regex::escape(&found[1])));
        !found[2].trim_start().to_uppercase().starts_with("PARTITION OF") && !comment.is_match(&file.text)
    });
    silent
        .map(|found| {
            let line = source::line_of(&file.text, found.get(1).unwrap().start());
            format!(
                "{}:{line}: nobody knows what {} is for; add COMMENT ON TABLE {} IS '…';",
                file.path, &found[1], &found[1]
            )
        })
        .collect()
}

/// Judges every Rust file, and a few others where the rule reads them.
fn judge_all(rule: impl Fn(&File) -> Vec<String>) {
    obeyed(&tree::files().iter().flat_map(rule).collect::<Vec<_>>());
}

fn judge_rust(rule: impl Fn(&File) -> Vec<String>) {
    judge_all(|file| if file.is_rust() { rule(file) } else { Vec::new() });
}

#[test]
fn files_are_short() {
    judge_all(no_file_is_longer_than_a_reader_can_hold);
}

#[test]
fn comments_put_nothing_off() {
    judge_rust(nothing_is_put_off_in_a_comment);
}

#[test]
fn spans_name_what_they_record() {
    judge_rust(every_span_names_what_it_records);
}

#[test]
fn tests_do_not_wait_or_hide() {
    judge_rust(tests_neither_wait_nor_hide);
}

#[test]
fn integration_tests_say_that_they_are() {
    let is_program = |file: &File| !file.path.contains("/src/");
    judge_rust(|file| {
        if is_program(file) {
            every_integration_test_says_that_it_is_one(file)
        } else {
            Vec::new()
        }
    });
}

#[test]
fn runners_do_not_try_again() {
    judge_all(no_runner_tries_again);
}

#[test]
fn tests_can_fail() {
    judge_rust(every_test_can_fail);
}

#[test]
fn migrations_go_both_ways() {
    let paths: Vec<_> = tree::files().iter().map(|file| file.path.as_str()).collect();
    obeyed(&every_migration_goes_both_ways(&paths));
}

#[test]
fn tables_say_what_they_are_for() {
    judge_all(every_table_says_what_it_is_for);
}

#[test]
fn a_long_file_is_found() {
    let lines = |count| "let a = 1;\n".repeat(count);
    bites(
        &no_file_is_longer_than_a_reader_can_hold(&File::new("events/src/lib.rs", &lines(LONGEST + 1))),
        &["451 lines"],
    );
    bites(
        &no_file_is_longer_than_a_reader_can_hold(&File::new("events/src/lib.rs", &lines(LONGEST))),
        &[],
    );
    bites(
        &no_file_is_longer_than_a_reader_can_hold(&File::new(
            "services/a/src/schema.rs",
            &lines(LONGEST + 1),
        )),
        &[],
    );
}

#[test]
fn what_is_put_off_is_found() {
    let mark = ["TO", "DO"].concat();
    let text = format!("let a = \"{mark}\";\n// {mark}: later\n");
    bites(
        &nothing_is_put_off_in_a_comment(&File::new("a.rs", &text)),
        &["a.rs:2"],
    );
}

#[test]
fn a_span_that_records_everything_is_found() {
    let text = "#[instrument(skip_all, fields(post.id = %id))]\nfn a() {}\n#[tracing::instrument(level = \"debug\")]\nfn b() {}";
    bites(
        &every_span_names_what_it_records(&File::new("a.rs", text)),
        &["a.rs:3"],
    );
}

#[test]
fn a_test_that_waits_or_hides_is_found() {
    let text = "fn poll() { sleep(a) }\n#[cfg(test)]\nmod tests {\n    #[test]\n    #[ignore]\n    fn a() { tokio::time::sleep(b); }\n    #[serial]\n    #[should_panic]\n    fn c() {}\n    #[flaky]\n    fn d() {} // sleep(c)\n    // By the clock, on purpose: killed now.\n    fn e() { sleep(f) }\n}";
    bites(
        &tests_neither_wait_nor_hide(&File::new("shared/store/src/pool.rs", text)),
        &[
            "pool.rs:6: a test with `sleep(`",
            "pool.rs:5",
            "pool.rs:7",
            "pool.rs:8",
            "pool.rs:10",
        ],
    );
}

#[test]
fn an_integration_test_that_does_not_say_so_is_found() {
    let silent = "//! Speaks of #![cfg(test)].\nmod posts;";
    let judge = |path: &str, text: &str| every_integration_test_says_that_it_is_one(&File::new(path, text));
    bites(
        &judge("services/content/tests/it/main.rs", silent),
        &["tests/it/main.rs: begin with"],
    );
    bites(
        &judge("tests/tests/journey.rs", silent),
        &["tests/tests/journey.rs: begin with"],
    );
    bites(&judge("services/content/tests/it/posts.rs", silent), &[]);
    bites(
        &judge("services/content/tests/it/main.rs", "#![cfg(test)]\nmod posts;"),
        &[],
    );
}

#[test]
fn a_runner_that_tries_again_is_found() {
    bites(
        &no_runner_tries_again(&File::new(".config/nextest.toml", "# retries = 3\nretries = 2\n")),
        &[":2:"],
    );
    bites(
        &no_runner_tries_again(&File::new(".config/nextest.toml", "retries = 0\n")),
        &[],
    );
}

#[test]
fn a_test_that_cannot_fail_is_found() {
    let text = "#[tokio::test]\nasync fn idle() { run().await; }\n#[test]\nfn busy() { assert_eq!(1, one()); }\n#[test]\nfn asks() -> Result<()> { run()?; Ok(()) }\n#[test]\nfn calls() { outer(1) }\nfn outer(a: u8) { inner(a) }\nfn inner(a: u8) { assert!(a > 0) }";
    bites(&every_test_can_fail(&File::new("a.rs", text)), &["the test idle"]);
}

#[test]
fn a_migration_without_a_way_back_is_found() {
    let paths = [
        "a/migrations/1/up.sql",
        "a/migrations/1/down.sql",
        "a/migrations/2/up.sql",
    ];
    bites(
        &every_migration_goes_both_ways(&paths),
        &["a/migrations/2/up.sql"],
    );
}

#[test]
fn a_table_that_says_nothing_is_found() {
    let text = "CREATE TABLE post (\n    id UUID\n);\nCREATE TABLE IF NOT EXISTS tag (id UUID);\nCREATE TABLE post_default PARTITION OF post DEFAULT;\nCOMMENT ON TABLE post IS 'What was said.';";
    bites(
        &every_table_says_what_it_is_for(&File::new("a/migrations/1/up.sql", text)),
        &["up.sql:4: nobody knows what tag"],
    );
    bites(
        &every_table_says_what_it_is_for(&File::new("a/queries/up.sql", text)),
        &[],
    );
}
