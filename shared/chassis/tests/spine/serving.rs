//! What a client may take of a server without asking for anything.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use chassis::{Limits, serve_within};
use serde_json::Value;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// However busy the machine is, by then it has happened.
const LONG: Duration = Duration::from_secs(30);

/// More than lies between two sockets.
const LONG_ANSWER: usize = 64 * 1024 * 1024;

const ASK: &[u8] = b"GET / HTTP/1.1\r\nHost: joint\r\n\r\n";

/// A server that says `well`.
struct Server {
    address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl Server {
    async fn start(limits: Limits) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let router = Router::new()
            .route("/", get(async || "well"))
            .route("/long", get(async || "a".repeat(LONG_ANSWER)))
            .route("/closed", post(async || StatusCode::UNAUTHORIZED));
        let serving = tokio::spawn(serve_within(listener, router, stop.clone(), limits));
        Self {
            address,
            stop,
            serving,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn end(self) {
        self.stop.cancel();
        let ended = tokio::time::timeout(LONG, self.serving).await;
        ended.expect("it ends").unwrap();
    }
}

/// Asks over a connection that stays, and hears the answer.
async fn ask(stream: &mut TcpStream) {
    stream.write_all(ASK).await.unwrap();
    hear(stream).await;
}

async fn hear(stream: &mut TcpStream) {
    let mut heard = Vec::new();
    let answer = async {
        while !heard.ends_with(b"well") {
            let mut some = [0; 256];
            let length = stream.read(&mut some).await.unwrap();
            assert!(length > 0, "it ended after {:?}", String::from_utf8_lossy(&heard));
            heard.extend_from_slice(&some[..length]);
        }
    };
    tokio::time::timeout(LONG, answer).await.expect("an answer");
}

/// Whether the other side ends a connection.
async fn ends(stream: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(LONG, stream.read_to_end(&mut rest)).await;
    ended.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_never_says_a_whole_head_holds_no_place() {
    assert_eq!(
        Limits::default(),
        Limits {
            head: Duration::from_secs(30),
            answer: Duration::from_secs(60),
            connections: 10_000
        }
    );
    let server = Server::start(Limits {
        head: Duration::from_millis(100),
        connections: 1,
        ..Limits::default()
    })
    .await;
    let beginnings: [&[u8]; 6] = [
        b"",
        b"P",
        b"PRI * HTTP/2.0\r\n\r\nSM",
        b"GET",
        b"GET / HTTP/1.1\r\n",
        b"GET / HTTP/1.1\r\nHost: joint\r\nX-Slow: ",
    ];
    for beginning in beginnings {
        let mut slow = server.connect().await;
        slow.write_all(beginning).await.unwrap();
        let said = String::from_utf8_lossy(beginning);
        assert!(ends(&mut slow).await, "it waits for ever after {said:?}");
        // The one place there is, is free again.
        ask(&mut server.connect().await).await;
    }
    // Nor does whoever has asked once, and says nothing more.
    let mut idle = server.connect().await;
    ask(&mut idle).await;
    assert!(ends(&mut idle).await, "it waits for ever for another question");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_too_many_waits_until_there_is_a_place() {
    let server = Server::start(Limits {
        connections: 2,
        ..Limits::default()
    })
    .await;
    let (mut first, mut second) = (server.connect().await, server.connect().await);
    ask(&mut first).await;
    ask(&mut second).await;
    let mut third = server.connect().await;
    third.write_all(ASK).await.unwrap();
    // Those who have a place are answered all the while.
    for _ in 0..50 {
        ask(&mut first).await;
        ask(&mut second).await;
    }
    let heard = third.try_read(&mut [0; 1]).map_err(|error| error.kind());
    assert_eq!(heard, Err(std::io::ErrorKind::WouldBlock), "three have a place");
    drop(first);
    hear(&mut third).await;
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_refused_in_the_shape_of_every_refusal() {
    let server = Server::start(Limits::default()).await;
    let many = "X-A: b\r\n".repeat(300);
    let (long, longest) = ("a".repeat(60_000), "a".repeat(900_000));
    let asked = [
        (
            format!("GET / HTTP/1.1\r\nHost: joint\r\n{many}\r\n"),
            431,
            "HEADERS_TOO_LARGE",
        ),
        (
            format!("GET / HTTP/1.1\r\nX-A: {long}\r\nX-B: {long}\r\n\r\n"),
            431,
            "HEADERS_TOO_LARGE",
        ),
        // Most of it comes when the refusal is said already.
        (
            format!("GET / HTTP/1.1\r\nX-A: {longest}\r\n\r\n"),
            431,
            "HEADERS_TOO_LARGE",
        ),
        (
            format!("GET /{longest} HTTP/1.1\r\nHost: joint\r\n\r\n"),
            431,
            "HEADERS_TOO_LARGE",
        ),
        (
            "GET / HTTP/1.1\r\nX-A: \0\r\n\r\n".to_owned(),
            400,
            "VALIDATION_ERROR",
        ),
        (
            "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n".to_owned(),
            400,
            "VALIDATION_ERROR",
        ),
        ("hello\r\n\r\n".to_owned(), 400, "VALIDATION_ERROR"),
    ];
    for (asked, status, code) in asked {
        let beginning = &*asked.chars().take(60).collect::<String>();
        let mut stream = server.connect().await;
        // Whoever was answered before is told as well.
        ask(&mut stream).await;
        stream.write_all(asked.as_bytes()).await.unwrap();
        let mut heard = String::new();
        let whole = tokio::time::timeout(LONG, stream.read_to_string(&mut heard)).await;
        whole.expect("it ends").expect(beginning);
        let (head, body) = heard.split_once("\r\n\r\n").expect(beginning);
        let headers: HashMap<_, _> = head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .collect();
        let body: Value = serde_json::from_str(body).expect(beginning);
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status} ")),
            "{beginning}: {head}"
        );
        assert_eq!(body["code"], code, "{beginning}");
        assert_eq!(body["requestId"], headers["x-request-id"], "{beginning}");
        assert_eq!(headers["content-type"], "application/json");
        assert_eq!(
            (headers["connection"], headers["cache-control"]),
            ("close", "no-store")
        );
        assert!(headers["date"].ends_with(" GMT"), "{head}");
    }
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_refused_before_all_is_said_is_heard_out_and_told() {
    let server = Server::start(Limits::default()).await;
    for length in [2, 200_000, 20_000_000] {
        let mut stream = server.connect().await;
        let head = format!("POST /closed HTTP/1.1\r\nHost: joint\r\nContent-Length: {length}\r\n\r\n");
        let whole = async {
            stream.write_all(head.as_bytes()).await?;
            let mut heard = Vec::new();
            // The refusal is there before the body has begun; it is read when all is sent, as simple clients do.
            while heard.is_empty() {
                let mut some = [0; 12];
                let read = stream.read(&mut some).await?;
                heard.extend_from_slice(&some[..read]);
            }
            for _ in 0..length / 1000 {
                stream.write_all(&[b'a'; 1000]).await?;
            }
            stream.read_to_end(&mut heard).await?;
            std::io::Result::Ok(String::from_utf8(heard).unwrap())
        };
        let heard = tokio::time::timeout(LONG, whole)
            .await
            .expect("it ends")
            .expect("no broken pipe");
        assert!(heard.starts_with("HTTP/1.1 401 "), "{length}: {heard}");
        assert!(heard.contains("\r\nconnection: close\r\n"), "{length}: {heard}");
    }
    // What is heard to its end stays.
    let mut stream = server.connect().await;
    ask(&mut stream).await;
    ask(&mut stream).await;
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_take_the_answer_holds_no_place() {
    let server = Server::start(Limits {
        answer: Duration::from_millis(100),
        connections: 1,
        ..Limits::default()
    })
    .await;
    let mut deaf = server.connect().await;
    deaf.write_all(b"GET /long HTTP/1.1\r\nHost: joint\r\n\r\n")
        .await
        .unwrap();
    // There is one place, so that this is answered only after the other has lost it.
    ask(&mut server.connect().await).await;
    let mut rest = Vec::new();
    let taken = tokio::time::timeout(LONG, deaf.read_to_end(&mut rest))
        .await
        .expect("it ends");
    assert!(taken.is_err() || rest.len() < LONG_ANSWER, "it was all there");
    // Whoever takes it slowly is told all of it.
    let mut slow = server.connect().await;
    slow.write_all(b"GET /long HTTP/1.1\r\nHost: joint\r\nConnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut taken = 0;
    loop {
        let mut some = vec![0; 64 * 1024];
        let length = slow.read(&mut some).await.unwrap();
        if length == 0 {
            break;
        }
        taken += length;
    }
    assert!(taken > LONG_ANSWER, "{taken}");
    server.end().await;
}
