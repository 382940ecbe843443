//! The native door over the real PC/SC service: readers, cards coming and going, the service
//! dying, and what each costs in PIN tries.

#[cfg(any(target_os = "linux", windows))]
#[path = "../support/mod.rs"]
mod support;
#[cfg(any(target_os = "linux", windows))]
mod trials;

fn main() {
    // The service is this test's own, which pcsclite alone lets it have; Wine's programs reach one by a shim.
    #[cfg(any(target_os = "linux", windows))]
    trials::run_apart();
}
