//! Nobody on the network reaches the door.

use std::fs;
use std::net::{Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use crate::helper::Helper;

#[test]
fn it_listens_on_the_loopback_addresses_alone() {
    let helper = Helper::start();
    let inodes: Vec<String> = fs::read_dir(format!("/proc/{}/fd", helper.process.id()))
        .unwrap()
        .filter_map(|entry| fs::read_link(entry.unwrap().path()).ok())
        .filter_map(|to| Some(to.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    // proc(5): 1 local address, 3 state (0A listens), 9 inode.
    let mut listening = Vec::new();
    for table in ["tcp", "tcp6", "udp", "udp6"] {
        let text = fs::read_to_string(format!("/proc/net/{table}")).unwrap_or_default();
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            if inodes.iter().any(|inode| inode == fields[9])
                && (table.starts_with("udp") || fields[3] == "0A")
            {
                listening.push(fields[1].split_once(':').unwrap().0.to_owned());
            }
        }
    }
    assert!(!listening.is_empty());
    for address in listening {
        let loopback = ["0100007F", "00000000000000000000000001000000"];
        assert!(loopback.contains(&address.as_str()), "it listens on {address}");
    }
}

#[test]
fn no_other_address_of_this_computer_answers() {
    let helper = Helper::start();
    let mut others: Vec<SocketAddr> = vec![([127, 0, 0, 2], helper.port()).into()];
    // Connecting a datagram socket sends nothing; the system chooses the address it would send from.
    let outward = UdpSocket::bind("0.0.0.0:0").unwrap();
    if outward.connect("192.0.2.1:9").is_ok() {
        others.push(SocketAddr::new(outward.local_addr().unwrap().ip(), helper.port()));
    }
    for other in others {
        let tried = TcpStream::connect_timeout(&other, Duration::from_secs(2));
        assert!(tried.is_err(), "{other} answers");
    }
    let six = SocketAddr::from((Ipv6Addr::LOCALHOST, helper.port()));
    if std::net::TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok() {
        TcpStream::connect(six).unwrap();
    }
    helper.assert_serves();
}
