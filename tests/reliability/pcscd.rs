//! Each kind of fault once for every family over the real PC/SC service, and what takes time and no
//! processor.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

#[cfg(target_os = "linux")]
#[allow(dead_code, reason = "the same table, of which one column is used here")]
mod fault;
#[cfg(target_os = "linux")]
mod headless;
#[cfg(target_os = "linux")]
mod idle;
#[cfg(target_os = "linux")]
mod in_reader;
#[cfg(target_os = "linux")]
mod person;
#[cfg(target_os = "linux")]
mod ready;
#[cfg(target_os = "linux")]
mod request;
#[cfg(target_os = "linux")]
mod trials;
#[cfg(target_os = "linux")]
mod unannounced;
#[cfg(target_os = "linux")]
mod wake;

fn main() {
    // The service is this test's own, which pcsclite alone lets it have.
    #[cfg(target_os = "linux")]
    trials::run_apart();
}
