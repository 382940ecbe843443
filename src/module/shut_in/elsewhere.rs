//! Other systems: the child is a process of its own with an environment of its own, and no more.

use std::io;

use crate::module::wire::ShutIn;

/// The pipe's end ends the child, unless its module hangs.
pub(crate) fn die_with_parent() -> io::Result<()> {
    Ok(())
}

/// Nothing is denied, and that is what is reported.
pub(crate) fn shut_in() -> ShutIn {
    ShutIn::default()
}
