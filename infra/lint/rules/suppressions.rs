//! What a tool that judges templates is told to pass over says why, to whoever reads it in a year.

use crate::source::pattern;
use crate::tree::{self, File};
use crate::{bites, obeyed};

/// Shorter than this, a reason is none.
const SHORTEST_REASON: usize = 20;

/// Beside a resource: `checkov:skip=CKV_AWS_1:why`.
fn every_skip_says_why(file: &File) -> Vec<String> {
    let skip = pattern(r"checkov:skip=(\w+):?(.*)");
    let silent = skip
        .captures_iter(&file.text)
        .filter(|found| found[2].trim().len() < SHORTEST_REASON);
    silent
        .map(|found| {
            let line = file.text[..found.get(0).unwrap().start()].matches('\n').count() + 1;
            format!(
                "{}:{line}: {} is passed over, and nobody knows why; say it after a colon",
                file.path, &found[1]
            )
        })
        .collect()
}

/// Everywhere: an item of the configuration's list, below a comment.
fn every_skipped_check_is_explained(file: &File) -> Vec<String> {
    let lines: Vec<_> = file.text.lines().collect();
    let skipped = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.trim_start().starts_with("- CKV"));
    let silent = skipped.filter(|(place, _)| !lines[place.saturating_sub(1)].trim_start().starts_with('#'));
    silent
        .map(|(place, line)| {
            format!(
                "{}:{}: {} is passed over everywhere, and nobody knows why; say it above",
                file.path,
                place + 1,
                line.trim()
            )
        })
        .collect()
}

/// cfn-lint is told nothing: neither by a file of its own nor within a template.
fn cfn_lint_passes_over_nothing(file: &File) -> Vec<String> {
    let is_template = file.path.starts_with("infra/aws/") && file.extension() == "yaml";
    let is_told = file.path.ends_with(".cfnlintrc")
        || is_template && pattern(r"(?m)^\s*cfn-lint:").is_match(&file.text);
    let told = is_told.then(|| {
        format!(
            "{}: cfn-lint is told to pass something over; mend what it found",
            file.path
        )
    });
    told.into_iter().collect()
}

fn judge(file: &File) -> Vec<String> {
    let is_yaml = ["yaml", "yml"].contains(&file.extension());
    let mut findings = cfn_lint_passes_over_nothing(file);
    if is_yaml {
        findings.extend(every_skip_says_why(file));
        findings.extend(every_skipped_check_is_explained(file));
    }
    findings
}

#[test]
fn suppressions_are_explained() {
    let skips = tree::files()
        .iter()
        .filter(|file| file.text.contains("checkov:skip="))
        .count();
    assert!(skips >= 3, "suppressions are no longer where this test looks");
    obeyed(&tree::files().iter().flat_map(judge).collect::<Vec<_>>());
}

#[test]
fn a_suppression_without_a_reason_is_found() {
    let template = "A:\n  # checkov:skip=CKV_AWS_1\n  # checkov:skip=CKV_AWS_2:because\n  # checkov:skip=CKV_AWS_3:it holds what everybody may read\n";
    bites(
        &judge(&File::new("infra/aws/a.yaml", template)),
        &["a.yaml:2: CKV_AWS_1", "a.yaml:3: CKV_AWS_2"],
    );
    let list = "skip-check:\n  # Ours are encrypted by the queue itself.\n  - CKV_AWS_27\n  - CKV_AWS_28\n";
    bites(
        &judge(&File::new("infra/lint/checkov.yaml", list)),
        &["checkov.yaml:4: - CKV_AWS_28"],
    );
    let told = "Metadata:\n  cfn-lint:\n    config: { ignore_checks: [E3001] }\n";
    bites(
        &judge(&File::new("infra/aws/a.yaml", told)),
        &["cfn-lint is told"],
    );
}
