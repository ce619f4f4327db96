//! Templates and code say the same: what services consume, answer, publish and open is what `infra/aws` makes room for, and
//! what alarms look at is there. No emulator could show it, and no linter knows both sides. A program of its own, for it
//! needs neither database nor network, and answers in a second.
//!
//! A rule is a function from templates to what is wrong with them. Beside each stands a test that breaks a template in memory,
//! and fails when the rule does not notice.
#![cfg(test)]

mod alarms;
mod api;
mod compose;
mod connections;
mod deploy;
mod interactions;
mod names;
mod operators;
mod programs;
mod queues;
mod services;
mod template;
mod zips;

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

/// The rule notices what was broken: one finding holds these words.
#[track_caller]
fn bites(findings: &[String], words: &str) {
    assert!(
        findings.iter().any(|finding| finding.contains(words)),
        "the rule has lost its teeth: it should have found {words:?}, and found only {findings:#?}"
    );
}
