//! `valine events tail` for machines.

use crate::network::RunningNetwork;
use diesel_async::SimpleAsyncConnection;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::process::Stdio;
use std::time::Duration;
use testkit::{shape_of, shape_of_an_envelope};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::ChildStdout;

/// However busy the machine is, a line comes by then.
const LONG: Duration = Duration::from_secs(60);

/// Somebody who signed up.
async fn ada(network: &RunningNetwork) -> Client {
    network.sign_up("ada").await
}

async fn post(network: &RunningNetwork, client: &Client, content: &str) {
    let ask = json!({ "content": content, "visibility": "public" });
    network.ask((client, Method::POST, "/api/posts"), Some(ask)).await;
}

/// Programs read it: one envelope a line, nothing else, and its names and kinds stay.
#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_the_tail_is_an_envelope() {
    let network = RunningNetwork::start().await;
    let client = ada(&network).await;
    post(&network, &client, "A walk in the rain").await;
    let tail = async |arguments: &[&str]| -> Vec<Value> {
        let asked = [&["events", "tail", "--no-follow", "--json"], arguments].concat();
        let answered = network.valine(&asked).await;
        assert_eq!(
            (answered.code, answered.talk.as_str()),
            (Some(0), ""),
            "{answered:?}"
        );
        answered
            .data
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let posts = tail(&["--type", "content.post-changed.v1"]).await;
    assert_eq!(
        posts.iter().map(shape_of).collect::<Vec<_>>(),
        [shape_of_an_envelope()]
    );
    assert_eq!(posts[0]["data"]["content"], "A walk in the rain");
    let all = tail(&["--last", "2"]).await;
    assert_eq!(all.len(), 2, "the last two, the later one last: {all:?}");
    let ids: Vec<_> = all.iter().map(|event| event["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    let identity = tail(&["--type", "identity"]).await;
    assert!(!identity.is_empty());
    assert!(
        identity
            .iter()
            .all(|event| event["type"].as_str().unwrap().starts_with("identity.")),
        "{identity:?}"
    );
    network.end().await;
}

/// The next post that a tail shows.
async fn next_post(lines: &mut Lines<BufReader<ChildStdout>>) -> String {
    let line = tokio::time::timeout(LONG, lines.next_line()).await;
    let line = line.expect("a line comes").unwrap().expect("it goes on");
    let event: Value = serde_json::from_str(&line).unwrap();
    event["data"]["content"].as_str().unwrap().to_owned()
}

/// What was is shown as far as it was asked for, what comes is shown as it comes, and nothing is shown twice or left out.
#[tokio::test(flavor = "multi_thread")]
async fn a_tail_begins_where_it_says_and_misses_nothing() {
    let network = RunningNetwork::start().await;
    let client = ada(&network).await;
    for content in ["the first", "the second", "the third"] {
        post(&network, &client, content).await;
    }
    for (last, shown) in [("0", vec![]), ("2", vec!["the second", "the third"])] {
        let words = [
            "events",
            "tail",
            "--json",
            "--type",
            "content.post-changed.v1",
            "--last",
            last,
        ];
        let mut tail = network.command(&words).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(tail.stdout.take().unwrap()).lines();
        for content in &shown {
            assert_eq!(next_post(&mut lines).await, *content, "--last {last}");
        }
        // One of these is decided while the tail begins, or before, or after: which, nobody can say. From the first that is
        // shown on there is no gap.
        let mut seen = Vec::new();
        for number in 0..20 {
            post(&network, &client, &format!("{last}, then {number}")).await;
        }
        let end = format!("{last}, then 19");
        while seen.last() != Some(&end) {
            seen.push(next_post(&mut lines).await);
        }
        let first = 20 - seen.len();
        let all: Vec<_> = (first..20)
            .map(|number| format!("{last}, then {number}"))
            .collect();
        assert_eq!(seen, all, "--last {last}");
        assert!(
            shown.is_empty() || first == 0,
            "what came after {shown:?} is missing: {seen:?}"
        );
        tail.kill().await.unwrap();
        for content in ["the first", "the second", "the third"] {
            post(&network, &client, content).await;
        }
    }
    network.end().await;
}

/// More at once than can be read in the half minute in which a tail looks back.
#[tokio::test(flavor = "multi_thread")]
async fn a_tail_shows_all_of_very_many() {
    const BURST: usize = 60_000;
    let network = RunningNetwork::start().await;
    let client = ada(&network).await;
    let words = [
        "events",
        "tail",
        "--json",
        "--last",
        "1",
        "--type",
        "content.post-changed.v1",
    ];
    post(&network, &client, "the first").await;
    let mut tail = network.command(&words).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(tail.stdout.take().unwrap()).lines();
    assert_eq!(next_post(&mut lines).await, "the first");
    // As if they had been decided now, and been published: a tail reads outboxes and nothing else.
    let burst = format!(
        "INSERT INTO content.outbox (id, envelope, published_at) \
         SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0') || '7000' || '8' || lpad(to_hex(n), 15, '0'))::uuid, \
         json_build_object('type', 'content.post-changed.v1', 'data', json_build_object('content', n::text)), now() \
         FROM generate_series(1, {BURST}) AS n"
    );
    network.administrator().await.batch_execute(&burst).await.unwrap();
    let mut missing: HashSet<_> = (1..=BURST).map(|number| number.to_string()).collect();
    while !missing.is_empty() {
        let next = next_post(&mut lines).await;
        assert!(missing.remove(&next), "{next} is shown twice");
    }
    tail.kill().await.unwrap();
    network.end().await;
}
