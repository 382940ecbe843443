//! Who is at the other end of a connection: another user is not let in, a program that is no
//! browser is named.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use ankong_platform::peer::{Peer, Peers, Whose};
use tokio::net::TcpStream;

use super::browsers::is_browser;
use crate::session::caller::Caller;

/// Lets in this user's connections alone. Says once why it does not: anybody on this computer can
/// make as many of them as they like.
#[derive(Default)]
pub(super) struct Doorkeeper {
    peers: Peers,
    said_foreign: AtomicBool,
    said_unknown: AtomicBool,
}

impl Doorkeeper {
    /// This user's end of the connection; `None` turns it away. So does a system that does not tell:
    /// whose it is decides what it may learn.
    pub(super) fn admits(&self, stream: &TcpStream, theirs: SocketAddr) -> Option<Peer> {
        match stream.local_addr().and_then(|ours| self.peers.whose(ours, theirs)) {
            Ok(Whose::Mine(peer)) => Some(peer),
            // Closed again before it was looked at: anybody does that.
            Ok(Whose::Nobodys) => None,
            Ok(Whose::Anothers) => {
                if !self.said_foreign.swap(true, Ordering::Relaxed) {
                    tracing::warn!("another user's connection was turned away");
                }
                None
            }
            Err(error) => {
                if !self.said_unknown.swap(true, Ordering::Relaxed) {
                    tracing::error!(%error, "whose a connection is cannot be told; none is let in");
                }
                None
            }
        }
    }
}

/// The program that holds the connection. Where there are several, the strange one counts.
pub(super) fn program(peer: &Peer) -> Caller {
    let programs = peer.programs().unwrap_or_else(|error| {
        tracing::warn!(%error, "which program calls cannot be told");
        Vec::new()
    });
    if programs.is_empty() {
        return Caller::Unknown;
    }
    let strange = programs.into_iter().find(|it| !is_browser(&it.file, &it.started_by));
    strange.map_or(Caller::Browser, |program| Caller::Program(program.file))
}
