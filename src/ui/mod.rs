//! What a person sees: the texts, the tray, and the window process from this side.
//!
//! Of the session it knows what a consent is, and no more.

pub mod texts;
pub mod tray;
mod window;

pub use window::WindowProcess;
