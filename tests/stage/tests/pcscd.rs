//! The private PC/SC daemon offers two virtual readers and comes back at the same place.
#![cfg(target_os = "linux")]

use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;

use ankong_stage::PrivatePcscd;

#[test]
fn both_readers_wait_for_a_card_and_the_socket_answers() {
    let pcscd = PrivatePcscd::start().unwrap();
    for port in [pcscd.vpcd_port(), pcscd.vpcd_port() + 1] {
        assert!(TcpListener::bind(("0.0.0.0", port)).is_err(), "nobody holds port {port}");
    }
    UnixStream::connect(pcscd.socket()).unwrap();
}

#[test]
fn a_killed_daemon_leaves_nobody_listening_and_comes_back_on_the_same_socket_and_ports() {
    let mut pcscd = PrivatePcscd::start().unwrap();
    let (socket, port, id) = (pcscd.socket().to_owned(), pcscd.vpcd_port(), pcscd.id());
    let card = TcpStream::connect(("127.0.0.1", port)).unwrap();
    pcscd.stop();
    drop(card);
    assert!(UnixStream::connect(&socket).is_err());
    assert_eq!(pcscd.id(), None);
    pcscd.restart().unwrap();
    assert_eq!((pcscd.socket(), pcscd.vpcd_port()), (socket.as_path(), port));
    assert_ne!(pcscd.id(), id);
    UnixStream::connect(&socket).unwrap();
}

#[test]
fn several_daemons_run_beside_each_other() {
    let daemons: Vec<_> = (0..4).map(|_| PrivatePcscd::start().unwrap()).collect();
    let mut ports: Vec<_> = daemons.iter().map(PrivatePcscd::vpcd_port).collect();
    ports.sort_unstable();
    ports.dedup();
    assert_eq!(ports.len(), daemons.len());
}
