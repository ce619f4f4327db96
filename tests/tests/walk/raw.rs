//! What is no HTTP, over a connection of its own: refused before anybody of ours sees it, and nothing is hurt.

use crate::contract::assert_nothing;
use end_to_end::TestNetwork;
use serde_json::{Map, Value};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// However slow the machine is: an answer comes, or the connection ends.
const LIMIT: Duration = Duration::from_secs(30);

/// Everything that comes back until the connection ends.
async fn say(address: SocketAddr, bytes: &[u8]) -> String {
    let talk = async {
        let mut stream = TcpStream::connect(address).await?;
        // A server that has heard enough may end the connection before all is said.
        let _heard = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let _ended = stream.read_to_end(&mut answer).await;
        std::io::Result::Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    tokio::time::timeout(LIMIT, talk)
        .await
        .expect("an answer or an end")
        .expect("a connection")
}

fn status(answer: &str) -> Option<u16> {
    answer.split(' ').nth(1)?.parse().ok()
}

/// Whether it has what every refusal has, and nothing else.
fn is_a_refusal(body: &str) -> bool {
    let said: Map<String, Value> = serde_json::from_str(body).unwrap_or_default();
    said.keys()
        .map(String::as_str)
        .eq(["code", "error", "message", "requestId"])
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_http_is_refused_and_hurts_nothing() {
    let network = TestNetwork::start().await;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let stop = CancellationToken::new();
    let router = network.network.router.clone();
    let served = tokio::spawn(chassis::serve(listener, router, stop.clone()));
    let get = |path: &str, headers: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: joint\r\nConnection: close\r\n{headers}\r\n").into_bytes()
    };
    let many: String = (0..200).map(|number| format!("X-{number}: 1\r\n")).collect();
    let cases: [(&str, Vec<u8>, &[u16]); 13] = [
        ("a good one", get("/api/posts", ""), &[200]),
        (
            "an address of 70,000",
            get(&format!("/{}", "a".repeat(70_000)), ""),
            &[414],
        ),
        (
            "a query of 70,000",
            get(&format!("/api/posts?q={}", "a".repeat(70_000)), ""),
            &[414],
        ),
        (
            "a header of 600,000",
            get("/api/posts", &format!("X-Long: {}\r\n", "a".repeat(600_000))),
            &[431],
        ),
        ("200 headers", get("/api/posts", &many), &[431]),
        (
            "a header's name with a space",
            get("/api/posts", "Bad Name: 1\r\n"),
            &[400],
        ),
        ("a header without a name", get("/api/posts", ": 1\r\n"), &[400]),
        (
            "a header with a NUL",
            get("/api/posts", "X-Odd: a\0b\r\n"),
            &[400],
        ),
        (
            "a length that is none",
            get("/api/posts", "Content-Length: many\r\n"),
            &[400],
        ),
        (
            "two lengths",
            get("/api/posts", "Content-Length: 1\r\nContent-Length: 2\r\n"),
            &[400],
        ),
        ("an address with a space", get("/api/po sts", ""), &[400]),
        (
            "another protocol",
            b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec(),
            &[400],
        ),
        ("bytes", vec![0xff; 1000], &[400]),
    ];
    let mut found = Vec::new();
    for (what, bytes, expected) in &cases {
        let answer = say(address, bytes).await;
        let is_refused = *expected != [200];
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        if !status(head).is_some_and(|status| expected.contains(&status)) {
            found.push(format!("{what}: {head}"));
        }
        // There is no request: it is refused as any other is, and nothing of ours is told.
        if is_refused && !is_a_refusal(body) || head.to_lowercase().contains("\r\nserver:") {
            found.push(format!("{what}: says another thing than it should: {answer}"));
        }
        let good = say(address, &get("/health", "")).await;
        if status(&good) != Some(200) {
            found.push(format!("after {what}: {good}"));
        }
    }
    stop.cancel();
    served.await.expect("it ends");
    assert_nothing(&found, "what is no HTTP");
}
