//! How often: the limits of the contract, and what is said of them.

use end_to_end::{TestNetwork, text};
use serde_json::{Value, json};
use testkit::{Answer, Client};

fn header(answer: &Answer, name: &str) -> u64 {
    let value = answer.headers.get(name).and_then(|value| value.to_str().ok());
    let number = value.and_then(|value| value.parse().ok());
    number.unwrap_or_else(|| panic!("no {name}: {:?}", answer.headers))
}

/// Asks as often as may be in an hour, and once more; answers that refusal.
async fn exhaust(
    client: &Client,
    path: &str,
    limit: u64,
    body: impl Fn(u64) -> Value,
    status: u16,
) -> Answer {
    for number in 1..=limit {
        let answer = client.post(path, body(number)).await;
        assert_eq!(answer.status, status, "{number}: {}", answer.text);
        assert_eq!(header(&answer, "x-ratelimit-limit"), limit);
        assert_eq!(header(&answer, "x-ratelimit-remaining"), limit - number);
        assert!((1..=3600).contains(&header(&answer, "x-ratelimit-reset")));
    }
    let refused = client.post(path, body(limit + 1)).await;
    assert!((1..=3600).contains(&header(&refused, "retry-after")));
    assert_eq!(header(&refused, "x-ratelimit-remaining"), 0);
    refused
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_publishes_a_hundred_posts_an_hour() {
    let network = TestNetwork::start().await;
    let (ada, bob) = (
        network.sign_up("ada").await.client,
        network.sign_up("bob").await.client,
    );
    let body = |number| json!({ "content": format!("Number {number}"), "visibility": "public" });
    let refused = exhaust(&ada, "/api/posts", 100, body, 201).await;
    assert_eq!(refused.refused(429), "RATE_LIMITED");
    bob.post("/api/posts", body(1)).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_announces_fifty_files_an_hour() {
    let network = TestNetwork::start().await;
    let (ada, bob) = (
        network.sign_up("ada").await.client,
        network.sign_up("bob").await.client,
    );
    let body = |_| json!({ "fileName": "a.png", "fileType": "image/png", "fileSize": 70 });
    let refused = exhaust(&ada, "/api/media/upload", 50, body, 200).await;
    assert_eq!(refused.refused(429), "RATE_LIMITED");
    bob.post("/api/media/upload", body(1)).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_makes_five_accounts_an_hour_and_the_operator_any_number() {
    let network = TestNetwork::start().await;
    let nobody = network.nobody();
    let body = |number: u64| {
        let name = format!("somebody{number}");
        json!({ "email": format!("{name}@mail.example"), "password": "a walk in the rain", "username": name, "displayName": "S" })
    };
    for number in 1..=5 {
        let made = nobody.post("/api/auth/signup", body(number)).await;
        assert_eq!(header(&made, "x-ratelimit-limit"), 5);
        made.expect(201);
    }
    let refused = nobody.post("/api/auth/signup", body(6)).await;
    assert!((1..=3600).contains(&header(&refused, "retry-after")));
    assert_eq!(refused.refused(429), "RATE_LIMITED");
    let key = network.settings.operator_key.clone().expect("a key");
    for number in 6..=12 {
        let operator = nobody.with("x-valine-operator", &key);
        operator.post("/api/auth/signup", body(number)).await.expect(201);
    }
    let wrong = nobody.with("x-valine-operator", "a guess");
    let wrong = wrong.post("/api/auth/signup", body(13)).await;
    assert_eq!(wrong.refused(403), "OPERATOR_KEY_WRONG");
}

/// A repetition is the first answer, and does not count.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_is_answered_as_the_first_and_not_counted() {
    let network = TestNetwork::start().await;
    let ada = network.sign_up("ada").await.client.with("idempotency-key", "one");
    let ask = json!({ "content": "Once", "visibility": "public" });
    let mut answers = Vec::new();
    for _ in 0..3 {
        let answer = ada.post("/api/posts", ask.clone()).await;
        answers.push((text(&answer.json, "/post/id"), answer.status.as_u16()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let other = json!({ "content": "Twice", "visibility": "public" });
    let other = ada.post("/api/posts", other).await;
    assert_eq!(other.refused(422), "IDEMPOTENCY_KEY_REUSED");
    let next = ada.with("idempotency-key", "two").post("/api/posts", ask).await;
    assert_eq!(header(&next, "x-ratelimit-remaining"), 98);
}
