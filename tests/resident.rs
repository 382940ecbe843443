//! The resident program is small because of what it does not link.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

use std::process::Command;

#[test]
fn the_resident_program_links_no_web_view_and_no_toolkit() {
    let program = env!("CARGO_BIN_EXE_ankong");
    let output = Command::new("ldd").arg(program).output().unwrap();
    let libraries = String::from_utf8(output.stdout).unwrap();
    assert!(libraries.contains("libpcsclite"), "ldd shows no libraries: {libraries}");
    for heavy in ["webkit", "javascriptcore", "gtk", "gdk", "libX11", "libwayland"] {
        assert!(!libraries.contains(heavy), "{heavy} in {libraries}");
    }
}
