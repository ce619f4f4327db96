//! The same network, carried by EventBridge and SQS: what somebody does reaches the others by way of the real rules.

use chassis::config::Environment;
use chassis::transport::{Aws, AwsSettings};
use end_to_end::{TestNetwork, text};
use serde_json::{Value, json};
use std::io::Write;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// However slow the machine is.
const LIMIT: Duration = Duration::from_secs(120);

#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by make test where their endpoint is"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

pub(crate) fn needed(name: &str) -> String {
    variable(name).unwrap_or_else(|| {
        panic!("{name} is not set: run this by `make test`, which starts a LocalStack, or leave it out by SKIP_LOCALSTACK=1")
    })
}

/// Whether EventBridge and SQS are left out; then it says what of.
pub(crate) fn is_skipped(what: &str) -> bool {
    let is_skipped = variable("SKIP_LOCALSTACK").is_some();
    if is_skipped {
        say(&format!(
            "skipped: the journey by EventBridge and SQS of {what}, because SKIP_LOCALSTACK is set"
        ));
    }
    is_skipped
}

/// Has the summary say that somebody walked there.
pub(crate) fn walked(what: &str, between: &str) {
    say(&format!("walked by EventBridge and SQS {between}: {what}"));
}

/// Not by println!, which is shown only when a test fails.
fn say(words: &str) {
    writeln!(std::io::stderr(), "\n{words}").unwrap();
}

/// Asks until the answer is as it should be.
async fn until(what: &str, mut ask: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    let mut looks = tokio::time::interval(Duration::from_millis(50));
    loop {
        looks.tick().await;
        if ask().await {
            return;
        }
        assert!(began.elapsed() < LIMIT, "not within {LIMIT:?}: {what}");
    }
}

fn is_there(answer: &Value, pointer: &str, id: &str) -> bool {
    answer.pointer(pointer).and_then(Value::as_str) == Some(id)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_writes_the_other_finds() {
    let what = "writing, finding, following";
    if is_skipped(what) {
        return;
    }
    let _endpoint = needed("AWS_ENDPOINT_URL");
    let bus = needed("TEST_JOURNEY_STACK");
    let settings = AwsSettings {
        queues: needed("TEST_QUEUE_URL").replace("{stack}", &bus).parse().unwrap(),
        bus,
    };
    let aws = Aws::from_environment(settings).await;
    let network = TestNetwork::carried_by(Some(aws), Environment::default()).await;
    let stop = CancellationToken::new();
    let running = network.network.start(&stop);

    let (ada, bob) = (network.sign_up("ada").await, network.sign_up("bob").await);
    until("bob can follow ada", async || {
        let path = format!("/api/social/follow/{}", ada.id);
        bob.client.post(&path, json!({})).await.status == 200
    })
    .await;
    let ask = json!({ "content": "A walk in the rain, narrated", "visibility": "followers" });
    let mut post = String::new();
    until("ada is known as an author", async || {
        let answer = ada.client.post("/api/posts", ask.clone()).await;
        let is_made = answer.status == 201;
        if is_made {
            post = text(&answer.json, "/post/id");
        }
        is_made
    })
    .await;
    until("bob has it in his feed", async || {
        let feed = bob.client.get("/api/posts/feed").await.expect(200);
        is_there(&feed, "/posts/0/id", &post) && is_there(&feed, "/posts/0/author/username", "ada")
    })
    .await;
    until("bob finds it", async || {
        let found = bob.client.get("/api/search/posts?q=rain").await.expect(200);
        is_there(&found, "/posts/0/id", &post)
    })
    .await;
    until("ada is told of her follower", async || {
        ada.client.get("/api/users/me").await.expect(200)["followerCount"] == 1
    })
    .await;
    ada.client.delete(&format!("/api/posts/{post}")).await.expect(200);
    until("nobody finds it any more", async || {
        bob.client.get("/api/search/posts?q=rain").await.expect(200)["posts"] == json!([])
    })
    .await;

    stop.cancel();
    running.join_all().await;
    for member in &network.network.members {
        if !member.service.consumers.is_empty() {
            let depth = member.transport.depth(member.service.name).await.unwrap();
            assert_eq!(depth.dead, 0, "dead letters of {}", member.service.name);
        }
    }
    walked(what, "in one process");
}
