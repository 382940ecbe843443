//! The process that holds a PKCS#11 module (PKCS #11 2.40) and what is said to it: `ankong` itself, and for 32-bit modules on a
//! 64-bit Windows the program `ankong-module32`, for a process loads libraries of its own kind only. So this knows neither
//! OpenSSL nor certificates, and the program is small.
//!
//! Refuses to know who started it and how it is shut in.

mod loaded;
mod objects;
mod return_code;
mod serve;
#[cfg(windows)]
mod windows;
pub mod wire;

pub use serve::serve;
#[cfg(windows)]
pub use windows::denied;
