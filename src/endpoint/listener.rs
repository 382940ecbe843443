//! Connections: accepted, shaken hands with, bounded in number and time.
//!
//! A silent or slow client costs itself its connection and nobody else anything. At the cap the
//! oldest connection without a request in work makes room, so a newcomer is always served.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use openssl::ssl::Ssl;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio_openssl::SslStream;

use super::identity::{Acceptor, Identity};

/// Connections at once.
const MAX_CONNECTIONS: usize = 64;
/// For the TLS handshake.
const HANDSHAKE_TIME: Duration = Duration::from_secs(5);
/// For a request's header, and for an idle connection's next request.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// Header bytes in all; hyper answers 431 above.
const MAX_HEADER: usize = 16 * 1024;
/// Header lines; a browser sends about 20.
const MAX_HEADER_LINES: usize = 64;
/// Pause after a failed accept: the process is out of file descriptors, or memory.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves all listeners for ever.
pub(super) async fn serve(listeners: Vec<TcpListener>, identity: Identity, routes: Router) {
    let shared = Arc::new(Shared {
        acceptor: Mutex::new(Acceptor::new(identity)),
        connections: Mutex::default(),
        routes,
    });
    let mut doors = tokio::task::JoinSet::new();
    for listener in listeners {
        doors.spawn(accept(listener, Arc::clone(&shared)));
    }
    while doors.join_next().await.is_some() {}
}

struct Shared {
    acceptor: Mutex<Acceptor>,
    connections: Mutex<VecDeque<Connection>>,
    routes: Router,
}

struct Connection {
    task: AbortHandle,
    in_work: InWork,
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => admit(stream, &shared),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

fn admit(stream: TcpStream, shared: &Arc<Shared>) {
    let mut connections = shared.connections.lock().unwrap_or_else(PoisonError::into_inner);
    connections.retain(|connection| !connection.task.is_finished());
    if connections.len() >= MAX_CONNECTIONS {
        let idle = connections.iter().position(|c| !c.in_work.is_any());
        match idle.and_then(|oldest| connections.remove(oldest)) {
            Some(connection) => connection.task.abort(),
            None => return, // all are in work: the newcomer is turned away
        }
    }
    let in_work = InWork::default();
    let task = tokio::spawn(converse(stream, Arc::clone(shared), in_work.clone()));
    connections.push_back(Connection { task: task.abort_handle(), in_work });
}

/// One connection from handshake to end. Its errors are the client's affair and are not logged:
/// any page can make as many of them as it likes.
async fn converse(stream: TcpStream, shared: Arc<Shared>, in_work: InWork) {
    let _ = stream.set_nodelay(true);
    let ssl = {
        let mut acceptor = shared.acceptor.lock().unwrap_or_else(PoisonError::into_inner);
        acceptor.at(SystemTime::now()).and_then(|context| Ok(Ssl::new(context)?))
    };
    let stream = match ssl.and_then(|ssl| Ok(SslStream::new(ssl, stream)?)) {
        Ok(stream) => stream,
        Err(error) => {
            tracing::error!(%error, "no certificate to serve with");
            return;
        }
    };
    let mut stream = Box::pin(stream);
    let handshake = stream.as_mut().accept();
    if !matches!(tokio::time::timeout(HANDSHAKE_TIME, handshake).await, Ok(Ok(()))) {
        return;
    }
    let routes = hyper_util::service::TowerToHyperService::new(shared.routes.clone());
    let service = hyper::service::service_fn(move |mut request| {
        hyper::Request::extensions_mut(&mut request).insert(in_work.clone());
        hyper::service::Service::call(&routes, request)
    });
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_buf_size(MAX_HEADER)
        .max_headers(MAX_HEADER_LINES)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// The requests of a connection that are in work; with none of them it may make room. A request
/// that is still arriving is not: whoever sends slowly must not keep others out.
#[derive(Clone, Default)]
pub(super) struct InWork(Arc<AtomicUsize>);

impl InWork {
    /// A request is in work for as long as the answer lives.
    pub(super) fn begin(&self) -> Working {
        self.0.fetch_add(1, Ordering::Relaxed);
        Working(Arc::clone(&self.0))
    }

    fn is_any(&self) -> bool {
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
