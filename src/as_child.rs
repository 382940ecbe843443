//! What a process of this program does first when another one of its processes started it: it takes
//! the pipes it is spoken to on, and sees to it that it does not outlive whom it works for.

use std::fs::File;
use std::io;

/// Orders come from the first, answers go to the second.
pub(crate) type Pipes = (File, File);

/// Takes them from standard input and output, where a library finds nothing and prints nowhere. They
/// have no buffer that would keep a PIN.
#[cfg(unix)]
pub(crate) fn take_pipes() -> io::Result<Pipes> {
    use std::os::fd::AsFd;
    let orders = io::stdin().as_fd().try_clone_to_owned()?;
    let answers = io::stdout().as_fd().try_clone_to_owned()?;
    let nowhere = File::options().read(true).write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdin(&nowhere)?;
    rustix::stdio::dup2_stdout(&nowhere)?;
    Ok((orders.into(), answers.into()))
}

/// On Windows they stay standard input and output too: a library that prints garbles its answers,
/// and is an error.
#[cfg(windows)]
pub(crate) fn take_pipes() -> io::Result<Pipes> {
    use std::os::windows::io::AsHandle;
    let orders = io::stdin().as_handle().try_clone_to_owned()?;
    let answers = io::stdout().as_handle().try_clone_to_owned()?;
    Ok((orders.into(), answers.into()))
}

/// Whoever hangs would not notice the pipe's end.
#[cfg(target_os = "linux")]
pub(crate) fn die_with_parent() -> io::Result<()> {
    use rustix::process::{Signal, set_parent_process_death_signal};
    Ok(set_parent_process_death_signal(Some(Signal::KILL))?)
}

/// Whoever hangs would not notice the pipe's end.
#[cfg(target_os = "macos")]
pub(crate) fn die_with_parent() -> io::Result<()> {
    ankong_platform::parent::end_with_it()
}

/// On Windows the job of a module's process sees to that, and the end of the pipe for others.
#[cfg(windows)]
pub(crate) fn die_with_parent() -> io::Result<()> {
    Ok(())
}
