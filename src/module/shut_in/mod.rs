//! What the child denies itself before it loads foreign code. Nothing here can be taken back, and
//! whatever the system lacks is reported and not replaced.
//!
//! An allow-list of system calls is impossible: nobody knows what a vendor's module calls, and one
//! that dies of a harmless call serves nobody. So what is dangerous is denied, and answers EPERM.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod system_calls;

#[cfg(not(target_os = "linux"))]
pub(super) use elsewhere::{die_with_parent, shut_in};
#[cfg(target_os = "linux")]
pub(super) use linux::{die_with_parent, shut_in};
