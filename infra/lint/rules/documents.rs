//! Prose drifts: what a document points to must be there.

use crate::source::pattern;
use crate::tree::{self, File};
use crate::{bites, obeyed};
use std::collections::BTreeSet;

/// Links of the form `[words](path)` and `[words](path#heading)`; addresses on the web are nobody's here.
fn every_link_in_a_document_leads_somewhere(document: &File, paths: &BTreeSet<&str>) -> Vec<String> {
    let link = pattern(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)");
    let folder = document.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let lost = link.captures_iter(&document.text).filter(|found| {
        let target = resolved(folder, &found[1]);
        let inside = format!("{target}/");
        !target.is_empty()
            && !paths
                .iter()
                .any(|path| *path == target || path.starts_with(&inside))
    });
    lost.map(|found| {
        let line = document.text[..found.get(0).unwrap().start()]
            .matches('\n')
            .count()
            + 1;
        format!(
            "{}:{line}: links to {}, which is not there; link to what is, or say it here",
            document.path, &found[1]
        )
    })
    .collect()
}

/// The path from the root, with `.` and `..` walked.
fn resolved(folder: &str, target: &str) -> String {
    let from = if target.starts_with('/') { "" } else { folder };
    let mut steps: Vec<&str> = from.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/').filter(|step| !step.is_empty() && *step != ".") {
        if step == ".." {
            steps.pop();
        } else {
            steps.push(step);
        }
    }
    steps.join("/")
}

/// Commands stand in back-ticks or in blocks: `make up`, or a line that begins with it.
fn every_make_target_in_a_document_exists(document: &File, targets: &BTreeSet<&str>) -> Vec<String> {
    let command = r"(?m)(?:`|^\s*(?:\$ )?(?:[A-Z_]+=\S+ )*)make ([a-z][a-z-]*)";
    lost(document, command, targets, |target| {
        format!("there is no `make {target}`; name a target of the Makefile (make help lists them)")
    })
}

/// The targets that these makefiles define.
fn targets<'a>(makefiles: impl Iterator<Item = &'a File>) -> BTreeSet<&'a str> {
    named(makefiles, r"(?m)^([a-z][a-z-]*):")
}

/// Tests are named by their functions, in back-ticks: names of four words and more are nothing else.
fn every_test_that_a_document_names_exists(document: &File, functions: &BTreeSet<&str>) -> Vec<String> {
    lost(
        document,
        r"`([a-z0-9]+(?:_[a-z0-9]+){3,})`",
        functions,
        |function| format!("there is no function `{function}`; name the test that says it now"),
    )
}

/// The functions of these sources.
fn functions<'a>(sources: impl Iterator<Item = &'a File>) -> BTreeSet<&'a str> {
    named(sources, r"\bfn ([a-z0-9_]+)")
}

/// What a document names and nobody knows, in words, with its line.
fn lost(
    document: &File,
    naming: &str,
    known: &BTreeSet<&str>,
    words: impl Fn(&str) -> String,
) -> Vec<String> {
    pattern(naming)
        .captures_iter(&document.text)
        .filter_map(|found| found.get(1))
        .filter(|name| !known.contains(name.as_str()))
        .map(|name| {
            let line = document.text[..name.start()].matches('\n').count() + 1;
            format!("{}:{line}: {}", document.path, words(name.as_str()))
        })
        .collect()
}

/// What files define, as a pattern finds it.
fn named<'a>(files: impl Iterator<Item = &'a File>, definition: &str) -> BTreeSet<&'a str> {
    let definition = pattern(definition);
    files
        .flat_map(|file| {
            let found = definition.captures_iter(&file.text);
            found
                .filter_map(|found| found.get(1))
                .map(|it| it.as_str())
                .collect::<Vec<_>>()
        })
        .collect()
}

fn documents() -> impl Iterator<Item = &'static File> {
    tree::files().iter().filter(|file| file.extension() == "md")
}

#[test]
fn links_lead_somewhere() {
    let paths = tree::files().iter().map(|file| file.path.as_str()).collect();
    obeyed(
        &documents()
            .flat_map(|file| every_link_in_a_document_leads_somewhere(file, &paths))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn make_targets_exist() {
    let makefiles = tree::files()
        .iter()
        .filter(|file| file.path == "Makefile" || file.extension() == "mk");
    let targets = targets(makefiles);
    obeyed(
        &documents()
            .flat_map(|file| every_make_target_in_a_document_exists(file, &targets))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn tests_that_documents_name_exist() {
    let sources = tree::files().iter().filter(|file| file.extension() == "rs");
    let functions = functions(sources);
    obeyed(
        &documents()
            .flat_map(|file| every_test_that_a_document_names_exists(file, &functions))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn a_test_that_is_gone_is_found() {
    let source = File::new(
        "a.rs",
        "#[test]\nasync fn one_code_works_once() {}\nfn short_name() {}",
    );
    let text = "`one_code_works_once`, `a_name`, `one_thing_works_twice`\nand `of_two_at_once`";
    bites(
        &every_test_that_a_document_names_exists(
            &File::new("docs/a.md", text),
            &functions(std::iter::once(&source)),
        ),
        &[
            "docs/a.md:1: there is no function `one_thing_works_twice`",
            "docs/a.md:2: there is no function `of_two_at_once`",
        ],
    );
}

#[test]
fn a_link_to_nowhere_is_found() {
    let text = "[a](../README.md#top) [b](https://example.com/x) [c](#here)\n[d](runbooks) [e](./gone.md)\n[f](/Makefile)";
    let paths = BTreeSet::from(["README.md", "Makefile", "docs/runbooks/restore.md"]);
    bites(
        &every_link_in_a_document_leads_somewhere(&File::new("docs/index.md", text), &paths),
        &["docs/index.md:2: links to ./gone.md"],
    );
}

#[test]
fn a_make_target_that_is_gone_is_found() {
    let makefile = File::new("Makefile", "up: ## Start\n\t@echo\n.PHONY: up\nlint:\n");
    let text = "Run `make up`, then make haste.\n\n    PORT=9000 make serve\n\nand `make lint`.";
    bites(
        &every_make_target_in_a_document_exists(
            &File::new("README.md", text),
            &targets(std::iter::once(&makefile)),
        ),
        &["README.md:3: there is no `make serve`"],
    );
}
