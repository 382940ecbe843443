//! The child's side: this process holds a module until its input ends.

use std::io;

use super::shut_in;
use crate::{as_child, hardening};

/// Serves one module on standard input and output.
///
/// # Errors
/// The pipe failed.
pub fn serve() -> io::Result<()> {
    // Before anything else, so that nothing outlives the program that started this one.
    as_child::die_with_parent()?;
    hardening::keep_secrets();
    let (orders, answers) = as_child::take_pipes()?;
    ankong_module::serve(orders, answers, shut_in::shut_in)
}
