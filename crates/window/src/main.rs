//! Started by the resident program when a person has to decide or to look. Takes no argument: everything
//! comes by the inherited pipe, and nothing of it is left when the process ends.

// Windows would open a console window beside it.
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::convert::Infallible;
use std::process::ExitCode;
use std::time::Instant;

use ankong_window::consent::Consent;
use ankong_window::panel::Desk;
use ankong_window::pipes::{First, Pipes};
use ankong_window::{process, view};
use anyhow::Context;

fn main() -> ExitCode {
    if std::env::args_os().len() > 1 {
        eprintln!("ankong-window: takes no arguments; it is started by ankong");
        return ExitCode::from(2);
    }
    process::draw_plainly();
    match ask() {
        Ok(None) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ankong-window: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn ask() -> anyhow::Result<Option<Infallible>> {
    process::seal().context("the system refused to protect this process")?;
    let mut pipes = Pipes::take()?;
    process::close_standard_streams().context("the standard streams cannot be closed")?;
    Ok(match pipes.first()? {
        None => None,
        Some(First::Question(prompt)) => {
            Some(view::run(Consent::new(*prompt, Instant::now()), pipes)?)
        }
        Some(First::Panel(panel)) => Some(view::run(Desk::new(*panel), pipes)?),
    })
}
