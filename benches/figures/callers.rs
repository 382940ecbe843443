//! What it costs to know who calls: the user at each connection, the program before a window opens.

use std::net::{TcpListener, TcpStream};
use std::time::Instant;

use ankong_platform::peer::{Peers, Whose};
use serde_json::Value;

/// Measures with one connection to ourselves; each figure is a mean.
pub(crate) fn measure(only: &str, note: &mut dyn FnMut(&str, Value, &str)) {
    if !["caller_user", "caller_program"].iter().any(|name| name.starts_with(only)) {
        return;
    }
    let door = TcpListener::bind("127.0.0.1:0").unwrap();
    let _caller = TcpStream::connect(door.local_addr().unwrap()).unwrap();
    let (accepted, theirs) = door.accept().unwrap();
    let ours = accepted.local_addr().unwrap();
    let (peers, mut peer) = (Peers::new(), None);
    let microseconds = mean(1000, || match peers.whose(ours, theirs).unwrap() {
        Whose::Mine(found) => peer = Some(found),
        Whose::Anothers | Whose::Nobodys => panic!("the connection is ours"),
    });
    note("caller_user", microseconds.into(), "µs a connection");
    let peer = peer.unwrap();
    let microseconds = mean(20, || assert!(!peer.programs().unwrap().is_empty()));
    note("caller_program", microseconds.into(), "µs a window");
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let number =
        |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().parse::<u32>().is_ok();
    note("caller_processes", processes.filter(number).count().into(), "processes at that time");
}

fn mean(times: u32, mut work: impl FnMut()) -> u64 {
    let start = Instant::now();
    (0..times).for_each(|_| work());
    (start.elapsed() / times).as_micros().try_into().unwrap()
}
