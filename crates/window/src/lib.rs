//! The window in which a person sees who asks, agrees or refuses, and types the PIN.
//!
//! A process of its own, because a web view is heavy and because what it has seen of a PIN ends
//! with it. It takes orders on one pipe and answers on another ([`ankong_dialog`]).
//!
//! Refuses to know cards, readers, sites and languages: every sentence arrives written out.

pub mod consent;
pub mod conversation;
pub mod key_gate;
pub mod page;
pub mod panel;
pub mod pin_buffer;
pub mod pipes;
pub mod process;
pub mod view;

mod assets;
mod clock;
mod covered;
mod geometry;
mod platform;
mod readable;
mod visible;
