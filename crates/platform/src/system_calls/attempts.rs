//! The answering side. Nothing is read of the memory of the process that asks, so nothing it does
//! meanwhile changes an answer; and an attempt is never let through, only answered.

use std::io;
use std::mem::zeroed;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use libc::{Ioctl, seccomp_notif, seccomp_notif_addfd, seccomp_notif_resp};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::{Errno, retry_on_intr};

/// The attempts of a process to connect, in their order.
pub struct Attempts(OwnedFd);

impl From<OwnedFd> for Attempts {
    /// What [`ask_to_connect`](super::ask_to_connect) returned in that process.
    fn from(listener: OwnedFd) -> Self {
        Self(listener)
    }
}

impl Attempts {
    /// Waits for the next; `None` when the process has ended.
    ///
    /// # Errors
    /// The descriptor is none of that kind.
    pub fn next(&self) -> io::Result<Option<Attempt<'_>>> {
        loop {
            let mut polled = [PollFd::new(&self.0, PollFlags::IN)];
            retry_on_intr(|| poll(&mut polled, None))?;
            let [polled] = polled;
            if !polled.revents().contains(PollFlags::IN) {
                return Ok(None);
            }
            // SAFETY: numbers only; the kernel wants them zero.
            #[allow(unsafe_code, reason = "numbers of C")]
            let mut asked: seccomp_notif = unsafe { zeroed() };
            match control(&self.0, libc::SECCOMP_IOCTL_NOTIF_RECV, &mut asked) {
                Ok(_) => {
                    let [descriptor, _address, length, ..] = asked.data.args.map(low_half);
                    let (listener, id) = (self.0.as_fd(), asked.id);
                    return Ok(Some(Attempt { listener, id, descriptor, length }));
                }
                // A signal ended that attempt, or this wait.
                Err(error) if is(&error, Errno::NOENT) || is(&error, Errno::INTR) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// A call of connect(2) that waits.
#[must_use = "the caller waits for an answer"]
pub struct Attempt<'a> {
    listener: BorrowedFd<'a>,
    id: u64,
    descriptor: u32,
    length: u32,
}

impl Attempt<'_> {
    /// How long the caller says the address is, in bytes: `sa_family` and what follows.
    #[must_use]
    pub fn address_length(&self) -> u32 {
        self.length
    }

    /// Puts a connected socket in place of the caller's, who is told that it worked.
    ///
    /// # Errors
    /// The caller is gone, or may have no such descriptor; then it is told that nobody listens.
    pub fn connected(self, socket: BorrowedFd<'_>) -> io::Result<()> {
        let mut replacement = seccomp_notif_addfd {
            id: self.id,
            flags: u32::try_from(libc::SECCOMP_ADDFD_FLAG_SETFD).map_err(io::Error::other)?,
            srcfd: socket.as_raw_fd().unsigned_abs(),
            newfd: self.descriptor,
            newfd_flags: libc::O_CLOEXEC.unsigned_abs(),
        };
        match control(&self.listener, libc::SECCOMP_IOCTL_NOTIF_ADDFD, &mut replacement) {
            Ok(()) => self.answer(0),
            Err(error) => {
                self.answer(Errno::CONNREFUSED.raw_os_error())?;
                Err(error)
            }
        }
    }

    /// The caller is told this error.
    ///
    /// # Errors
    /// The caller is gone.
    pub fn refused(self, why: &io::Error) -> io::Result<()> {
        self.answer(why.raw_os_error().unwrap_or(Errno::CONNREFUSED.raw_os_error()))
    }

    fn answer(&self, errno: i32) -> io::Result<()> {
        let mut answer = seccomp_notif_resp { id: self.id, val: 0, error: -errno, flags: 0 };
        control(&self.listener, libc::SECCOMP_IOCTL_NOTIF_SEND, &mut answer)
    }
}

/// The requests of this kind of descriptor, each with the structure its number tells the size of.
#[allow(unsafe_code, reason = "no library offers these requests")]
fn control<T>(listener: &impl AsFd, request: Ioctl, structure: &mut T) -> io::Result<()> {
    // SAFETY: `structure` is what `request` reads and writes, and outlives the call.
    let returned = unsafe {
        libc::ioctl(listener.as_fd().as_raw_fd(), request, std::ptr::from_mut(structure))
    };
    if returned < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// connect(2) takes a descriptor and a length of 32 bits; the register's other half means nothing.
fn low_half(argument: u64) -> u32 {
    let [a, b, c, d, ..] = argument.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

fn is(error: &io::Error, expected: Errno) -> bool {
    error.raw_os_error() == Some(expected.raw_os_error())
}
