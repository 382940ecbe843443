//! Other systems: the child is a process of its own with an environment of its own, and no more.

use std::io;

use crate::hardening;
use crate::module::wire::ShutIn;
use crate::module::worker::Pipes;

/// Standard input and output as they are.
pub(crate) fn take_pipes() -> io::Result<Pipes> {
    hardening::no_dumps();
    Ok((Box::new(io::stdin()), Box::new(io::stdout())))
}

/// Nothing is denied, and that is what is reported.
pub(crate) fn shut_in() -> ShutIn {
    ShutIn::default()
}
