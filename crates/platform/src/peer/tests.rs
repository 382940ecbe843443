use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};

use super::*;

/// A connection as its accepting side sees it: ours, theirs, and both sockets.
fn connection(
    door: SocketAddr,
    called: SocketAddr,
) -> Option<(SocketAddr, SocketAddr, [TcpStream; 2])> {
    let door = TcpListener::bind(door).ok()?;
    let called = SocketAddr::new(called.ip(), door.local_addr().unwrap().port());
    let caller = TcpStream::connect(called).unwrap();
    let (accepted, theirs) = door.accept().unwrap();
    Some((accepted.local_addr().unwrap(), theirs, [accepted, caller]))
}

fn four() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

#[test]
fn a_connection_of_ones_own_is_found_on_both_loopback_addresses() {
    let six = (Ipv6Addr::LOCALHOST, 0).into();
    for address in [four(), six] {
        // A computer without IPv6 has one address.
        let Some((ours, theirs, _held)) = connection(address, address) else {
            assert_eq!(address, six);
            continue;
        };
        let Whose::Mine(peer) = Peers::new().whose(ours, theirs).unwrap() else {
            panic!("{ours} is mine")
        };
        let programs = peer.programs().unwrap();
        let me = std::env::current_exe().unwrap();
        assert!(programs.iter().all(|program| program.file == me), "{programs:?}");
        assert!(!programs.is_empty());
    }
}

#[test]
fn a_connection_that_was_closed_is_nobodys() {
    let (ours, theirs, [accepted, caller]) = connection(four(), four()).unwrap();
    drop(caller);
    assert!(matches!(Peers::new().whose(ours, theirs).unwrap(), Whose::Nobodys));
    drop(accepted);
    assert!(matches!(Peers::new().whose(ours, theirs).unwrap(), Whose::Nobodys));
}

#[test]
fn a_connection_that_is_only_half_closed_still_has_its_owner() {
    let (ours, theirs, [_accepted, caller]) = connection(four(), four()).unwrap();
    caller.shutdown(std::net::Shutdown::Write).unwrap();
    assert!(matches!(Peers::new().whose(ours, theirs).unwrap(), Whose::Mine(_)));
}

#[test]
fn what_holds_a_connection_that_was_closed_is_not_guessed() {
    let (ours, theirs, [_accepted, caller]) = connection(four(), four()).unwrap();
    let Whose::Mine(peer) = Peers::new().whose(ours, theirs).unwrap() else { panic!("mine") };
    drop(caller);
    assert_eq!(peer.programs().unwrap(), []);
}

/// A socket for IPv6 can call an IPv4 address; Java's are of this kind.
#[test]
#[cfg(target_os = "linux")]
fn an_ipv4_connection_of_an_ipv6_socket_is_found() {
    use rustix::net::{AddressFamily, SocketType, connect, getsockname, socket};
    let door = TcpListener::bind(four()).unwrap();
    let port = door.local_addr().unwrap().port();
    let caller = socket(AddressFamily::INET6, SocketType::STREAM, None).unwrap();
    let mapped = Ipv4Addr::LOCALHOST.to_ipv6_mapped();
    connect(&caller, &SocketAddr::from((mapped, port))).unwrap();
    let (accepted, theirs) = door.accept().unwrap();
    assert!(theirs.is_ipv4() && getsockname(&caller).is_ok());
    let found = Peers::new().whose(accepted.local_addr().unwrap(), theirs).unwrap();
    assert!(matches!(found, Whose::Mine(_)));
}

#[test]
fn one_and_the_same_can_be_asked_again_and_again() {
    let peers = Peers::new();
    for _ in 0..100 {
        let (ours, theirs, [accepted, caller]) = connection(four(), four()).unwrap();
        assert!(matches!(peers.whose(ours, theirs).unwrap(), Whose::Mine(_)));
        drop(caller);
        assert!(matches!(peers.whose(ours, theirs).unwrap(), Whose::Nobodys));
        drop(accepted);
    }
}
