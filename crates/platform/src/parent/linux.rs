//! Linux: prctl(2), PR_SET_PDEATHSIG, for a program that does not ask for it itself.

use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::{Signal, set_parent_process_death_signal};

/// Has the program, once started, be killed when the thread that started it ends. It survives execve(2)
/// of a program without rights of its own.
#[allow(unsafe_code, reason = "a function run between fork and exec may do little")]
pub fn child_ends_with_this_thread(command: &mut Command) {
    // SAFETY: one system call, which takes no lock and no memory.
    unsafe { command.pre_exec(|| Ok(set_parent_process_death_signal(Some(Signal::KILL))?)) };
}
