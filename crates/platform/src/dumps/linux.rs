//! setrlimit(2) and prctl(2).

use std::io;

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

pub(super) fn forbid() -> io::Result<()> {
    let no_core = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    let unreadable = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    Ok(no_core.and(unreadable)?)
}
