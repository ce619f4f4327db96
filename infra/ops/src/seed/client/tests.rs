//! The client against a server that follows a script.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use uuid::Uuid;

use super::{Backoff, Call, Client, Failure, Settings, Settling};
use crate::seed::meter::Meter;
use crate::seed::progress::Talk;

/// What the server does with a connection.
enum Act {
    /// Closes it before reading, so that the client meets a reset.
    Reset,
    /// Reads the request and closes without a word.
    Silent,
    /// Reads the request and answers with these bytes.
    Say(&'static str),
}

/// Plays `script`, one connection an act, and keeps the requests it has read.
async fn play(script: Vec<Act>) -> (url::Url, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let record = heard.clone();
    tokio::spawn(async move {
        for act in script {
            let (mut stream, _) = listener.accept().await.unwrap();
            if matches!(act, Act::Reset) {
                // Closing with unread bytes or without lingering sends a reset.
                stream.set_zero_linger().unwrap();
                continue;
            }
            let mut request = Vec::new();
            while !is_whole(&request) {
                assert!(stream.read_buf(&mut request).await.unwrap() > 0);
            }
            record.lock().unwrap().push(String::from_utf8(request).unwrap());
            if let Act::Say(answer) = act {
                stream.write_all(answer.as_bytes()).await.unwrap();
                stream.shutdown().await.unwrap();
            }
        }
    });
    (url, heard)
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |value| value.parse().unwrap());
    body.len() >= length
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 11\r\nset-cookie: jwt_token=abc; Path=/\r\nconnection: close\r\n\r\n{\"fine\":1}\n";
const BUSY: &str =
    "HTTP/1.1 503 Service Unavailable\r\nretry-after: 0\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const TORN: &str = "HTTP/1.1 200 OK\r\ncontent-length: 11\r\nconnection: close\r\n\r\n{\"fi";
const FORBIDDEN: &str =
    "HTTP/1.1 403 Forbidden\r\ncontent-length: 20\r\nconnection: close\r\n\r\n{\"code\":\"FORBIDDEN\"}";
const INVALID: &str = "HTTP/1.1 400 Bad Request\r\ncontent-length: 53\r\nconnection: close\r\n\r\n{\"code\":\"VALIDATION_ERROR\",\"message\":\"Too long post\"}";

fn client(url: url::Url, patience: Duration) -> Client {
    let settings = Settings {
        url,
        operator_key: "the-key".to_owned(),
        patience,
        backoff: Backoff {
            first: Duration::ZERO,
            most: Duration::ZERO,
        },
    };
    Client::new(settings, Talk::silent()).unwrap()
}

fn call() -> Call<'static> {
    Call {
        method: Method::POST,
        path: "/posts".to_owned(),
        cookie: Some("jwt_token=xyz"),
        key: Some(Uuid::from_u128(5)),
        body: Some(json!({ "content": "hello" })),
        expect: StatusCode::OK,
        settling: Settling::Nothing,
    }
}

#[tokio::test]
async fn a_request_is_repeated_unchanged_until_it_is_answered() {
    let (url, heard) = play(vec![
        Act::Reset,
        Act::Silent,
        Act::Say(BUSY),
        Act::Say(TORN),
        Act::Say(OK),
    ])
    .await;
    let meter = Meter::new();
    let answer = client(url, Duration::from_secs(60))
        .call(&call(), &meter)
        .await
        .unwrap();
    assert_eq!(answer.body["fine"], 1);
    assert_eq!(answer.cookie.as_deref(), Some("jwt_token=abc"));
    assert_eq!((meter.read().requests, meter.read().retries), (5, 4));
    let heard = heard.lock().unwrap();
    assert_eq!(heard.len(), 4);
    for request in heard.iter() {
        assert_eq!(request, &heard[0], "the same key, the same body");
        for part in [
            "POST /api/posts ",
            "idempotency-key: 00000000-",
            "cookie: jwt_token=xyz",
            "x-valine-operator: the-key",
        ] {
            assert!(request.contains(part), "{part} is missing in {request}");
        }
    }
}

#[tokio::test]
async fn a_refusal_is_final_and_tells_all() {
    let (url, heard) = play(vec![Act::Say(INVALID)]).await;
    let meter = Meter::new();
    let failure = client(url, Duration::from_secs(60))
        .call(&call(), &meter)
        .await
        .unwrap_err();
    assert_eq!(
        failure.to_string(),
        "POST /posts → 400 VALIDATION_ERROR Too long post"
    );
    assert_eq!((heard.lock().unwrap().len(), meter.read().retries), (1, 0));
}

#[tokio::test]
async fn a_success_of_another_kind_than_promised_is_a_refusal() {
    let (url, _) = play(vec![Act::Say(OK)]).await;
    let call = Call {
        expect: StatusCode::CREATED,
        ..call()
    };
    let failure = client(url, Duration::from_secs(60))
        .call(&call, &Meter::new())
        .await
        .unwrap_err();
    assert_eq!(failure.to_string(), "POST /posts → 200  expected 201 Created");
}

#[tokio::test]
async fn what_an_event_has_yet_to_allow_is_asked_again_and_only_that() {
    let (url, heard) = play(vec![Act::Say(FORBIDDEN), Act::Say(FORBIDDEN), Act::Say(OK)]).await;
    let call = Call {
        settling: Settling::Audience,
        ..call()
    };
    client(url, Duration::from_secs(60))
        .call(&call, &Meter::new())
        .await
        .unwrap();
    assert_eq!(heard.lock().unwrap().len(), 3);

    let (url, heard) = play(vec![Act::Say(FORBIDDEN)]).await;
    let failure = client(url, Duration::ZERO)
        .call(&call, &Meter::new())
        .await
        .unwrap_err();
    assert!(
        matches!(failure, Failure::Refused(_)),
        "when patience ends it is what the server said: {failure}"
    );
    assert_eq!(heard.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_there_is_said_with_what_to_do() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    drop(listener);
    let failure = client(url, Duration::ZERO)
        .call(&call(), &Meter::new())
        .await
        .unwrap_err();
    let words = failure.to_string();
    assert!(matches!(failure, Failure::Silence { .. }));
    assert!(
        words.contains("valine up") && words.contains("--patience") && words.contains("refused"),
        "{words}"
    );
}

#[tokio::test]
async fn a_wrong_operator_key_ends_everything_at_once() {
    let wrong = "HTTP/1.1 403 Forbidden\r\ncontent-length: 29\r\nconnection: close\r\n\r\n{\"code\":\"OPERATOR_KEY_WRONG\"}";
    for settling in [Settling::Nothing, Settling::Audience] {
        let (url, _) = play(vec![Act::Say(wrong)]).await;
        let call = Call { settling, ..call() };
        let failure = client(url, Duration::from_secs(60))
            .call(&call, &Meter::new())
            .await
            .unwrap_err();
        assert!(
            matches!(failure, Failure::Broken(_)) && failure.to_string().contains("--operator-key-file"),
            "{failure}"
        );
    }
}
