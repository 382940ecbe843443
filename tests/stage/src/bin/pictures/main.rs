//! `make pictures`: every page of the real window, in both languages, light and dark, as PNG files to
//! be looked at.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod gallery;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("pictures: names the folder to write into; `make pictures` does");
        return ExitCode::from(2);
    };
    let only = std::env::args().nth(2).unwrap_or_default();
    match gallery::fill(std::path::Path::new(&folder), &only) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pictures: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("pictures: starts a display of its own, which Linux alone lets it do");
    ExitCode::FAILURE
}
