//! The first session of README.md, word for word.

use crate::network::{PROGRAM, RunningNetwork};
use std::process::Stdio;
use tokio::process::Command;

const README: &str = include_str!("../../../../README.md");

/// The shell commands of the section that shows a first session, in order.
fn commands() -> String {
    let (_before, session) = README.split_once("\n## A first session\n").unwrap();
    let (session, _after) = session.split_once("\n## ").unwrap();
    let blocks = session.split("\n```sh\n").skip(1);
    let commands: Vec<_> = blocks.map(|block| block.split_once("\n```").unwrap().0).collect();
    assert!(commands.len() >= 4, "README's first session has become short");
    commands.join("\n")
}

/// What is of this machine in the README's words, replaced by what is of this test: where the system answers, which
/// program was built, and how many people fill it.
fn of_this_network(commands: &str, network: &RunningNetwork) -> String {
    let url = network.url();
    let replaced = [
        ("http://127.0.0.1:8080", url.as_str().trim_end_matches('/')),
        (
            "valine=${CARGO_TARGET_DIR:-target}/release/valine",
            &format!("valine={PROGRAM}"),
        ),
        ("--members 300 --posts 3000", "--members 12 --posts 40"),
    ];
    replaced.iter().fold(commands.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "README no longer says {from}");
        text.replace(from, to)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_who_follows_the_readme_sees_what_it_says() {
    let network = RunningNetwork::start().await;
    let script = of_this_network(&commands(), &network);
    // A guard against what hangs: the script itself gives up what it waits for.
    let output = Command::new("timeout")
        .args(["300", "bash", "-euo", "pipefail", "-c", &script])
        .current_dir(network.folder())
        // What it makes by `mktemp` goes with the network.
        .env("TMPDIR", network.folder())
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let talked = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{}\n{said}\n{talked}", output.status);
    for text in said.lines().chain([&*talked]) {
        testkit::witness().overhears("the first session", text);
    }

    let answers: Vec<serde_json::Value> = said
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let refused = answers.iter().find(|answer| answer.get("error").is_some());
    assert_eq!(refused, None, "{said}");
    let post = "A walk in the rain, narrated";
    let feed = answers
        .iter()
        .find(|answer| answer.get("nextCursor").is_some() || answer.get("posts").is_some());
    assert_eq!(feed.unwrap()["posts"][0]["content"], post, "{said}");
    let found = answers
        .iter()
        .find(|answer| answer.get("query").is_some())
        .unwrap();
    assert_eq!(
        (&found["posts"][0]["content"], &found["total"]),
        (&post.into(), &1.into()),
        "{said}"
    );
    assert!(
        answers
            .iter()
            .any(|answer| answer["reactionCounts"]["applause"] == 1),
        "{said}"
    );
    assert!(said.contains("\na picture of the same size\n"), "{said}");
    assert!(talked.contains("All is well."), "{talked}");
    network.end().await;
}
