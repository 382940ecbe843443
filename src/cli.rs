//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// 安控 Ankong: lets a web page ask, with your consent, who you are by your smart card.
#[derive(Parser)]
#[command(version, about)]
pub struct Cli {
    /// What to do; without it, the program starts in the tray.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the program can do.
#[derive(Subcommand)]
pub enum Command {
    /// Starts the program.
    Serve(Serve),
    /// Shows every reader and card: what it is, whose, until when, and whether it can read and sign.
    Cards(Cards),
    /// Shows whether the program runs, on which port, and what the reader says.
    Status,
    /// The child process that holds a PKCS#11 module; the program starts it.
    #[command(hide = true)]
    ModuleWorker,
}

/// What to show of the cards.
#[derive(Args)]
pub struct Cards {
    /// Also which drivers did not take a card, and why.
    #[arg(short, long)]
    pub verbose: bool,
    /// The administrator's file, instead of the usual one.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// How to start.
#[derive(Args, Default)]
pub struct Serve {
    /// Without a tray icon. The window for consent and PIN still needs a display.
    #[arg(long)]
    pub headless: bool,
    /// Take this port instead of 24443, 24543 or 24643; 0 takes any free one.
    #[arg(long)]
    pub port: Option<u16>,
    /// The administrator's file, instead of the usual one.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Put this virtual card into a reader of its own instead of using the computer's readers.
    #[arg(long, value_name = "FILE")]
    pub virtual_card: Option<PathBuf>,
}
