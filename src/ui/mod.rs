//! What a person sees: the texts, the tray, the window process from this side, and a terminal.
//!
//! Of the session it knows what a consent is, and no more.

mod child;
#[cfg(not(unix))]
mod no_terminal;
pub mod panel;
mod prompt;
#[cfg(unix)]
mod terminal;
pub mod texts;
pub mod tray;
mod window;

#[cfg(not(unix))]
pub use no_terminal::Terminal;
#[cfg(unix)]
pub use terminal::Terminal;
pub use window::WindowProcess;
