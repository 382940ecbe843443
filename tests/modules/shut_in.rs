//! What code that took the module's process over can do there: compute, read, talk to the
//! smart-card service. Each line is a try and the number of the error it met.

use std::os::unix::net::UnixListener;

use ankong::module::wire::ShutIn;
use ankong_peer_pkcs11::{Call, Deed};

use crate::support::{Mock, with_mischief};

const EPERM: &str = "1";
const EACCES: &str = "13";

#[test]
fn a_module_that_was_taken_over_writes_nothing_and_reaches_nobody() {
    let mock = Mock::new(&with_mischief(Call::GetAttributeValue, Deed::BreakOut));
    let _listening = UnixListener::bind(mock.folder.path().join("listening")).unwrap();
    let shown = mock.modules().examine().remove(0).shown.unwrap();
    assert_eq!(shown.shut_in, ShutIn { files: true, network: true, processes: true });
    let told = String::from_utf8(shown.tokens[0].unverified_certificates[0].clone()).unwrap();
    let expected = [
        ("tcp", EPERM),
        ("udp", EPERM),
        ("netlink", EPERM),
        ("unix", "done"),
        ("unix-datagram", "done"),
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
    assert_eq!(told.lines().collect::<Vec<_>>(), expected);
}
