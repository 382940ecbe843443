//! seccomp(2): what a module that was taken over would call next. The smart-card service is reached
//! by a connected UNIX socket, so that kind of socket stays; every other kind answers EPERM.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch, apply_filter,
};

/// Why nothing is denied.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotDenied {
    #[error(transparent)]
    Filter(#[from] BackendError),
    #[error(transparent)]
    Kernel(#[from] seccompiler::Error),
    #[error(transparent)]
    Numbers(#[from] std::io::Error),
}

/// Denies them for this process, for ever.
pub(super) fn deny() -> Result<(), NotDenied> {
    ankong_platform::system_calls::native_only()?;
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let install = |rules: Rules, errno: i32| -> Result<(), NotDenied> {
        let denied = SeccompAction::Errno(errno.unsigned_abs());
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, denied, arch)?;
        let program: BpfProgram = filter.try_into()?;
        Ok(apply_filter(&program)?)
    };
    // These hide their arguments in memory; whoever gets ENOSYS takes the older call.
    let unseen = [libc::SYS_clone3, libc::SYS_openat2].map(|call| (call, Vec::new()));
    install(unseen.into_iter().collect(), libc::ENOSYS)?;
    let always = ALWAYS.iter().map(|call| (*call, Vec::new()));
    // The last one, for it denies any other.
    install(always.chain(sometimes()?).collect(), libc::EPERM)
}

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Calls that depend on their arguments.
fn sometimes() -> Result<Vec<(c_long, Vec<SeccompRule>)>, BackendError> {
    use SeccompCmpOp::{Eq, MaskedEq, Ne};
    let own_process = u64::from(std::process::id());
    let mask = |flag: i32| MaskedEq(u64::from(flag.unsigned_abs()));
    let bits = |flag: i32| u64::from(flag.unsigned_abs());
    let empties = |argument| when(&[(argument, mask(libc::O_TRUNC), bits(libc::O_TRUNC))]);
    // A stream's number is 1; whoever sends datagrams needs no connection. Flags stand above these.
    let no_stream = |bit: i32| when(&[(1, mask(bit), bits(bit))]);
    let no_streams = || [2, 4, 8].map(no_stream).into_iter().collect::<Result<Vec<_>, _>>();
    let other_family = when(&[(0, Ne, bits(libc::AF_UNIX))])?;
    Ok(vec![
        (libc::SYS_socket, [no_streams()?, vec![other_family]].concat()),
        (libc::SYS_socketpair, no_streams()?),
        // Threads yes, processes no: they would outlive the deadline.
        (libc::SYS_clone, vec![when(&[(0, mask(libc::CLONE_THREAD), 0)])?]),
        // It ends with the program that started it, and stays unreadable to others.
        (
            libc::SYS_prctl,
            vec![
                when(&[(0, Eq, bits(libc::PR_SET_PDEATHSIG))])?,
                when(&[(0, Eq, bits(libc::PR_SET_DUMPABLE))])?,
            ],
        ),
        (libc::SYS_kill, vec![when(&[(0, Ne, own_process)])?]),
        (libc::SYS_tgkill, vec![when(&[(0, Ne, own_process)])?]),
        (libc::SYS_prlimit64, vec![when(&[(0, Ne, 0), (0, Ne, own_process)])?]),
        // Typing into the terminal the program was started from.
        (libc::SYS_ioctl, vec![when(&[(1, Eq, libc::TIOCSTI)])?]),
        // Landlock before its third version lets a file be emptied that is opened for reading.
        (libc::SYS_openat, vec![empties(2)?]),
        #[cfg(target_arch = "x86_64")]
        (libc::SYS_open, vec![empties(1)?]),
    ])
}

/// All of these, by argument number, comparison and value.
fn when(conditions: &[(u8, SeccompCmpOp, u64)]) -> Result<SeccompRule, BackendError> {
    let condition = |(argument, operator, value): &(u8, SeccompCmpOp, u64)| {
        SeccompCondition::new(*argument, SeccompCmpArgLen::Dword, operator.clone(), *value)
    };
    SeccompRule::new(conditions.iter().map(condition).collect::<Result<_, _>>()?)
}

/// Never.
const ALWAYS: &[c_long] = &[
    // Other programs.
    libc::SYS_execve,
    libc::SYS_execveat,
    // Other processes: their memory, their descriptors, signals to them.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_tkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    // A second way to sockets and files, past these rules.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // To be reached by others. And a later filter would answer for the connections of this process.
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_seccomp,
    // What files are called, who owns them, what they are marked with: Landlock does not look.
    libc::SYS_truncate,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchmodat2,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_creat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chmod,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lchown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utime,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utimes,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_futimesat,
    // Parts of the kernel that were broken into most, and keys that are not the module's.
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_mount,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
];
