//! `make demo`: the whole product once, from a fresh test card to a gold member.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod play;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    play::demo()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!(
        "demo: starts a pcscd and a display of its own, which Linux alone lets it do; see docs/building.md"
    );
    ExitCode::FAILURE
}
