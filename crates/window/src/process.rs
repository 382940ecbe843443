//! What the operating system is asked to do for a process that will hold a PIN.
//!
//! Refuses to know the window. Systems that have none of this compile to nothing.

use std::io;

/// Makes WebKitGTK draw without the graphics card, by starting this program again in this process
/// with the variable that says so, unless it is set already. Compiling shaders would cost a
/// person's first window a second or more, for a page that does not move; and a driver that shows
/// nothing would cost all of them. Whoever starts the window can set the variable
/// ([`PLAIN_DRAWING`]) and save the second start.
///
/// Returns only when there is nothing to do, or when the program's file is gone; then the window
/// opens more slowly.
#[cfg(target_os = "linux")]
pub fn draw_plainly() {
    use std::os::unix::process::CommandExt;
    let (name, value) = PLAIN_DRAWING;
    if std::env::var_os(name).is_some() {
        return;
    }
    if let Ok(program) = std::env::current_exe() {
        let error = std::process::Command::new(program).env(name, value).exec();
        eprintln!("ankong-window: drawing with the graphics card: {error}");
    }
}

/// See the Linux version.
#[cfg(not(target_os = "linux"))]
pub fn draw_plainly() {}

/// Has a panic tell no more than its place, and asks the system to write no memory dump and, where it can, to let no other process of the same
/// user read this one's memory; on Linux also to end this process with its parent. Elsewhere the
/// end of the order pipe does that.
///
/// # Errors
/// The system refused; the window must not open then.
pub fn seal() -> io::Result<()> {
    // The words of a panic may be what a person typed; the place is enough to find the fault.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        eprintln!("ankong-window: a fault of this program at {place}");
    }));
    // When the parent has died before this line, the order pipe is at its end.
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    ankong_platform::dumps::forbid()
}

/// Puts standard input on nothing and standard output on standard error, so that no library can
/// speak on the pipes and no child of the web view inherits them.
///
/// # Errors
/// The system refused; the window must not open then.
#[cfg(target_os = "linux")]
pub fn close_standard_streams() -> io::Result<()> {
    rustix::stdio::dup2_stdin(std::fs::File::open("/dev/null")?)?;
    Ok(rustix::stdio::dup2_stdout(io::stderr())?)
}

/// See the Linux version.
///
/// # Errors
/// None here.
#[cfg(not(target_os = "linux"))]
pub fn close_standard_streams() -> io::Result<()> {
    Ok(())
}

/// The environment variable of WebKitGTK, and its value, for [`draw_plainly`].
pub const PLAIN_DRAWING: (&str, &str) = ("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
