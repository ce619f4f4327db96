//! `valine events tail` for machines.

use crate::network::RunningNetwork;
use crate::shapes::{shape_of, shape_of_an_envelope};
use reqwest::Client;
use serde_json::{Value, json};

/// Programs read it: one envelope a line, nothing else, and its names and kinds stay.
#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_the_tail_is_an_envelope() {
    let network = RunningNetwork::start().await;
    let client = Client::builder().cookie_store(true).build().unwrap();
    for (path, body) in [
        (
            "/api/auth/signup",
            json!({ "email": "ada@mail.example", "password": "a walk in the rain", "username": "ada", "displayName": "Ada" }),
        ),
        (
            "/api/posts",
            json!({ "content": "A walk in the rain", "visibility": "public" }),
        ),
    ] {
        let url = network.url().join(path).unwrap();
        let answer = client.post(url).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 201, "{path}");
    }
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
