//! 安控 Ankong, the resident program.

use std::io::Write;
use std::process::ExitCode;
use std::time::SystemTime;

use ankong::cli::{Cli, Command, Doctor};
use ankong::{app, cards, doctor, module, record_card, sign, status};
use clap::Parser;

fn main() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    let done = match Cli::parse().command {
        None => app::serve(Default::default()),
        Some(Command::Serve(options)) => app::serve(options),
        Some(Command::Doctor(Doctor { explain: Some(text), .. })) => print(doctor::explain(&text)),
        Some(Command::Doctor(Doctor { config, report, explain: None })) => {
            let told = doctor::doctor(config, report.as_deref(), SystemTime::now());
            print(told.map(|(text, well)| {
                code = if well { ExitCode::SUCCESS } else { ExitCode::FAILURE };
                text
            }))
        }
        Some(Command::Status) => print(status::status().map(|line| line + "\n")),
        Some(Command::ModuleWorker) => module::serve().map_err(Into::into),
        Some(Command::Cards(options)) => print(match options.replay {
            Some(recording) => cards::replayed(&recording, options.verbose),
            None => cards::cards(options.config, options.verbose, SystemTime::now()),
        }),
        Some(Command::RecordCard(options)) => {
            print(record_card::record_card(&options.file, options.reader.as_deref()))
        }
        Some(Command::Sign(options)) => sign::sign(options).and_then(|told| {
            code = if told.signed { ExitCode::SUCCESS } else { ExitCode::FAILURE };
            print(Ok(told.text))
        }),
    };
    match done {
        Ok(()) => code,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "ankong: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn print(text: anyhow::Result<String>) -> anyhow::Result<()> {
    Ok(std::io::stdout().write_all(text?.as_bytes())?)
}
