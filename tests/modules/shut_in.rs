//! What code that took the module's process over can do there: compute, read, talk to the
//! smart-card service. Each line is a try and the number of the error it met.

use std::io::{self, Read};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::Path;
use std::time::Duration;

use ankong::module::Modules;
use ankong_module::wire::ShutIn;
use ankong_peer_pkcs11::{Call, Deed};

use crate::support::{Mock, PATIENCE, program, with_mischief};

const EPERM: &str = "1";
const ENOENT: &str = "2";
const EACCES: &str = "13";
const ECONNREFUSED: &str = "111";

#[test]
fn a_module_that_was_taken_over_writes_nothing_and_reaches_nobody() {
    let stage = Stage::new();
    let service = UnixListener::bind(stage.service()).unwrap();
    let expected = [
        ("tcp", EPERM),
        ("udp", EPERM),
        ("netlink", EPERM),
        // Told that it worked, and connected with the service.
        ("unix", "done"),
        ("unix-abstract", "done"),
        ("unix-elsewhere", ECONNREFUSED),
        ("unix-second-numbers", EPERM),
        ("unix-datagram", EPERM),
        ("unix-datagram-pair", EPERM),
        ("unix-packets", EPERM),
        ("unix-listen", EPERM),
        ("unix-pair", "done"),
        ("filter", EPERM),
        ("read", "done"),
        ("create", EACCES),
        ("create-in-tmp", EACCES),
        ("append", EACCES),
        ("empty", EPERM),
        ("remove", EACCES),
        ("rename", EACCES),
        ("make-folder", EACCES),
        ("mode", EPERM),
        ("exec", EPERM),
        ("fork", EPERM),
        ("signal", EPERM),
        ("trace", EACCES),
        ("thread", "done"),
    ];
    let expected = expected.map(|(what, outcome)| format!("{what} {outcome}"));
    assert_eq!(stage.break_out(), expected);
    assert_eq!(reached(&service), ["from a module\n"; 2]);
    for listening in &stage.listening {
        assert!(reached(listening).is_empty(), "{listening:?}");
    }
}

#[test]
fn without_a_service_a_module_reaches_nobody_at_all() {
    let stage = Stage::new();
    let told = stage.break_out();
    for what in ["unix", "unix-abstract"] {
        assert!(told.contains(&format!("{what} {ENOENT}")), "{told:?}");
    }
    for listening in &stage.listening {
        assert!(reached(listening).is_empty(), "{listening:?}");
    }
}

/// Three programs of the person's that listen, and a place for the smart-card service. The first two
/// addresses are as long as that place.
struct Stage {
    mock: Mock,
    listening: [UnixListener; 3],
}

impl Stage {
    fn new() -> Self {
        let mock = Mock::new(&with_mischief(Call::GetAttributeValue, Deed::BreakOut));
        let path = mock.folder.path().join("listening");
        let abstractly = SocketAddr::from_abstract_name(path.as_os_str().as_bytes()).unwrap();
        let listening = [
            UnixListener::bind(&path).unwrap(),
            UnixListener::bind_addr(&abstractly).unwrap(),
            UnixListener::bind(mock.folder.path().join("elsewhere.sock")).unwrap(),
        ];
        Self { mock, listening }
    }

    fn service(&self) -> impl AsRef<Path> {
        self.mock.folder.path().join("smartcard")
    }

    fn break_out(&self) -> Vec<String> {
        let program = program(&[("PCSCLITE_CSOCK_NAME", self.service().as_ref())]);
        let modules = Modules::new(program, vec![self.mock.library.clone()], PATIENCE);
        let shown = modules.examine().remove(0).shown.unwrap();
        assert_eq!(shown.shut_in, ShutIn::WHOLLY);
        let told = shown.tokens[0].unverified_certificates[0].clone();
        String::from_utf8(told).unwrap().lines().map(str::to_owned).collect()
    }
}

/// What those who connected have said; they have ended.
fn reached(listening: &UnixListener) -> Vec<String> {
    listening.set_nonblocking(true).unwrap();
    let mut said = Vec::new();
    loop {
        match listening.accept() {
            Ok((mut stream, _)) => {
                stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
                let mut text = String::new();
                stream.read_to_string(&mut text).unwrap();
                said.push(text);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return said,
            Err(error) => panic!("{error}"),
        }
    }
}
