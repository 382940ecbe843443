//! Linux: a limit, Landlock for files, seccomp for system calls, and the one
//! connection that the parent makes.

use std::io;

use rustix::process::{Resource, Rlimit, setrlimit};

use super::service::Service;
use super::{Started, files, service, system_calls, unix};
use crate::module::program::Program;
use ankong_module::wire::ShutIn;

pub(crate) use std::process::Child;

/// A module that asks for more memory gets none, bytes: the card's lengths decide about it.
const MEMORY: u64 = 1 << 30;

/// Starts the child, whose connections this process makes.
pub(crate) fn start(program: &Program) -> io::Result<Started> {
    let mut command = program.command();
    let service = Service::beside(program, &mut command)?;
    let started = unix::start(command)?;
    service.serve()?;
    Ok(started)
}

/// Denies this process what a module has no need of.
pub(crate) fn shut_in() -> ShutIn {
    let limit = Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) };
    // Where a limit cannot be set the deadline ends what grows.
    let _ = setrlimit(Resource::As, limit);
    // While this process may still send a descriptor and open /dev/null.
    let sockets = service::hand_over().is_ok();
    let files = files::deny_writing().unwrap_or(false);
    let calls = system_calls::deny().is_ok();
    // A later filter could answer in the parent's place, so no connection is safe without them.
    ShutIn { files, network: calls, processes: calls, sockets: sockets && calls }
}
