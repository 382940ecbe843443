//! `virtual-card`: issues test cards and puts them into readers.

mod insert;
mod issue;

use clap::Parser;

/// A citizen's smart card in software, for testers without card or reader.
#[derive(Parser)]
#[command(version)]
enum Cli {
    /// Issue a test card, and the test PKI when there is none yet
    Issue(issue::Arguments),
    /// Put a card into a vpcd reader; the lines `pull` and `insert` on stdin move it
    Insert(insert::Arguments),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse() {
        Cli::Issue(arguments) => issue::run(&arguments),
        Cli::Insert(arguments) => insert::run(&arguments),
    }
}
