//! What the process denies itself before anything else happens.

/// No core dumps: a PIN passes through this process's memory. Inherited by the window process.
#[cfg(unix)]
pub(crate) fn no_core_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = setrlimit(Resource::Core, none) {
        tracing::warn!(%error, "core dumps cannot be switched off");
    }
}

/// Windows writes no dump of a process unless an administrator set it up.
#[cfg(not(unix))]
pub(crate) fn no_core_dumps() {}
