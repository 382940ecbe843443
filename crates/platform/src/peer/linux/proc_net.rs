//! The kernel's list of TCP sockets as text: `/proc/net/tcp` and `tcp6`, proc_net(5).

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::Socket;

/// The socket that is bound to `local` and connected to `remote`, if it is listed.
pub(super) fn socket(local: SocketAddr, remote: SocketAddr) -> io::Result<Option<Socket>> {
    for list in ["/proc/net/tcp", "/proc/net/tcp6"] {
        let lines = match fs::read_to_string(list) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue, // no IPv6
            lines => lines?,
        };
        let found = lines.lines().find_map(|line| socket_of(line, local, remote));
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// `sl local rem st tx:rx tr:when retrnsmt uid timeout inode …`
fn socket_of(line: &str, local: SocketAddr, remote: SocketAddr) -> Option<Socket> {
    let mut fields = line.split_whitespace().skip(1);
    if address(fields.next()?)? != canonical(local) || address(fields.next()?)? != canonical(remote)
    {
        return None;
    }
    let mut fields = fields.skip(4);
    let user = fields.next()?.parse().ok()?;
    let inode = fields.nth(1)?.parse().ok()?;
    Some(Socket { user, inode })
}

fn canonical(address: SocketAddr) -> (IpAddr, u16) {
    (address.ip().to_canonical(), address.port())
}

/// The address as 32-bit words of the machine's byte order, the port as a number; all hexadecimal.
fn address(text: &str) -> Option<(IpAddr, u16)> {
    let (words, port) = text.split_once(':')?;
    let mut bytes = [0; 16];
    for (place, at) in bytes.chunks_exact_mut(4).zip((0..words.len()).step_by(8)) {
        let word = u32::from_str_radix(words.get(at..at + 8)?, 16).ok()?;
        place.copy_from_slice(&word.to_ne_bytes());
    }
    let ip = match words.len() {
        8 => IpAddr::V4(Ipv4Addr::from(*bytes.first_chunk()?)),
        32 => IpAddr::V6(Ipv6Addr::from(bytes)),
        _ => return None,
    };
    Some((ip.to_canonical(), u16::from_str_radix(port, 16).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_either_list_is_found_by_both_ends() {
        let line = "   3: 0100007F:D431 0100007F:5F8B 01 00000000:00000000 00:00000000 00000000  1000        0 75945 1 0 20 4 30 10 -1";
        let (local, remote) =
            ("127.0.0.1:54321".parse().unwrap(), "127.0.0.1:24459".parse().unwrap());
        let socket = Socket { user: 1000, inode: 75945 };
        assert_eq!(socket_of(line, local, remote), Some(socket));
        assert_eq!(socket_of(line, remote, local), None);
        let mapped = "1: 0000000000000000FFFF00000100007F:D431 0000000000000000FFFF00000100007F:5F8B 01 0:0 0:0 0 1000 0 75945 1";
        assert_eq!(socket_of(mapped, local, remote), Some(socket));
        let six = "1: 00000000000000000000000001000000:D431 00000000000000000000000001000000:5F8B 01 0:0 0:0 0 1000 0 75945 1";
        let at = |port| SocketAddr::from((Ipv6Addr::LOCALHOST, port));
        assert_eq!(socket_of(six, at(54321), at(24459)), Some(socket));
    }

    #[test]
    fn what_is_no_such_line_is_passed_over() {
        let (local, remote) = ("127.0.0.1:1".parse().unwrap(), "127.0.0.1:2".parse().unwrap());
        for line in [
            "",
            "sl local_address rem_address st",
            "1: 0100007F:0001 0100007F:0002 01",
            "1: 01:1 x:2",
            "1: é00007F:0001",
        ] {
            assert_eq!(socket_of(line, local, remote), None, "{line}");
        }
    }

    #[test]
    fn the_kernel_lists_a_connection_of_this_process() {
        let door = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let caller = std::net::TcpStream::connect(door.local_addr().unwrap()).unwrap();
        let (ours, theirs) = (caller.peer_addr().unwrap(), caller.local_addr().unwrap());
        let listed = socket(theirs, ours).unwrap().unwrap();
        assert_eq!(listed, super::super::SockDiag::open().unwrap().socket(theirs, ours).unwrap());
        assert_eq!(listed.user, rustix::process::geteuid().as_raw());
    }
}
