//! A box of the system's own with a text, buttons, and a field for a secret: what is left to ask a
//! person with where no web view is.
//!
//! On Linux no toolkit is linked for it; other programs show such boxes there.

use zeroize::Zeroizing;

#[cfg(target_os = "macos")]
mod macos;
#[cfg(any(windows, test))]
mod template;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "macos")]
pub use macos::show;
#[cfg(windows)]
pub use windows::show;

/// What the box shows.
#[derive(Debug, Clone, Copy)]
pub struct NativeBox<'a> {
    /// Title of the box.
    pub title: &'a str,
    /// What went wrong before, if anything.
    pub alert: Option<&'a str>,
    /// The text, in lines.
    pub text: &'a str,
    /// In front of a field whose characters cannot be read on the screen.
    pub field: Option<&'a str>,
    /// The button that agrees; Enter presses it.
    pub yes: &'a str,
    /// A button between the two.
    pub other: Option<&'a str>,
    /// The button that refuses; Escape and the frame press it. Without it they agree.
    pub no: Option<&'a str>,
    /// After so many seconds the box goes away by itself.
    pub seconds: u16,
}

/// How the box went away.
pub enum Pressed {
    /// By the button that agrees, with what stood in the field (UTF-8).
    Yes(Zeroizing<Vec<u8>>),
    /// By the button between the two.
    Other,
    /// By the button that refuses.
    No,
    /// By itself.
    Nothing,
}
