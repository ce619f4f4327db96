//! One kept-alive connection to the edge. As little client as possible: it runs on the cores that it measures.

use anyhow::{Context, Result, ensure};
use http::header::{CONTENT_TYPE, COOKIE, HOST};
use http::{HeaderName, HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// A connection.
pub(crate) struct Door {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
    also: Option<(HeaderName, HeaderValue)>,
}

impl Door {
    /// Connects.
    pub(crate) async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)
            .await
            .context("nobody answers there")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // It ends with its sender.
        drop(tokio::spawn(connection));
        Ok(Self {
            sender,
            host: HeaderValue::try_from(address.to_string())?,
            also: None,
        })
    }

    /// The same, sending this header, too.
    pub(crate) fn sending(self, name: HeaderName, value: HeaderValue) -> Self {
        Self {
            also: Some((name, value)),
            ..self
        }
    }

    /// Asks, and reads the whole answer, which must be a success.
    pub(crate) async fn ask(
        &mut self,
        method: Method,
        path: &str,
        cookie: Option<&HeaderValue>,
        body: Bytes,
    ) -> Result<Bytes> {
        let answer = self.answer(method, path, cookie, body).await?;
        let (status, _, bytes) = answer;
        ensure!(
            status.is_success(),
            "{path} was answered {status}: {}",
            String::from_utf8_lossy(&bytes)
        );
        Ok(bytes)
    }

    /// Asks, and reads the whole answer, whatever it is.
    pub(crate) async fn answer(
        &mut self,
        method: Method,
        path: &str,
        cookie: Option<&HeaderValue>,
        body: Bytes,
    ) -> Result<(StatusCode, http::HeaderMap, Bytes)> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, &self.host);
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, cookie);
        }
        if let Some((name, value)) = &self.also {
            request = request.header(name, value);
        }
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        self.sender.ready().await?;
        let answer = self.sender.send_request(request.body(Full::new(body))?).await?;
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await?.to_bytes();
        Ok((parts.status, parts.headers, bytes))
    }
}
