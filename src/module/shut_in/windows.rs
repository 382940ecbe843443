//! Windows: the parent starts the child with a restricted token and in a job, so there is nothing
//! left for the child to deny itself.

use std::io;

use ankong_platform::confined;

use super::Started;
use crate::module::program::{COMMAND, Program};

pub(crate) use ankong_module::denied as shut_in;
pub(crate) use ankong_platform::confined::Child;

/// The job gives a module no more memory, bytes: the card's lengths decide about it.
const MEMORY: usize = 1 << 30;

pub(crate) fn start(program: &Program) -> io::Result<Started> {
    let program = confined::Program {
        path: &program.path,
        arguments: &[COMMAND],
        environment: &program.environment,
    };
    let confined::Started { child, orders, answers } = confined::start(&program, MEMORY)?;
    Ok(Started { child, orders, answers })
}
