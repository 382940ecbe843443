//! Which process listens on which TCP port, asked of the kernel.
//! Nothing is ever connected to: vpcd takes a connection for a card.

use std::fs::{read_dir, read_link, read_to_string};

/// Whether process `pid` listens on TCP `port`, on whatever address (IPv4).
pub(crate) fn listens(pid: u32, port: u16) -> bool {
    let Some(wanted) = listening_inode(port) else {
        return false;
    };
    let Ok(descriptors) = read_dir(format!("/proc/{pid}/fd")) else {
        return false;
    };
    descriptors
        .flatten()
        .filter_map(|descriptor| read_link(descriptor.path()).ok())
        .any(|target| target.to_str() == Some(&format!("socket:[{wanted}]")))
}

/// The fields of a line of /proc/net/tcp are counted in proc(5): 1 local address, 3 state, 9 inode.
fn listening_inode(port: u16) -> Option<String> {
    let table = read_to_string("/proc/net/tcp").ok()?;
    table.lines().skip(1).find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let local = fields.get(1)?.ends_with(&format!(":{port:04X}"));
        (local && *fields.get(3)? == LISTEN).then(|| fields.get(9).map(ToString::to_string))?
    })
}

const LISTEN: &str = "0A";
