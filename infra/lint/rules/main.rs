//! The house rules that no compiler knows, read off the files themselves.
//!
//! A rule is a function from what it reads (paths and texts, parsed manifests) to what it found, so that it can be shown
//! something bad: beside every rule stands a test that does so, and fails when the rule has lost its teeth.
//! What a rule finds is one line: where, what is wrong, and what to do about it.
#![cfg(test)]
#![expect(
    clippy::string_slice,
    reason = "every index was found in the text it cuts, so it stands between characters"
)]

mod arrows;
mod documents;
mod habits;
mod manifests;
mod rooms;
mod secrets;
mod shapes;
mod snapshots;
mod source;
mod suppressions;
mod tree;
mod words;

/// Fails with everything that was found, a line each.
#[track_caller]
fn obeyed(findings: &[String]) {
    assert!(
        findings.is_empty(),
        "\n\n{}\n\n{} found.\n",
        findings.join("\n"),
        findings.len()
    );
}

/// The other half of every rule: it must find what is bad (each fragment in a finding of its own, nothing else).
#[track_caller]
fn bites(findings: &[String], fragments: &[&str]) {
    for fragment in fragments {
        assert!(
            findings.iter().any(|finding| finding.contains(fragment)),
            "the rule has lost its teeth: it should have found {fragment:?}, and found only {findings:#?}"
        );
    }
    assert_eq!(
        findings.len(),
        fragments.len(),
        "the rule bites what is fine: {findings:#?}"
    );
}
