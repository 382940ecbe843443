//! 安控 Ankong, the resident program.

// Windows would open a console window for it at every start.
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::io::Write;
use std::time::SystemTime;

use ankong::cli::{Cli, Command, Doctor, Serve};
use ankong::endpoint::Own;
use ankong::ui::native;
use ankong::{
    app, autostart_command, cards, doctor, module, record_card, running, selftest, sign, start,
    trust_command,
};
use ankong_platform::{console, process};
use clap::Parser;

/// Threads may still speak to the smart-card service, so the process ends without letting the
/// service's library take itself apart below them.
fn main() {
    console::borrow();
    let well = run();
    process::end(if well { 0 } else { 1 })
}

/// Whether all went well.
fn run() -> bool {
    let mut well = true;
    let done = match Cli::parse().command {
        None => serve(Default::default()),
        Some(Command::Sites) => running::show(Own::Sites),
        Some(Command::Quit) => running::quit(),
        Some(Command::Autostart(order)) => print(changed(autostart_command::obey(order))),
        Some(Command::Serve(options)) => serve(options),
        Some(Command::Start(_)) if running::show(Own::Status).is_ok() => Ok(()), // it runs already
        // They were understood; the program that is started gets them as they are.
        Some(Command::Start(_)) => start::start(&std::env::args_os().skip(2).collect::<Vec<_>>()),
        Some(Command::Doctor(Doctor { explain: Some(text), .. })) => print(doctor::explain(&text)),
        Some(Command::Doctor(Doctor { config, report, explain: None })) => {
            let told = doctor::doctor(config, report.as_deref(), SystemTime::now());
            print(told.map(|(text, sound)| {
                well = sound;
                text
            }))
        }
        Some(Command::Status) => print(running::status().map(|line| line + "\n")),
        Some(Command::Trust(order)) => {
            print(changed(trust_command::obey(&order)).map(|(text, done)| {
                well = done;
                text
            }))
        }
        Some(Command::Selftest) => print(selftest::selftest().map(|passed| passed.to_string())),
        Some(Command::Dialog) => native::serve().map_err(Into::into),
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

/// Runs the program. A second start means that somebody wants to see something.
fn serve(options: Serve) -> anyhow::Result<()> {
    let seen = !options.headless;
    if seen {
        console::give_back();
    }
    match app::serve(options) {
        Err(error) if seen && error.is::<app::AlreadyRuns>() => running::show(Own::Status),
        done => done,
    }
}

/// Has the running program, if one runs, show what has been changed beside it.
fn changed<T>(done: anyhow::Result<T>) -> anyhow::Result<T> {
    let _ = running::show(Own::Changed); // mostly none runs
    done
}

fn print(text: anyhow::Result<String>) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    out.write_all(text?.as_bytes())?;
    Ok(out.flush()?)
}
