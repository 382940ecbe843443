//! Connections: accepted from this user alone, shaken hands with, bounded in number and time.
//!
//! A silent or slow client costs itself its connection and nobody else anything. At the cap, or
//! when the process has no descriptor left, the oldest connection without a request in work makes
//! room, so a newcomer is always served.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use ankong_platform::peer::Peer;
use openssl::ssl::Ssl;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout_at};
use tokio_openssl::SslStream;

use super::caller::{self, Doorkeeper};
use super::conversation::{InWork, converse};
use super::identity::{Acceptor, Identity};
use super::plain;
use super::routes::Routes;

/// Connections at once.
const MAX_CONNECTIONS: usize = 64;
/// For the TLS handshake.
const HANDSHAKE_TIME: Duration = Duration::from_secs(5);
/// Pause after a failed accept: the process is out of file descriptors, or memory.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves all listeners for ever.
pub(super) async fn serve(
    listeners: Vec<TcpListener>,
    identity: Identity,
    routes: Routes,
    now: Box<dyn Fn() -> SystemTime + Send + Sync>,
) {
    let shared = Arc::new(Shared {
        acceptor: Mutex::new(Acceptor::new(identity)),
        is_bare: AtomicBool::new(false),
        now,
        connections: Mutex::default(),
        doorkeeper: Doorkeeper::default(),
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
    /// There was no certificate for the last connection.
    is_bare: AtomicBool,
    now: Box<dyn Fn() -> SystemTime + Send + Sync>,
    connections: Mutex<VecDeque<Connection>>,
    doorkeeper: Doorkeeper,
    routes: Routes,
}

struct Connection {
    task: AbortHandle,
    in_work: InWork,
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut failing = false;
    loop {
        match listener.accept().await {
            Ok((stream, theirs)) => {
                failing = false;
                if let Some(peer) = shared.doorkeeper.admits(&stream, theirs) {
                    admit(stream, peer, &shared);
                }
            }
            Err(error) => {
                // Said once: whoever opens connections must not write the log.
                if !std::mem::replace(&mut failing, true) {
                    tracing::warn!(%error, "a connection could not be accepted");
                }
                shared.make_room();
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

impl Shared {
    /// Ends the oldest connection without a request in work, if there is one.
    fn make_room(&self) -> bool {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = connections.iter().position(|connection| !connection.in_work.is_any());
        let oldest = idle.and_then(|oldest| connections.remove(oldest));
        oldest.inspect(|connection| connection.task.abort()).is_some()
    }

    /// The side of a new connection that has the leaf of the day.
    fn ssl(&self) -> Option<Ssl> {
        let mut acceptor = self.acceptor.lock().unwrap_or_else(PoisonError::into_inner);
        let ssl = acceptor.at((self.now)()).and_then(|context| Ok(Ssl::new(context)?));
        let was_bare = self.is_bare.swap(ssl.is_err(), Ordering::Relaxed);
        // Said once: whoever opens connections must not write the log.
        ssl.inspect_err(|error| {
            if !was_bare {
                tracing::error!(%error, "no certificate to serve with");
            }
        })
        .ok()
    }

    /// How many connections there are.
    fn count(&self) -> usize {
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections.retain(|connection| !connection.task.is_finished());
        connections.len()
    }
}

fn admit(stream: TcpStream, peer: Peer, shared: &Arc<Shared>) {
    if shared.count() >= MAX_CONNECTIONS && !shared.make_room() {
        return; // all are in work: the newcomer is turned away
    }
    let in_work = InWork::default();
    let task = tokio::spawn(serve_one(stream, peer, Arc::clone(shared), in_work.clone()));
    let connection = Connection { task: task.abort_handle(), in_work };
    shared.connections.lock().unwrap_or_else(PoisonError::into_inner).push_back(connection);
}

/// One connection from handshake to end.
async fn serve_one(stream: TcpStream, peer: Peer, shared: Arc<Shared>, in_work: InWork) {
    let _ = stream.set_nodelay(true);
    let deadline = Instant::now() + HANDSHAKE_TIME;
    match timeout_at(deadline, plain::is_spoken(&stream)).await {
        Ok(Ok(false)) => {}
        Ok(Ok(true)) => return plain::refuse(stream).await,
        Ok(Err(_)) | Err(_) => return,
    }
    let Some(ssl) = shared.ssl() else { return };
    let Ok(stream) = SslStream::new(ssl, stream) else { return };
    let mut stream = Box::pin(stream);
    let handshake = stream.as_mut().accept();
    if !matches!(timeout_at(deadline, handshake).await, Ok(Ok(()))) {
        return;
    }
    let who = Arc::new(move || caller::program(&peer));
    converse(stream, &shared.routes, who, in_work).await;
}
