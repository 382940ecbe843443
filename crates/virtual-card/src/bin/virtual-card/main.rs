//! `virtual-card`: issues test cards and puts them into readers.

mod bench;
mod control;
mod issue;
mod log;
mod order;
mod run;

use clap::Parser;

/// A citizen's smart card in software, for testers without card or reader.
#[derive(Parser)]
#[command(version)]
enum Cli {
    /// Issue a test card or a set of them, and the test PKI when there is none yet
    Issue(issue::Arguments),
    /// Put a card into a vpcd reader, and do what lines on stdin or a control page say
    Run(run::Arguments),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse() {
        Cli::Issue(arguments) => issue::run(&arguments),
        Cli::Run(arguments) => run::run(arguments),
    }
}
