//! 安控 Ankong, the resident program.

use std::io::Write;
use std::time::SystemTime;

use ankong::cli::{Cli, Command, Doctor};
use ankong::endpoint::Own;
use ankong::{
    app, autostart_command, cards, doctor, module, record_card, sign, start, status, trust_command,
};
use ankong_platform::process;
use clap::Parser;

/// Threads may still speak to the smart-card service, so the process ends without letting the
/// service's library take itself apart below them.
fn main() {
    let well = run();
    process::end(if well { 0 } else { 1 })
}

/// Whether all went well.
fn run() -> bool {
    let mut well = true;
    let done = match Cli::parse().command {
        // A second start by hand means that somebody wants to see something.
        None if status::show(Own::Status).is_ok() => Ok(()),
        None => app::serve(Default::default()),
        Some(Command::Sites) => status::show(Own::Sites),
        Some(Command::Autostart(order)) => print(autostart_command::obey(order)),
        Some(Command::Serve(options)) => app::serve(options),
        Some(Command::Start) if status::status().is_ok() => Ok(()), // it runs already
        Some(Command::Start) => start::start(),
        Some(Command::Doctor(Doctor { explain: Some(text), .. })) => print(doctor::explain(&text)),
        Some(Command::Doctor(Doctor { config, report, explain: None })) => {
            let told = doctor::doctor(config, report.as_deref(), SystemTime::now());
            print(told.map(|(text, sound)| {
                well = sound;
                text
            }))
        }
        Some(Command::Status) => print(status::status().map(|line| line + "\n")),
        Some(Command::Trust(order)) => print(trust_command::obey(&order).map(|(text, done)| {
            well = done;
            text
        })),
        Some(Command::ModuleWorker) => module::serve().map_err(Into::into),
        Some(Command::Cards(options)) => print(match options.replay {
            Some(recording) => cards::replayed(&recording, options.verbose),
            None => cards::cards(options.config, options.verbose, SystemTime::now()),
        }),
        Some(Command::RecordCard(options)) => {
            print(record_card::record_card(&options.file, options.reader.as_deref()))
        }
        Some(Command::Sign(options)) => sign::sign(options).and_then(|told| {
            well = told.signed;
            print(Ok(told.text))
        }),
    };
    match done {
        Ok(()) => well,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "ankong: {error:#}");
            false
        }
    }
}

fn print(text: anyhow::Result<String>) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    out.write_all(text?.as_bytes())?;
    Ok(out.flush()?)
}
