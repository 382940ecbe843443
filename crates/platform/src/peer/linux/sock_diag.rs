//! One socket by its four numbers, asked of the kernel over netlink: sock_diag(7).

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;
use std::sync::{Mutex, PoisonError};

use rustix::net::netlink::{SOCK_DIAG, SocketAddrNetlink};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};
use rustix::net::{recv, sendto, socket_with};

use super::Socket;

/// A socket to the kernel, and the number of the last question on it.
#[derive(Debug)]
pub(super) struct SockDiag(Mutex<(OwnedFd, u32)>);

impl SockDiag {
    pub(super) fn open() -> io::Result<Self> {
        let flags = SocketFlags::CLOEXEC;
        let kernel = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, Some(SOCK_DIAG))?;
        Ok(Self(Mutex::new((kernel, 0))))
    }

    /// The socket that is bound to `local` and connected to `remote`.
    pub(super) fn socket(&self, local: SocketAddr, remote: SocketAddr) -> io::Result<Socket> {
        let mut asking = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (kernel, number) = &mut *asking;
        *number = number.wrapping_add(1);
        let request = request(*number, local, remote);
        sendto(&*kernel, &request, SendFlags::empty(), &SocketAddrNetlink::new(0, 0))?;
        // The kernel has answered before it returns from the sending. An answer to an earlier
        // question, that nobody has fetched, may come first.
        for _ in 0..ANSWERS {
            let mut answer = [0; 512];
            let (length, _) = recv(&*kernel, &mut answer, RecvFlags::DONTWAIT)?;
            let answer = answer.get(..length).unwrap_or_default();
            if number_at(answer, SEQUENCE_AT) == Some(*number) {
                return found(answer)
                    .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such socket"));
            }
        }
        Err(io::Error::other("the kernel answers something else"))
    }
}

/// `struct nlmsghdr` and `struct inet_diag_req_v2`, in the machine's byte order but for addresses and ports.
fn request(number: u32, local: SocketAddr, remote: SocketAddr) -> Vec<u8> {
    let family = if local.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let mut bytes = Vec::with_capacity(REQUEST_LENGTH as usize);
    bytes.extend(REQUEST_LENGTH.to_ne_bytes());
    bytes.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
    bytes.extend(NLM_F_REQUEST.to_ne_bytes());
    bytes.extend(number.to_ne_bytes());
    bytes.extend([0; 4]); // the port is the kernel's to choose
    bytes.extend([family.as_raw() as u8, IPPROTO_TCP, 0, 0]);
    bytes.extend(u32::MAX.to_ne_bytes()); // in any state
    bytes.extend(local.port().to_be_bytes());
    bytes.extend(remote.port().to_be_bytes());
    bytes.extend(address(local.ip()));
    bytes.extend(address(remote.ip()));
    bytes.extend([0; 4]); // on any interface
    bytes.extend([0xFF; 8]); // INET_DIAG_NOCOOKIE
    bytes
}

fn address(ip: IpAddr) -> [u8; 16] {
    match ip {
        IpAddr::V6(ip) => ip.octets(),
        IpAddr::V4(ip) => {
            let mut bytes = [0; 16];
            bytes.iter_mut().zip(ip.octets()).for_each(|(to, from)| *to = from);
            bytes
        }
    }
}

/// `struct inet_diag_msg` behind its header; `None` for an error message.
fn found(answer: &[u8]) -> Option<Socket> {
    let kind = u16::from_ne_bytes(*answer.get(4..)?.first_chunk()?);
    let (user, inode) = (number_at(answer, UID_AT)?, number_at(answer, INODE_AT)?);
    (kind == SOCK_DIAG_BY_FAMILY).then_some(Socket { user, inode })
}

fn number_at(answer: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(*answer.get(at..)?.first_chunk()?))
}

/// 16 of the header, 56 of the question.
const REQUEST_LENGTH: u32 = 72;
/// <linux/sock_diag.h>, <linux/netlink.h>, <linux/in.h>.
const SOCK_DIAG_BY_FAMILY: u16 = 20;
const NLM_F_REQUEST: u16 = 1;
const IPPROTO_TCP: u8 = 6;
/// Answers looked at for each question.
const ANSWERS: usize = 4;
const SEQUENCE_AT: usize = 8;
/// Header 16, family to retransmissions 4, `struct inet_diag_sockid` 48, three numbers 12.
const UID_AT: usize = 80;
const INODE_AT: usize = 84;
