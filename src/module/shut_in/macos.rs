//! macOS: a sandbox that the child enters.

use std::ffi::CStr;
use std::io;

use ankong_platform::sandbox;

use super::{Started, unix};
use crate::module::program::Program;
use ankong_module::wire::ShutIn;

pub(crate) use std::process::Child;

pub(crate) fn start(program: &Program) -> io::Result<Started> {
    unix::start(program.command())
}

/// The smart-card service is reached by a Mach port, which stays, and with it every other one.
pub(crate) fn shut_in() -> ShutIn {
    let denied = sandbox::enter(PROFILE).is_ok();
    ShutIn { files: denied, network: denied, processes: denied, sockets: false }
}

/// UNIX sockets are network here. Of two rules the later one counts.
const PROFILE: &CStr = c"(version 1)
(allow default)
(deny file-write*)
(allow file-write-data (literal \"/dev/null\"))
(deny network*)
(deny process-exec*)
(deny process-fork)
(deny signal (target others))
";
