//! 安控 Ankong, the resident program.

use std::io::Write;
use std::process::ExitCode;
use std::time::SystemTime;

use ankong::cli::{Cli, Command};
use ankong::{app, cards, record_card, status};
use clap::Parser;

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        None => app::serve(Default::default()),
        Some(Command::Serve(options)) => app::serve(options),
        Some(Command::Status) => print(status::status().map(|line| line + "\n")),
        Some(Command::Cards(options)) => print(match options.replay {
            Some(recording) => cards::replayed(&recording, options.verbose),
            None => cards::cards(options.config, options.verbose, SystemTime::now()),
        }),
        Some(Command::RecordCard(options)) => {
            print(record_card::record_card(&options.file, options.reader.as_deref()))
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

fn print(text: anyhow::Result<String>) -> anyhow::Result<()> {
    Ok(std::io::stdout().write_all(text?.as_bytes())?)
}
