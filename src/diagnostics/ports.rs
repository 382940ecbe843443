//! Who listens where the native door is looked for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::Detail;
use super::outcome::Ports;
use crate::endpoint::PORTS;

/// A listener on this computer takes a connection at once.
const PATIENCE: Duration = Duration::from_millis(500);

/// `own` is the port of the running program, if one runs.
pub(super) fn look(own: Option<u16>) -> (Ports, Vec<Detail>) {
    if let Some(port) = own {
        return (Ports::Ours, vec![Detail::of(format!("https://localhost:{port}"))]);
    }
    let taken: Vec<u16> = PORTS.into_iter().filter(|port| somebody_listens(*port)).collect();
    let outcome = match taken.len() {
        0 => Ports::Free,
        all if all == PORTS.len() => Ports::AllTaken,
        _ => Ports::SomeTaken,
    };
    (outcome, taken.into_iter().map(described).map(Detail::of).collect())
}

fn somebody_listens(port: u16) -> bool {
    [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)].into_iter().any(
        |address| TcpStream::connect_timeout(&SocketAddr::from((address, port)), PATIENCE).is_ok(),
    )
}

fn described(port: u16) -> String {
    match holder(port) {
        Some(program) => format!("{port}: {program}"),
        None => port.to_string(),
    }
}

/// The name of the program that listens there; only a program of the same user is found.
#[cfg(target_os = "linux")]
fn holder(port: u16) -> Option<String> {
    use std::fs;
    let sockets: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|table| listening(&table, port))
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    let processes = fs::read_dir("/proc").ok()?.flatten().map(|entry| entry.path());
    let mut holders = processes.filter(|process| {
        let descriptors = fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
        descriptors.filter_map(|descriptor| fs::read_link(descriptor.path()).ok()).any(|target| {
            target.to_str().is_some_and(|target| sockets.iter().any(|socket| socket == target))
        })
    });
    let name = fs::read_to_string(holders.next()?.join("comm")).ok()?;
    Some(name.trim().to_owned())
}

/// The other systems keep that from programs without rights of their own.
#[cfg(not(target_os = "linux"))]
fn holder(_port: u16) -> Option<String> {
    None
}

/// The inodes of the sockets that listen on the port: proc(5), `/proc/net/tcp`.
#[cfg(target_os = "linux")]
fn listening(table: &str, port: u16) -> Vec<String> {
    const LISTEN: &str = "0A";
    let wanted = format!(":{port:04X}");
    let rows = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    rows.filter_map(|row| match row.as_slice() {
        [_, local, _, LISTEN, _, _, _, _, _, inode, ..] if local.ends_with(&wanted) => {
            Some((*inode).to_owned())
        }
        _ => None,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_is_seen_and_on_linux_named() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(somebody_listens(port));
        #[cfg(target_os = "linux")]
        assert!(described(port).starts_with(&format!("{port}: ")), "{}", described(port));
        drop(listener);
        assert!(!somebody_listens(port));
    }

    #[test]
    fn the_running_program_is_known_by_its_own_word() {
        assert_eq!(look(Some(1)).0, Ports::Ours);
    }
}
