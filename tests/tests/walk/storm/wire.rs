//! Requests over connections of their own, some of which break off.

use crate::fill::Ask;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// However busy the machine is, an answer comes.
const LIMIT: Duration = Duration::from_secs(60);

/// What came back.
pub(super) struct Came {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

/// Where a connection breaks off.
#[derive(Clone, Copy, Debug)]
pub(super) enum Break {
    /// After so much of what is said, in percent.
    Saying(usize),
    /// So long after everything was said, whether or not an answer has begun to come.
    Hearing(Duration),
}

/// Makes a request, and reads its answer.
pub(super) async fn ask(address: SocketAddr, ask: &Ask, headers: &HeaderMap) -> Came {
    let whole = async {
        let stream = TcpStream::connect(address).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let mut request = Request::builder()
            .method(ask.method.clone())
            .uri(&ask.address)
            .body(Full::new(body_of(ask)))?;
        *request.headers_mut() = headers.clone();
        // Whoever asks is gone once they have the answer, and then the connection ends.
        let answer = async move {
            let (parts, body) = sender.send_request(request).await?.into_parts();
            let text = String::from_utf8_lossy(&body.collect().await?.to_bytes()).into_owned();
            anyhow::Ok(Came {
                status: parts.status,
                headers: parts.headers,
                text,
            })
        };
        let (came, _ended) = tokio::join!(answer, connection);
        came
    };
    let came = tokio::time::timeout(LIMIT, whole).await;
    let came = came.unwrap_or_else(|_elapsed| panic!("{ask}: no answer"));
    came.unwrap_or_else(|error| panic!("{ask}: {error:#}"))
}

/// Makes a request whose connection breaks off.
pub(super) async fn begin(address: SocketAddr, ask: &Ask, headers: &HeaderMap, at: Break) {
    let mut said = format!("{} {} HTTP/1.1\r\n", ask.method, ask.address).into_bytes();
    let body = body_of(ask);
    for (name, value) in headers {
        said.extend_from_slice(format!("{name}: ").as_bytes());
        said.extend_from_slice(value.as_bytes());
        said.extend_from_slice(b"\r\n");
    }
    said.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
    said.extend_from_slice(&body);
    let mut stream = TcpStream::connect(address).await.unwrap();
    match at {
        Break::Saying(percent) => {
            let part = said.get(..said.len() * percent / 100).unwrap_or_default();
            stream.write_all(part).await.unwrap();
        }
        Break::Hearing(after) => {
            // The server may have refused, and closed, in the middle.
            if stream.write_all(&said).await.is_ok() {
                let mut first = [0; 16];
                let _heard = tokio::time::timeout(after, stream.read(&mut first)).await;
            }
        }
    }
}

/// Everything that a request carries besides its body.
pub(super) fn headers(cookie: &str, key: &str, ask: &Ask) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, "127.0.0.1:8080".parse().unwrap());
    headers.insert(header::COOKIE, cookie.parse().unwrap());
    headers.insert("idempotency-key", key.parse().unwrap());
    if ask.body.is_some() {
        headers.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    }
    headers
}

/// As it is sent.
pub(super) fn body_of(ask: &Ask) -> Bytes {
    ask.body
        .as_ref()
        .map(|body| Bytes::from(body.to_string()))
        .unwrap_or_default()
}
