//! sock_diag(7), or proc_net(5) where the kernel has no module for it; then proc_pid_fd(5).

mod holders;
mod proc_net;
mod sock_diag;

use std::io;
use std::net::SocketAddr;

use super::{Program, Whose};
use sock_diag::SockDiag;

/// A socket by its inode, which belongs to no other as long as it is open.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    inode: u32,
}

/// A socket as the kernel lists it. A socket that was closed and still has something to send has
/// no inode, and its user is said to be root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Socket {
    user: u32,
    inode: u32,
}

/// A socket to the kernel; `None` where it has no sock_diag.
#[derive(Debug)]
pub(super) struct Peers(Option<SockDiag>);

impl Default for Peers {
    fn default() -> Self {
        Self(SockDiag::open().ok())
    }
}

impl Peers {
    pub(super) fn find(&self, ours: SocketAddr, theirs: SocketAddr) -> io::Result<Whose> {
        // No answer can mean that the kernel has no tcp_diag; the list knows then.
        let asked = self.0.as_ref().and_then(|kernel| kernel.socket(theirs, ours).ok());
        let socket = match asked {
            Some(socket) => Some(socket),
            None => proc_net::socket(theirs, ours)?,
        };
        let me = rustix::process::geteuid().as_raw();
        Ok(match socket {
            None | Some(Socket { inode: 0, .. }) => Whose::Nobodys,
            Some(Socket { user, inode }) if user == me => Whose::Mine(super::Peer(Peer { inode })),
            Some(_) => Whose::Anothers,
        })
    }
}

impl Peer {
    pub(super) fn programs(&self) -> io::Result<Vec<Program>> {
        holders::of(self.inode)
    }
}
