//! GetExtendedTcpTable says which process holds a socket, its token whose process that is.

mod process;
mod tables;

use std::io;
use std::net::SocketAddr;

use super::{Program, Whose};
use process::Process;

/// A connection by its ends. The number of a process is no name: it is given to another one later.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    local: SocketAddr,
    remote: SocketAddr,
}

/// There is nothing to hold.
#[derive(Debug, Default)]
pub(super) struct Peers;

impl Peers {
    pub(super) fn find(&self, ours: SocketAddr, theirs: SocketAddr) -> io::Result<Whose> {
        let peer = Peer { local: theirs, remote: ours };
        let Some(id) = tables::owner(peer.local, peer.remote)? else { return Ok(Whose::Nobodys) };
        // Processes of other users are not opened for this one; so is one with more rights, even
        // if the same person has started it.
        let mine = Process::open(id).and_then(|process| process.is_of_this_user()).unwrap_or(false);
        Ok(if mine { Whose::Mine(super::Peer(peer)) } else { Whose::Anothers })
    }
}

impl Peer {
    pub(super) fn programs(&self) -> io::Result<Vec<Program>> {
        let id = tables::owner(self.local, self.remote)?;
        let file = id.and_then(|id| Process::open(id).and_then(|process| process.file()).ok());
        Ok(file.into_iter().map(|file| Program { file, started_by: Vec::new() }).collect())
    }
}
