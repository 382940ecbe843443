//! The native door over the real PC/SC service: readers, cards coming and going, the service
//! dying, and what each costs in PIN tries.

#[cfg(target_os = "linux")]
#[path = "../support/mod.rs"]
mod support;
#[cfg(target_os = "linux")]
mod trials;

fn main() {
    // The service is this test's own, which pcsclite alone lets it have.
    #[cfg(target_os = "linux")]
    trials::run_apart();
}
