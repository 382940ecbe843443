//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// 安控 Ankong: lets a web page ask, with your consent, who you are by your smart card.
#[derive(Parser)]
#[command(version, about)]
pub struct Cli {
    /// What to do; without it, the program runs in the tray.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the program can do.
#[derive(Subcommand)]
pub enum Command {
    /// Runs the program; a second start shows the window of the first.
    Serve(Serve),
    /// Has the program run, and again should it crash: what the login starts.
    Start(Serve),
    /// Shows every reader and card: what it is, whose, until when, and whether it can read and sign.
    Cards(Cards),
    /// Writes down how a card is read, without its holder, to send to the project.
    RecordCard(RecordCard),
    /// Looks for what stands in the way, with remedies and a code to read out on the phone; ends
    /// with 1 when there is a fault.
    Doctor(Doctor),
    /// Makes the token a site would get, here: for people who want to see one, and for support.
    Sign(Sign),
    /// Shows in a window which sites may use the program and which asked; there you allow them.
    Sites,
    /// Ends the running program, if one runs; installers do so before they replace it.
    Quit,
    /// Shows whether the program runs, on which port, and what the reader says.
    Status,
    /// Shows whether browsers trust this computer's certificate of localhost, has them do so, or
    /// takes it back; without that, pages cannot reach the program.
    #[command(subcommand)]
    Trust(Trust),
    /// Whether the program starts when you log in; or has it do so, or not any more.
    #[command(subcommand)]
    Autostart(Autostart),
    /// Tries the program out: a virtual card signs in over HTTPS, and the token is verified. Needs
    /// neither reader nor window, and leaves nothing.
    Selftest,
    /// The child process that asks the person where there is no window; the program starts it.
    #[command(hide = true)]
    Dialog,
    /// The child process that holds a PKCS#11 module; the program starts it.
    #[command(hide = true)]
    ModuleWorker,
}

/// What to do about the start at login.
#[derive(Subcommand, Clone, Copy)]
pub enum Autostart {
    /// Starts at login from now on.
    On,
    /// Does not start at login any more.
    Off,
    /// Tells which it is.
    Status,
}

/// What to do about trust.
#[derive(Subcommand)]
pub enum Trust {
    /// Looks into each store of this user's browsers; ends with 1 unless all of them trust it.
    Status,
    /// Puts the certificate into each store; Windows and macOS ask first. Ends with 1 unless all
    /// took it.
    Install,
    /// Takes every certificate of this program's out of each store.
    Remove {
        /// Also deletes the certificates of localhost and their keys; for uninstalling.
        #[arg(long)]
        everything: bool,
    },
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
    /// Read a recording in place of the readers; see `record-card`.
    #[arg(long, value_name = "FILE", conflicts_with = "config")]
    pub replay: Option<PathBuf>,
}

/// What to prove, and to whom.
#[derive(Args)]
pub struct Sign {
    /// The site's challenge: base64 of 44 to 128 characters.
    #[arg(long, value_name = "TEXT")]
    pub challenge: String,
    /// The site the proof is for, such as https://id.taipei. It is worth nothing elsewhere.
    #[arg(long, value_name = "URL")]
    pub origin: String,
    /// What for; it is shown with the question.
    #[arg(long, value_name = "TEXT")]
    pub purpose: Option<String>,
    /// One line of JSON, also where there is no token.
    #[arg(long)]
    pub json: bool,
    /// The administrator's file, instead of the usual one.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// What to do with what is found.
#[derive(Args)]
pub struct Doctor {
    /// Also writes a report to send, without names, card numbers and national IDs.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Prints what is behind a code instead.
    #[arg(long, value_name = "CODE", conflicts_with_all = ["report", "config"])]
    pub explain: Option<String>,
    /// The administrator's file, instead of the usual one.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// What to write down, and where.
#[derive(Args)]
pub struct RecordCard {
    /// The file to write; it must not be there yet.
    pub file: PathBuf,
    /// The reader with the card, where several hold one.
    #[arg(long, value_name = "NAME")]
    pub reader: Option<String>,
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
    /// Ask this PKCS#11 module first about cards that no driver signs with; may be given again.
    #[arg(long = "module", value_name = "FILE")]
    pub modules: Vec<PathBuf>,
    /// Put this virtual card into a reader of its own instead of using the computer's readers.
    #[arg(long, value_name = "FILE")]
    pub virtual_card: Option<PathBuf>,
}
