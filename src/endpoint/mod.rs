//! The native door: `https://localhost:24443`, protocol version 1 (`docs/protocol.md`).
//!
//! Refuses to know cards and windows: it turns HTTP into requests for the [`Desk`] and back.

mod browsers;
mod caller;
mod conversation;
mod guard;
pub mod identity;
mod listener;
mod own;
mod plain;
mod problem;
mod routes;
mod wire;
mod worker;

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::SystemTime;

pub use conversation::{InWork, converse};
pub use own::Own;
pub use routes::Routes;
use tokio::net::TcpListener;
pub use wire::Answered;

use crate::origins::Origins;
use crate::session::Desk;
use crate::session::caller::Caller;
use identity::Identity;

/// Where the door is looked for, in this order.
pub const PORTS: [u16; 3] = [24443, 24543, 24643];

/// The sentence for people behind a code, in a language the `Accept-Language` value asks for.
pub type Sentences = Arc<dyn Fn(&str, &str) -> String + Send + Sync>;

/// Finds out which program brings a request.
pub type Who = Arc<dyn Fn() -> Caller + Send + Sync>;

/// Told that something happened.
pub type Notice = Arc<dyn Fn() + Send + Sync>;

/// Told what another process of the program wants.
pub type Wanted = Arc<dyn Fn(Own) + Send + Sync>;

/// What stands behind the door.
pub struct Behind {
    /// Serves the requests.
    pub desk: Arc<Desk>,
    /// Who may call.
    pub origins: Arc<Origins>,
    /// Told when an origin that may not has called for the first time.
    pub asked: Notice,
    /// Told what another process of the program wants.
    pub wanted: Wanted,
    /// What people are told.
    pub sentences: Sentences,
}

/// The door, open on a port.
pub struct Endpoint {
    listeners: Vec<TcpListener>,
    port: u16,
    identity: Identity,
    behind: Behind,
}

/// No port could be had.
#[derive(Debug, thiserror::Error)]
#[error("none of the ports {ports:?} is free")]
pub struct NoPort {
    /// Those that were tried.
    pub ports: Vec<u16>,
    /// Why the last one failed.
    pub source: std::io::Error,
}

impl Endpoint {
    /// Takes the first of `ports` that is free on both loopback addresses; 0 stands for any.
    ///
    /// # Errors
    /// None is free.
    pub async fn open(ports: &[u16], identity: Identity, behind: Behind) -> Result<Self, NoPort> {
        let mut failure = std::io::Error::from(std::io::ErrorKind::AddrNotAvailable);
        for port in ports {
            match bind(*port).await {
                Ok((listeners, port)) => {
                    return Ok(Self { listeners, port, identity, behind });
                }
                Err(error) => failure = error,
            }
        }
        Err(NoPort { ports: ports.to_vec(), source: failure })
    }

    /// The port that was taken.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Serves for ever, each connection with the certificate that is valid by this clock.
    pub async fn serve(self, now: impl Fn() -> SystemTime + Send + Sync + 'static) {
        let routes = Routes::new(self.port, self.behind);
        listener::serve(self.listeners, self.identity, routes, Box::new(now)).await;
    }
}

/// Both loopback addresses, for browsers try `::1` first; a computer without IPv6 has one.
async fn bind(port: u16) -> std::io::Result<(Vec<TcpListener>, u16)> {
    let four = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    let port = four.local_addr()?.port();
    match TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await {
        Ok(six) => Ok((vec![four, six], port)),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Err(error),
        Err(error) => {
            tracing::warn!(%error, "no IPv6 loopback address on this computer");
            Ok((vec![four], port))
        }
    }
}
