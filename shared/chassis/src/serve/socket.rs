//! A socket that ends as a good host ends a talk: what could not be read is refused in words, whoever is still speaking
//! when all is said is heard out, and whoever does not listen is not waited for.

use super::unread::{in_words, status_of_hyper};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use std::io::{ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// For how long what still comes is thrown away before the end. Where a socket is closed on bytes that nobody has read, the
/// other side is told of a broken connection, and not of the answer that lies before it.
const HEARD_OUT: Duration = Duration::from_secs(10);

/// Whether a request on this connection has been answered, and not heard to its end.
#[derive(Clone, Debug, Default)]
pub(super) struct Unheard(Arc<AtomicBool>);

impl Unheard {
    pub(super) fn is_so(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, is_so: bool) {
        self.0.store(is_so, Ordering::Relaxed);
    }
}

/// A connection to a client.
pub(super) struct Socket {
    stream: TcpStream,
    unheard: Unheard,
    /// What is said instead of hyper's own answer, and how much of it is written. It is the last thing that is said.
    words: Option<(Vec<u8>, usize)>,
    /// When the client is no longer heard out.
    end: Option<Pin<Box<Sleep>>>,
    /// For how long the client may take nothing of what it is told.
    patience: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Socket {
    pub(super) fn new(stream: TcpStream, unheard: Unheard, patience: Duration) -> Self {
        Self {
            stream,
            unheard,
            words: None,
            end: None,
            patience,
            stalled: None,
        }
    }

    /// Takes hyper's own answer, and keeps the words in its place; answers whether it was one.
    fn takes(&mut self, written: &[u8]) -> bool {
        if self.words.is_none() {
            self.words = status_of_hyper(written).map(|status| (in_words(status), 0));
            self.unheard.set(self.words.is_some() || self.unheard.is_so());
        }
        self.words.is_some()
    }

    fn write_words(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        while let Some((words, written)) = &mut self.words {
            let rest = words.get(*written..).unwrap_or_default();
            if rest.is_empty() {
                break;
            }
            let outcome = Pin::new(&mut self.stream).poll_write(cx, rest);
            if let Poll::Ready(Ok(length)) = outcome {
                *written += length;
            }
            if ready!(self.patiently(cx, outcome))? == 0 {
                return Poll::Ready(Err(ErrorKind::WriteZero.into()));
            }
        }
        Poll::Ready(Ok(()))
    }

    /// The same outcome, or an error when nothing has moved for too long.
    fn patiently(&mut self, cx: &mut Context<'_>, outcome: Poll<Result<usize>>) -> Poll<Result<usize>> {
        if outcome.is_ready() {
            self.stalled = None;
            return outcome;
        }
        let patience = self.patience;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        stalled
            .as_mut()
            .poll(cx)
            .map(|()| Err(ErrorKind::TimedOut.into()))
    }

    /// Waits until the other side has heard all and says nothing more.
    fn hear_out(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.unheard.is_so() {
            return Poll::Ready(());
        }
        let end = self
            .end
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(HEARD_OUT)));
        let mut thrown_away = [0; 8 * 1024];
        while end.as_mut().poll(cx).is_pending() {
            let mut buf = ReadBuf::new(&mut thrown_away);
            let read = ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buf));
            if read.is_err() || buf.filled().is_empty() {
                break;
            }
        }
        Poll::Ready(())
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        if self.takes(buf) {
            return Poll::Ready(Ok(buf.len()));
        }
        let outcome = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.patiently(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        // An answer without a body is written in one piece.
        if let Some(first) = bufs.iter().find(|buf| !buf.is_empty())
            && self.takes(first)
        {
            return Poll::Ready(Ok(bufs.iter().map(|buf| buf.len()).sum()));
        }
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.patiently(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        ready!(self.write_words(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        ready!(self.write_words(cx))?;
        ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        self.hear_out(cx).map(Ok)
    }
}

/// The body of a request, which says when it was heard to its end.
pub(super) struct Heard {
    body: Incoming,
    unheard: Unheard,
}

impl Heard {
    pub(super) fn new(body: Incoming, unheard: Unheard) -> Self {
        unheard.set(!body.is_end_stream());
        Self { body, unheard }
    }
}

impl Body for Heard {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        let is_over = frame.is_none() || self.body.is_end_stream();
        self.unheard.set(!is_over);
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
