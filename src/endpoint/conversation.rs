//! HTTP/1.1 on one connection: the bounds of what a caller may send, and its going away.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Who;
use super::routes::Routes;

/// For a request's header, and for an idle connection's next request.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// Header bytes in all; hyper answers 431 above.
const MAX_HEADER: usize = 16 * 1024;
/// Header lines; a browser sends about 20.
const MAX_HEADER_LINES: usize = 64;

/// Answers requests until either side is done, or the caller goes away or sends anything more
/// while a person is asked. Errors are the caller's affair and are not logged: any page can make
/// as many of them as it likes.
pub async fn converse<S>(stream: S, routes: &Routes, who: Who, in_work: InWork)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let line = Line { stream: Arc::new(Mutex::new(stream)), in_work: in_work.clone() };
    let service = hyper::service::service_fn(|request: hyper::Request<_>| {
        let answer = routes.enter(request.map(Body::new), Arc::clone(&who), in_work.clone());
        async { Ok::<_, std::convert::Infallible>(answer.await) }
    });
    let conversation = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_buf_size(MAX_HEADER)
        .max_headers(MAX_HEADER_LINES)
        .serve_connection(TokioIo::new(line.clone()), service);
    tokio::select! {
        biased;
        _ = conversation => {}
        () = line.ends_in_work() => {}
    }
}

/// The stream, for hyper and for the look beside it: with bytes in its buffer that follow a
/// request, hyper does not read on, and would not see that the caller is gone.
struct Line<S> {
    stream: Arc<Mutex<S>>,
    in_work: InWork,
}

impl<S> Clone for Line<S> {
    fn clone(&self) -> Self {
        Self { stream: Arc::clone(&self.stream), in_work: self.in_work.clone() }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Line<S> {
    fn stream(&self) -> MutexGuard<'_, S> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A caller whose request is in work waits for its answer. Whatever else comes from it is the
    /// end: no browser sends more.
    async fn ends_in_work(&self) {
        // In one task with hyper's reading, and polled after it: what wakes that wakes this.
        std::future::poll_fn(|context| {
            if !self.in_work.is_any() {
                return Poll::Pending;
            }
            let mut byte = [0];
            let read =
                Pin::new(&mut *self.stream()).poll_read(context, &mut ReadBuf::new(&mut byte));
            read.map(drop)
        })
        .await;
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Line<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut *self.stream()).poll_read(context, buffer))?;
        let more = self.in_work.is_any() && !buffer.filled().is_empty();
        Poll::Ready(if more { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) })
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Line<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.stream()).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.stream()).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.stream()).poll_shutdown(context)
    }
}

/// The requests of a connection that are in work; with none of them it may make room. A request
/// that is still arriving is not: whoever sends slowly must not keep others out.
#[derive(Clone, Default)]
pub struct InWork(Arc<AtomicUsize>);

impl InWork {
    /// A request is in work for as long as the answer lives.
    pub(super) fn begin(&self) -> Working {
        self.0.fetch_add(1, Ordering::Relaxed);
        Working(Arc::clone(&self.0))
    }

    pub(super) fn is_any(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

/// See [`InWork::begin`].
pub(super) struct Working(Arc<AtomicUsize>);

impl Drop for Working {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
