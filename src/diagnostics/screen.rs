//! Whether there is a screen for the window.

use super::outcome::Display;

/// On Linux, a Wayland compositor or an X server that can be reached; the other systems have one
/// wherever a person is logged in.
#[cfg(target_os = "linux")]
pub(super) fn look() -> Display {
    use std::os::unix::net::UnixStream;
    use std::path::{Path, PathBuf};
    let named = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let wayland = named("WAYLAND_DISPLAY").is_some_and(|display| {
        let folder = named("XDG_RUNTIME_DIR").map(PathBuf::from).unwrap_or_default();
        UnixStream::connect(folder.join(display)).is_ok()
    });
    let x11 = named("DISPLAY").is_some_and(|display| match display.strip_prefix(':') {
        Some(number) => {
            let number = number.split('.').next().unwrap_or_default();
            UnixStream::connect(Path::new("/tmp/.X11-unix").join(format!("X{number}"))).is_ok()
        }
        None => true, // on another computer; the window will find out
    });
    if wayland || x11 { Display::Present } else { Display::None }
}

/// See there.
#[cfg(not(target_os = "linux"))]
pub(super) fn look() -> Display {
    Display::Present
}
