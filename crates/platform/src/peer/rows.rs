//! MIB_TCPTABLE_OWNER_PID and MIB_TCP6TABLE_OWNER_PID: a number of rows, then the rows.
//!
//! Refuses to know Windows: it gets the bytes, and is tested everywhere.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Where things stand in a row, in bytes.
pub(super) struct Layout {
    length: usize,
    address_length: usize,
    local: usize,
    local_port: usize,
    remote: usize,
    remote_port: usize,
    owner: usize,
}

/// MIB_TCPROW_OWNER_PID.
pub(super) const FOUR: Layout = Layout {
    length: 24,
    address_length: 4,
    local: 4,
    local_port: 8,
    remote: 12,
    remote_port: 16,
    owner: 20,
};

/// MIB_TCP6ROW_OWNER_PID; a scope stands behind each address.
pub(super) const SIX: Layout = Layout {
    length: 56,
    address_length: 16,
    local: 0,
    local_port: 20,
    remote: 24,
    remote_port: 44,
    owner: 52,
};

impl Layout {
    /// The process whose socket is bound to `local` and connected to `remote`.
    pub(super) fn owner(&self, table: &[u8], local: SocketAddr, remote: SocketAddr) -> Option<u32> {
        let count = u32_at(table, 0)? as usize;
        let rows = table.get(4..)?.chunks_exact(self.length).take(count);
        let mut rows = rows.filter(|row| {
            self.end(row, self.local, self.local_port) == Some(canonical(local))
                && self.end(row, self.remote, self.remote_port) == Some(canonical(remote))
        });
        u32_at(rows.next()?, self.owner)
    }

    /// Addresses stand in the order of the network, and so do ports, in the first two of four bytes.
    fn end(&self, row: &[u8], address: usize, port: usize) -> Option<(IpAddr, u16)> {
        let bytes = row.get(address..address + self.address_length)?;
        let ip = match bytes.len() {
            4 => IpAddr::V4(Ipv4Addr::from(*bytes.first_chunk()?)),
            _ => IpAddr::V6(Ipv6Addr::from(*bytes.first_chunk()?)),
        };
        Some((ip.to_canonical(), u16::from_be_bytes(*row.get(port..)?.first_chunk()?)))
    }
}

fn canonical(address: SocketAddr) -> (IpAddr, u16) {
    (address.ip().to_canonical(), address.port())
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_at_the_other_end_is_found_and_not_the_one_at_this_end() {
        let four = |local: u16, remote: u16, owner: u32| {
            let end =
                |port: u16| [&[127, 0, 0, 1][..], &port.to_be_bytes(), &[0xEE, 0xEE]].concat();
            [&5_u32.to_le_bytes()[..], &end(local), &end(remote), &owner.to_le_bytes()].concat()
        };
        let table =
            [2_u32.to_le_bytes().to_vec(), four(24443, 50000, 7), four(50000, 24443, 9)].concat();
        let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        assert_eq!(FOUR.owner(&table, at(50000), at(24443)), Some(9));
        assert_eq!(FOUR.owner(&table, at(50001), at(24443)), None);

        let end = |port: u16| {
            [&Ipv6Addr::LOCALHOST.octets()[..], &[0; 4], &port.to_be_bytes(), &[0, 0]].concat()
        };
        let row = [end(50000), end(24443), vec![5, 0, 0, 0, 11, 0, 0, 0]].concat();
        let table = [1_u32.to_le_bytes().to_vec(), row].concat();
        let at = |port| SocketAddr::from((Ipv6Addr::LOCALHOST, port));
        assert_eq!(SIX.owner(&table, at(50000), at(24443)), Some(11));
        for cut in 0..table.len() {
            assert_eq!(SIX.owner(&table[..cut], at(50000), at(24443)), None, "{cut}");
        }
    }
}
