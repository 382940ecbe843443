//! Linux: a limit and prctl(2), Landlock for files, seccomp for system calls.

use std::io;

use rustix::process::{Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit};

use super::{files, system_calls};
use crate::module::wire::ShutIn;

/// A module that asks for more memory gets none, bytes: the card's lengths decide about it.
const MEMORY: u64 = 1 << 30;

/// A module that hangs would not notice the pipe's end.
pub(crate) fn die_with_parent() -> io::Result<()> {
    Ok(set_parent_process_death_signal(Some(Signal::KILL))?)
}

/// Denies this process what a module has no need of.
pub(crate) fn shut_in() -> ShutIn {
    let limit = Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) };
    // Where a limit cannot be set the deadline ends what grows.
    let _ = setrlimit(Resource::As, limit);
    let files = files::deny_writing().unwrap_or(false);
    let calls = system_calls::deny().is_ok();
    ShutIn { files, network: calls, processes: calls }
}
