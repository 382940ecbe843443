//! The one connection a module has use for, the smart-card service's, and why it gets no other. A
//! program of the user's that listens on a UNIX socket may do anything at all for whoever reaches
//! it: the session's D-Bus starts programs.
//!
//! So connect(2) in the child waits for the parent, which connects a socket of its own to the
//! service and puts it in the place of the child's. What address was asked for stands in the memory
//! of the child, which can change it at any time; nobody reads it. Whatever a module asks for is
//! the service or nothing.

use std::ffi::OsString;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use ankong_platform::system_calls::{Attempt, Attempts, ask_to_connect};
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout, socket_type};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketAddrUnix, SocketType, connect, recvmsg, sendmsg, socket,
};

use crate::module::program::Program;

/// Where pcsc-lite's service listens unless the environment says otherwise; older builds wrote the
/// same place the other way.
const PLACES: [&str; 2] = ["/run/pcscd/pcscd.comm", "/var/run/pcscd/pcscd.comm"];
/// And how the environment says it.
const PLACE: &str = "PCSCLITE_CSOCK_NAME";

/// A service that accepts no connection for so long does not work.
const PATIENCE: Duration = Duration::from_secs(5);

/// More connections than a module makes: one for each context, one to cancel what it waits for.
const MOST: usize = 1000;

/// This process's end of the socket on which the child hands the right to answer over.
pub(super) struct Service {
    child: UnixStream,
    places: Vec<PathBuf>,
}

impl Service {
    /// Makes the child's standard error the other end.
    pub(super) fn beside(program: &Program, command: &mut Command) -> io::Result<Self> {
        let (own, childs) = UnixStream::pair()?;
        command.stderr(Stdio::from(OwnedFd::from(childs)));
        Ok(Self { child: own, places: places(&program.environment) })
    }

    /// Answers on a thread that ends when the child does.
    pub(super) fn serve(self) -> io::Result<()> {
        let serve = move || {
            if let Some(attempts) = receive(&self.child).map(Attempts::from) {
                // The child ended in the middle of it, or is past what it may.
                let _ = answer(&attempts, &self.places);
            }
        };
        thread::Builder::new().name("module-service".into()).spawn(serve).map(drop)
    }
}

/// The child's half: from here on its connections are the parent's affair. Where the parent waits
/// for nothing, or the kernel is too old, they stay what they are.
pub(super) fn hand_over() -> io::Result<()> {
    let parent = io::stderr().as_fd().try_clone_to_owned()?;
    let nowhere = std::fs::File::options().write(true).open("/dev/null")?;
    rustix::stdio::dup2_stderr(&nowhere)?;
    socket_type(&parent)?;
    let listener = ask_to_connect()?;
    let descriptors = [listener.as_fd()];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    if !ancillary.push(SendAncillaryMessage::ScmRights(&descriptors)) {
        return Err(io::ErrorKind::OutOfMemory.into());
    }
    sendmsg(&parent, &[IoSlice::new(&[0])], &mut ancillary, SendFlags::empty())?;
    Ok(())
}

/// What the child hands over before it loads the module; `None` when it hands nothing over.
fn receive(child: &UnixStream) -> Option<OwnedFd> {
    let mut byte = [0];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    recvmsg(child, &mut [IoSliceMut::new(&mut byte)], &mut ancillary, RecvFlags::CMSG_CLOEXEC)
        .ok()?;
    ancillary.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
        _ => None,
    })
}

fn answer(attempts: &Attempts, places: &[PathBuf]) -> io::Result<()> {
    for _ in 0..MOST {
        let Some(attempt) = attempts.next()? else { break };
        // The only failure is that the caller is gone, and there may be others.
        let _ = match reach(&attempt, places) {
            Ok(socket) => attempt.connected(socket.as_fd()),
            Err(error) => attempt.refused(&error.into()),
        };
    }
    Ok(())
}

/// Connects to the service. The length of an address is no secret of the caller's memory: who asks
/// with another one than pcsc-lite's (path and final zero) meant somebody else, such as the cache of
/// user names that every C library asks, and would wait in vain for the service to understand.
fn reach(attempt: &Attempt<'_>, places: &[PathBuf]) -> Result<OwnedFd, Errno> {
    let meant = |place: &&PathBuf| {
        let length = size_of::<libc::sa_family_t>() + place.as_os_str().as_bytes().len() + 1;
        u32::try_from(length) == Ok(attempt.address_length())
    };
    let place = places.iter().find(meant).ok_or(Errno::CONNREFUSED)?;
    let socket = socket(AddressFamily::UNIX, SocketType::STREAM, None)?;
    set_socket_timeout(&socket, Timeout::Send, Some(PATIENCE))?;
    connect(&socket, &SocketAddrUnix::new(place)?)?;
    set_socket_timeout(&socket, Timeout::Send, None)?;
    Ok(socket)
}

fn places(environment: &[(OsString, OsString)]) -> Vec<PathBuf> {
    match environment.iter().find(|(name, _)| name == PLACE) {
        Some((_, place)) => vec![place.into()],
        None => PLACES.map(PathBuf::from).to_vec(),
    }
}
