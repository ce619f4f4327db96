//! Which way the arrows between our crates go:
//! `events ← store ← chassis (← audience) ← services ← infra/ops ← tests`, and `infra/local` beside them all.

use crate::{bites, obeyed};
use cargo_metadata::{DependencyKind, MetadataCommand};

/// One of our crates naming another one.
#[derive(Clone)]
struct Arrow {
    /// The folder of the crate that names, relative to the root.
    from: String,
    /// The folder of the crate that is named.
    to: String,
    kind: DependencyKind,
}

/// A crate stands in a folder, and the folder says what it may name.
/// A service names no service: what it must know of another arrives as an event.
fn may_name(folder: &str) -> Option<&'static [&'static str]> {
    const BELOW_SERVICES: &[&str] = &["events", "shared/store", "shared/chassis", "shared/audience"];
    Some(match folder {
        "events" | "infra/local" | "infra/lint" => &[],
        "shared/store" => &["events"],
        "shared/chassis" => &["events", "shared/store"],
        "shared/audience" => &["events", "shared/store", "shared/chassis"],
        // It starts the private PostgreSQL of the tests, which `local` knows how to do.
        "shared/testkit" => &[
            "events",
            "shared/store",
            "shared/chassis",
            "shared/audience",
            "infra/local",
        ],
        "infra/ops" => &[
            "events",
            "shared/store",
            "shared/chassis",
            "shared/audience",
            "infra/local",
            "services/*",
        ],
        "tests" => &[
            "events",
            "shared/store",
            "shared/chassis",
            "shared/audience",
            "shared/testkit",
            "infra/local",
            "infra/ops",
            "services/*",
        ],
        service if service.starts_with("services/") => BELOW_SERVICES,
        _ => return None,
    })
}

fn every_arrow_between_our_crates_points_down(crates: &[String], arrows: &[Arrow]) -> Vec<String> {
    let strangers = crates.iter().filter(|folder| may_name(folder).is_none()).map(|folder| {
        format!("{folder}: nobody has said which of our crates it may name; say so in may_name() of the house rules")
    });
    let wrong = arrows
        .iter()
        .filter(|arrow| !is_allowed(arrow))
        .map(|Arrow { from, to, kind }| {
            let next = match (from.split_once('/'), to.as_str()) {
                (Some(("services", _)), _) if to.starts_with("services/") => {
                    "a service learns of another by its events: consume them, or ask the edge's caller"
                }
                (_, "shared/testkit") => "testkit is for tests: name it below [dev-dependencies]",
                _ => "move what you need downwards, or turn the need around",
            };
            format!(
                "{from}/Cargo.toml: names {to} ({kind} dependency), and arrows point the other way; {next}"
            )
        });
    strangers.chain(wrong).collect()
}

fn is_allowed(arrow: &Arrow) -> bool {
    // What starts a test may be used by the tests of everything that stands on it or beside it.
    if ["shared/testkit", "infra/local"].contains(&arrow.to.as_str())
        && arrow.kind == DependencyKind::Development
    {
        return !["events", "infra/local"].contains(&arrow.from.as_str());
    }
    may_name(&arrow.from).is_none_or(|targets| {
        targets.iter().any(|target| match target.strip_suffix('*') {
            Some(folder) => arrow.to.starts_with(folder),
            None => arrow.to == *target,
        })
    })
}

#[test]
fn arrows_between_our_crates_point_down() {
    let metadata = MetadataCommand::new()
        .no_deps()
        .exec()
        .expect("cargo metadata answers");
    let folder = |path: &cargo_metadata::camino::Utf8Path| {
        path.strip_prefix(&metadata.workspace_root)
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    let mut crates = Vec::new();
    let mut arrows = Vec::new();
    for package in &metadata.packages {
        let from = folder(package.manifest_path.parent().unwrap());
        for dependency in &package.dependencies {
            if let Some(path) = &dependency.path {
                arrows.push(Arrow {
                    from: from.clone(),
                    to: folder(path),
                    kind: dependency.kind,
                });
            }
        }
        crates.push(from);
    }
    assert!(
        crates.len() > 10 && arrows.len() > 20,
        "cargo metadata no longer tells what this test reads"
    );
    obeyed(&every_arrow_between_our_crates_points_down(&crates, &arrows));
}

#[test]
fn an_arrow_that_points_up_is_found() {
    let arrow = |from: &str, to: &str, kind| Arrow {
        from: from.to_owned(),
        to: to.to_owned(),
        kind,
    };
    use DependencyKind::{Build, Development, Normal};
    let fine = [
        arrow("services/content", "shared/chassis", Normal),
        arrow("services/content", "shared/testkit", Development),
        arrow("services/media", "infra/local", Development),
        arrow("shared/chassis", "shared/testkit", Development),
        arrow("infra/ops", "services/edge", Normal),
        arrow("tests", "infra/ops", Normal),
    ];
    let bad = [
        arrow("services/content", "services/profile", Normal),
        arrow("services/content", "services/media", Development),
        arrow("services/content", "services/edge", Build),
        arrow("services/content", "shared/testkit", Normal),
        arrow("services/content", "infra/ops", Development),
        arrow("services/media", "infra/local", Normal),
        arrow("shared/store", "shared/chassis", Normal),
        arrow("shared/chassis", "shared/audience", Normal),
        arrow("events", "shared/testkit", Development),
        arrow("infra/local", "events", Normal),
    ];
    let crates = ["services/content", "shared/common"].map(str::to_owned);
    bites(
        &every_arrow_between_our_crates_points_down(&crates, &[&fine[..], &bad[..]].concat()),
        &[
            "shared/common: nobody has said",
            "names services/profile",
            "names services/media",
            "names services/edge",
            "names shared/testkit (normal dependency)",
            "services/content/Cargo.toml: names infra/ops",
            "services/media/Cargo.toml: names infra/local (normal dependency)",
            "shared/store/Cargo.toml: names shared/chassis",
            "shared/chassis/Cargo.toml: names shared/audience",
            "events/Cargo.toml: names shared/testkit",
            "infra/local/Cargo.toml: names events",
        ],
    );
}
