//! The child's ends of the pipe, without a buffer that would keep a PIN.

use std::fs::File;
use std::io;

/// Orders come from the first, answers go to the second.
pub(super) type Pipes = (File, File);

/// Takes them from standard input and output, where a module finds nothing and prints nowhere.
#[cfg(unix)]
pub(super) fn take() -> io::Result<Pipes> {
    use std::os::fd::AsFd;
    let orders = io::stdin().as_fd().try_clone_to_owned()?;
    let answers = io::stdout().as_fd().try_clone_to_owned()?;
    let nowhere = File::options().read(true).write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdin(&nowhere)?;
    rustix::stdio::dup2_stdout(&nowhere)?;
    Ok((orders.into(), answers.into()))
}

/// On Windows they stay standard input and output too: a module that prints garbles its answers,
/// and is an error.
#[cfg(windows)]
pub(super) fn take() -> io::Result<Pipes> {
    use std::os::windows::io::AsHandle;
    let orders = io::stdin().as_handle().try_clone_to_owned()?;
    let answers = io::stdout().as_handle().try_clone_to_owned()?;
    Ok((orders.into(), answers.into()))
}
