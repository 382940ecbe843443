//! What the process denies itself before anything else happens: a PIN passes through its memory.

/// No core dumps, inherited by the window process; on Linux no other process of the user may read
/// this one's memory either.
#[cfg(unix)]
pub(crate) fn no_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = setrlimit(Resource::Core, none) {
        tracing::warn!(%error, "core dumps cannot be switched off");
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
            tracing::warn!(%error, "the memory of this process stays readable");
        }
    }
}

/// Windows writes no dump of a process unless an administrator set it up.
#[cfg(not(unix))]
pub(crate) fn no_dumps() {}
