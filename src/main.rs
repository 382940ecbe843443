//! 安控 Ankong, the resident program.

use std::io::Write;
use std::process::ExitCode;

use ankong::cli::{Cli, Command};
use ankong::{app, status};
use clap::Parser;

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        None => app::serve(Default::default()),
        Some(Command::Serve(options)) => app::serve(options),
        Some(Command::Status) => {
            status::status().and_then(|line| Ok(writeln!(std::io::stdout(), "{line}")?))
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "ankong: {error:#}");
            ExitCode::FAILURE
        }
    }
}
