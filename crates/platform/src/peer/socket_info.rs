//! `struct socket_fdinfo` of <sys/proc_info.h>: one socket of a process.
//!
//! Refuses to know macOS: it gets the bytes, and is tested everywhere.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Bytes of the structure.
pub(super) const LENGTH: usize = 792;

/// Whether it is the TCP socket that is bound to `local` and connected to `remote`.
pub(super) fn is(info: &[u8], local: SocketAddr, remote: SocketAddr) -> bool {
    let canonical = |address: SocketAddr| Some((address.ip().to_canonical(), address.port()));
    number(info, KIND) == Some(SOCKINFO_TCP)
        && end(info, LOCAL_ADDRESS, LOCAL_PORT) == canonical(local)
        && end(info, FOREIGN_ADDRESS, FOREIGN_PORT) == canonical(remote)
}

fn end(info: &[u8], address: usize, port: usize) -> Option<(IpAddr, u16)> {
    let bytes: [u8; 16] = *info.get(address..)?.first_chunk()?;
    let ip = if info.get(FLAGS)? & INI_IPV4 != 0 {
        // `struct in4in6_addr`: behind twelve bytes.
        IpAddr::V4(Ipv4Addr::from(*bytes.last_chunk::<4>()?))
    } else {
        IpAddr::V6(Ipv6Addr::from(bytes))
    };
    // In the order of the network, in the first two of four bytes.
    Some((ip.to_canonical(), u16::from_be_bytes(*info.get(port..)?.first_chunk()?)))
}

fn number(info: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*info.get(at..)?.first_chunk()?))
}

/// `struct proc_fileinfo` has 24 bytes, `struct socket_info` 232 before `soi_kind`; the protocol's
/// part, `struct in_sockinfo`, begins at 264.
const KIND: usize = 256;
const FOREIGN_PORT: usize = 264;
const LOCAL_PORT: usize = 268;
const FLAGS: usize = 288;
const FOREIGN_ADDRESS: usize = 296;
const LOCAL_ADDRESS: usize = 312;
const SOCKINFO_TCP: u32 = 2;
const INI_IPV4: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_known_by_both_its_ends() {
        let mut info = [0; LENGTH];
        info[KIND] = SOCKINFO_TCP as u8;
        info[FLAGS] = INI_IPV4;
        info[LOCAL_PORT..LOCAL_PORT + 2].copy_from_slice(&50000_u16.to_be_bytes());
        info[FOREIGN_PORT..FOREIGN_PORT + 2].copy_from_slice(&24443_u16.to_be_bytes());
        info[LOCAL_ADDRESS + 12..LOCAL_ADDRESS + 16].copy_from_slice(&[127, 0, 0, 1]);
        info[FOREIGN_ADDRESS + 12..FOREIGN_ADDRESS + 16].copy_from_slice(&[127, 0, 0, 1]);
        let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        assert!(is(&info, at(50000), at(24443)));
        assert!(!is(&info, at(24443), at(50000)));
        info[FLAGS] = 2;
        info[LOCAL_ADDRESS..LOCAL_ADDRESS + 16].copy_from_slice(&Ipv6Addr::LOCALHOST.octets());
        info[FOREIGN_ADDRESS..FOREIGN_ADDRESS + 16].copy_from_slice(&Ipv6Addr::LOCALHOST.octets());
        let at = |port| SocketAddr::from((Ipv6Addr::LOCALHOST, port));
        assert!(is(&info, at(50000), at(24443)));
        assert!(!is(&info[..300], at(50000), at(24443)));
        info[KIND] = 1;
        assert!(!is(&info, at(50000), at(24443)));
    }
}
