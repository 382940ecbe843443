//! What a person sees: the texts, the tray, the window process from this side, and a terminal.
//!
//! Of the session it knows what a consent is, and no more.

mod child;
mod ending;
#[cfg(test)]
mod kept;
mod ladder;
pub mod native;
#[cfg(not(unix))]
mod no_terminal;
pub mod panel;
mod printable;
mod prompt;
#[cfg(test)]
mod questions;
#[cfg(unix)]
mod terminal;
pub mod texts;
pub mod tray;
mod window;

pub use ladder::Ladder;
#[cfg(not(unix))]
pub use no_terminal::Terminal;
#[cfg(unix)]
pub use terminal::Terminal;
