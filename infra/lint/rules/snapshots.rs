//! A snapshot that no test reads protects nothing, and looks as if it did.

use crate::source::{self, Kind, pattern};
use crate::tree::{self, File};
use crate::{bites, obeyed};
use std::path::Path;

/// insta writes `snapshots/<module>__<name>.snap` beside the test's source, and the source's path into its head.
fn every_snapshot_is_read_by_a_test(files: &[&File]) -> Vec<String> {
    let mut findings = Vec::new();
    for snapshot in files.iter().filter(|file| file.path.contains("/snapshots/")) {
        let path = &snapshot.path;
        if path.ends_with(".snap.new") || path.ends_with(".pending-snap") {
            findings.push(format!(
                "{path}: waits for a decision; look at it, then rename it to .snap or remove it"
            ));
        }
        let Some(stem) = Path::new(path)
            .file_name()
            .and_then(|name| name.to_str()?.strip_suffix(".snap"))
        else {
            continue;
        };
        let name = stem.rsplit("__").next().unwrap_or(stem);
        let name = name.split('@').next().unwrap_or(name);
        let folder = path.split("/snapshots/").next().unwrap_or_default();
        let beside = files
            .iter()
            .filter(|file| file.extension() == "rs" && file.path.starts_with(folder));
        if !beside.into_iter().any(|source| names(&source.text, name)) {
            findings.push(format!(
                "{path}: no test below {folder} reads it; remove it, or name the snapshot in the assertion"
            ));
        }
    }
    findings
}

/// A snapshot is named in the assertion, or after its test, with a number from the second on.
fn names(source: &str, snapshot: &str) -> bool {
    let unnumbered = pattern(r"-\d+$").replace(snapshot, "");
    let function = |name: &str| [format!("fn {name}("), format!("fn test_{name}(")];
    let functions = [function(snapshot), function(&unnumbered)].concat();
    functions.iter().any(|function| source.contains(function))
        || texts(source).any(|text| is_made_by(text, snapshot))
}

/// What stands between quotes.
fn texts(source: &str) -> impl Iterator<Item = &str> {
    let pieces = source::pieces(source)
        .into_iter()
        .filter(|(kind, _)| *kind == Kind::Text);
    pieces.filter_map(|(_, piece)| piece.strip_prefix('"')?.strip_suffix('"'))
}

/// Whether this text is the name, or becomes it once its `{…}` are filled in.
fn is_made_by(text: &str, name: &str) -> bool {
    let fixed = pattern(r"\{[^}]*\}").replace_all(text, "");
    if fixed.len() == text.len() || fixed.len() < 4 {
        return text == name;
    }
    let mut rest = name;
    let ends = pattern(r"\{[^}]*\}")
        .split(text)
        .all(|part| match rest.find(part) {
            Some(at) => {
                rest = &rest[at + part.len()..];
                true
            }
            None => false,
        });
    ends && (text.ends_with('}') || rest.is_empty())
}

#[test]
fn snapshots_are_read_by_tests() {
    obeyed(&every_snapshot_is_read_by_a_test(
        &tree::files().iter().collect::<Vec<_>>(),
    ));
}

#[test]
fn a_snapshot_that_nobody_reads_is_found() {
    let files = [
        File::new(
            "services/content/tests/posts.rs",
            "fn a_post_is_read() { assert_json_snapshot!(\"feed\", x); assert_snapshot!(format!(\"{what}_added\"), y) }",
        ),
        File::new("services/content/tests/snapshots/posts__a_post_is_read.snap", ""),
        File::new(
            "services/content/tests/snapshots/posts__a_post_is_read-2.snap",
            "",
        ),
        File::new("services/content/tests/snapshots/posts__feed@owner.snap", ""),
        File::new("services/content/tests/snapshots/posts__credits_added.snap", ""),
        File::new("services/content/tests/snapshots/posts__credits_removed.snap", ""),
        File::new("services/content/tests/snapshots/posts__a_post_is_gone.snap", ""),
        File::new("services/content/tests/snapshots/posts__feed.snap.new", ""),
        File::new("services/media/src/snapshots/media__feed.snap", ""),
    ];
    bites(
        &every_snapshot_is_read_by_a_test(&files.iter().collect::<Vec<_>>()),
        &[
            "a_post_is_gone",
            "credits_removed",
            "feed.snap.new",
            "services/media/src/snapshots",
        ],
    );
}
