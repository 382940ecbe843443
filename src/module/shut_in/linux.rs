//! Linux: rlimits and prctl(2), Landlock for files, seccomp for system calls.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;

use rustix::process::{Resource, Rlimit, Signal, setrlimit};

use super::{files, system_calls};
use crate::hardening;
use crate::module::wire::ShutIn;
use crate::module::worker::Pipes;

/// A module that asks for more memory gets none, bytes: the card's lengths decide about it.
const MEMORY: u64 = 1 << 30;

/// Moves the pipes away from standard input and output, where a module might print.
pub(crate) fn take_pipes() -> io::Result<Pipes> {
    // Before anything else, so that nothing outlives the program that started this one.
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    hardening::no_dumps();
    let orders = io::stdin().as_fd().try_clone_to_owned()?;
    let answers = io::stdout().as_fd().try_clone_to_owned()?;
    let nowhere = File::options().read(true).write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdin(&nowhere)?;
    rustix::stdio::dup2_stdout(&nowhere)?;
    Ok((Box::new(File::from(orders)), Box::new(File::from(answers))))
}

/// Denies this process what a module has no need of.
pub(crate) fn shut_in() -> ShutIn {
    let limit = Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) };
    // Where a limit cannot be set the deadline ends what grows.
    let _ = setrlimit(Resource::As, limit);
    let files = files::deny_writing();
    let calls = system_calls::deny();
    ShutIn {
        files: files.is_ok_and(|denied| denied),
        network: calls.is_ok(),
        processes: calls.is_ok(),
    }
}
