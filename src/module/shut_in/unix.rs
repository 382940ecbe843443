//! A child on pipes, as the standard library starts it.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::process::Command;

use super::Started;

/// Starts it.
pub(super) fn start(mut command: Command) -> io::Result<Started> {
    let mut child = command.spawn()?;
    match (child.stdin.take(), child.stdout.take()) {
        (Some(orders), Some(answers)) => {
            let (orders, answers) = (OwnedFd::from(orders), OwnedFd::from(answers));
            Ok(Started { child, orders: File::from(orders), answers: File::from(answers) })
        }
        _ => Err(io::Error::other("the module's process has no pipes")),
    }
}
