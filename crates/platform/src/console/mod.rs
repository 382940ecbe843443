//! The console a program was started from. On Windows a program with a tray icon has none of its
//! own: one would stand open behind the icon as long as it runs. So it borrows its starter's.

#[cfg(windows)]
mod windows;

/// Writes where the program was started from, if that was a console. What was redirected stays so.
/// Nothing happens elsewhere than on Windows: there it is so already.
pub fn borrow() {
    #[cfg(windows)]
    windows::borrow();
}

/// Gives it back, so that closing that console does not end this program.
pub fn give_back() {
    #[cfg(windows)]
    windows::give_back();
}
