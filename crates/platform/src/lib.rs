//! What each operating system has to be asked in its own way, a file for each system, and the few
//! unsafe calls that takes. Every other crate forbids unsafe code.
//!
//! Refuses to know why anybody asks.

pub mod administrators;
pub mod dumps;
pub mod process;
