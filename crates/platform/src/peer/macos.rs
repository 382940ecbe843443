//! libproc: the sockets of this user's processes. Those of other users it shows to root alone, so
//! what is not found here is not this user's.

use std::ffi::{OsStr, c_int, c_void};
use std::io;
use std::net::SocketAddr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use super::{Program, Whose, socket_info};

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
        let held = processes()?.into_iter().any(|process| holds(process, theirs, ours));
        let peer = super::Peer(Peer { local: theirs, remote: ours });
        Ok(if held { Whose::Mine(peer) } else { Whose::Nobodys })
    }
}

impl Peer {
    pub(super) fn programs(&self) -> io::Result<Vec<Program>> {
        let holders = processes()?.into_iter().filter(|id| holds(*id, self.local, self.remote));
        let program = |file| Program { file, started_by: Vec::new() };
        Ok(holders.filter_map(file).map(program).collect())
    }
}

fn holds(process: c_int, local: SocketAddr, remote: SocketAddr) -> bool {
    sockets(process).into_iter().any(|descriptor| {
        let mut info = [0; socket_info::LENGTH];
        socket(process, descriptor, &mut info) && socket_info::is(&info, local, remote)
    })
}

/// Fills as much of a buffer as there is to tell, and says how many bytes that is; not more than 0
/// where nothing is told. A full buffer may not be all.
fn whole(mut fill: impl FnMut(&mut [u8]) -> c_int) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; 4096];
    for _ in 0..ATTEMPTS {
        let length = usize::try_from(fill(&mut bytes)).unwrap_or(0);
        if length == 0 {
            return Err(io::Error::last_os_error());
        }
        if length < bytes.len() {
            bytes.truncate(length);
            return Ok(bytes);
        }
        bytes.resize(bytes.len() * 4, 0);
    }
    Err(io::Error::other("there is more to list than one asks for"))
}

fn length(bytes: &[u8]) -> c_int {
    c_int::try_from(bytes.len()).unwrap_or(c_int::MAX)
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = c_int> {
    bytes.chunks_exact(4).filter_map(|four| Some(c_int::from_ne_bytes(*four.first_chunk()?)))
}

#[allow(unsafe_code, reason = "no library offers this without a C compiler")]
fn processes() -> io::Result<Vec<c_int>> {
    let me = rustix::process::geteuid().as_raw();
    let listed = whole(|bytes| {
        let (place, length) = (bytes.as_mut_ptr().cast(), length(bytes));
        // SAFETY: `place` is writable for `length` bytes and outlives the call.
        unsafe { libc::proc_listpids(PROC_UID_ONLY, me, place, length) }
    })?;
    Ok(numbers(&listed).filter(|process| *process > 0).collect())
}

/// The descriptors of a process that are sockets; none where it has ended.
#[allow(unsafe_code, reason = "no library offers this without a C compiler")]
fn sockets(process: c_int) -> Vec<c_int> {
    let listed = whole(|bytes| {
        let (place, length) = (bytes.as_mut_ptr().cast(), length(bytes));
        // SAFETY: `place` is writable for `length` bytes and outlives the call.
        unsafe { libc::proc_pidinfo(process, PROC_PIDLISTFDS, 0, place, length) }
    });
    // `struct proc_fdinfo`: descriptor and kind.
    let listed = listed.unwrap_or_default();
    let pairs = listed.chunks_exact(8).filter_map(|pair| {
        let mut pair = numbers(pair);
        Some((pair.next()?, pair.next()?))
    });
    pairs
        .filter(|(_, kind)| *kind == PROX_FDTYPE_SOCKET)
        .map(|(descriptor, _)| descriptor)
        .collect()
}

#[allow(unsafe_code, reason = "no library offers this without a C compiler")]
fn socket(process: c_int, descriptor: c_int, info: &mut [u8; socket_info::LENGTH]) -> bool {
    let (length, place) = (length(info), info.as_mut_ptr().cast::<c_void>());
    // SAFETY: `place` is writable for `length` bytes and outlives the call.
    let filled =
        unsafe { libc::proc_pidfdinfo(process, descriptor, PROC_PIDFDSOCKETINFO, place, length) };
    filled == length
}

#[allow(unsafe_code, reason = "no library offers this without a C compiler")]
fn file(process: c_int) -> Option<PathBuf> {
    let mut bytes = [0; LONGEST_PATH as usize];
    // SAFETY: the buffer is writable for LONGEST_PATH bytes and outlives the call.
    let length = unsafe { libc::proc_pidpath(process, bytes.as_mut_ptr().cast(), LONGEST_PATH) };
    let path = bytes.get(..usize::try_from(length).ok()?).filter(|path| !path.is_empty())?;
    Some(OsStr::from_bytes(path).into())
}

const ATTEMPTS: usize = 6;
/// <sys/proc_info.h>, <libproc.h>.
const PROC_UID_ONLY: u32 = 4;
const PROC_PIDLISTFDS: c_int = 1;
const PROC_PIDFDSOCKETINFO: c_int = 3;
const PROX_FDTYPE_SOCKET: c_int = 2;
/// PROC_PIDPATHINFO_MAXSIZE.
const LONGEST_PATH: u32 = 4096;
