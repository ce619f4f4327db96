//! What a client may take of a server without asking for anything.

use axum::Router;
use axum::routing::get;
use chassis::{Limits, serve_within};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// However busy the machine is, by then it has happened.
const LONG: Duration = Duration::from_secs(30);

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
        let router = Router::new().route("/", get(async || "well"));
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
            connections: 10_000
        }
    );
    let server = Server::start(Limits {
        head: Duration::from_millis(100),
        connections: 1,
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
