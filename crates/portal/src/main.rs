//! `ankong-portal`: serves the portal, or does one of the operator's commands.

mod commands;

use std::{
    io, net::TcpListener, num::NonZeroU16, path::PathBuf, sync::Arc, thread, time::Duration,
};

use ankong_portal::{Clock, Config, Portal, serve};
use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use tokio::signal;

/// The reference portal: members become gold members with a card, through Ankong.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The configuration file (TOML).
    #[arg(long, global = true, default_value = "portal.toml")]
    config: PathBuf,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a member; without a command the portal is served.
    Seed {
        /// With this the member signs in.
        #[arg(long)]
        email: String,
        /// The name as on the card.
        #[arg(long)]
        name: String,
        /// Reads the password from the standard input: an argument could be seen by others.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Says which members decide cases on /clerk.
    #[command(subcommand)]
    Clerk(ClerkCommand),
    /// Copies the data base into a new file, while the portal runs. The keys are not in it.
    Backup {
        /// The file; it must not exist.
        file: PathBuf,
    },
    /// Seals everything anew under another key, while no portal runs.
    Rekey {
        /// The file of the new key; made where there is none.
        new_key: PathBuf,
    },
    /// Prints what happened, a line of JSON each, and whether anything of it was changed since.
    Audit,
}

#[derive(Subcommand)]
enum ClerkCommand {
    /// Makes a member a clerk.
    Add {
        /// The member's e-mail address or mobile number.
        account: String,
    },
    /// Takes it back.
    Remove {
        /// The clerk's e-mail address or mobile number.
        account: String,
    },
    /// Prints the clerks' numbers and accounts.
    List,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt().with_writer(io::stderr).with_ansi(false).init();
    let config = Config::read(&arguments.config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match arguments.command {
            None => run(config).await,
            Some(Command::Seed { email, name, password_stdin: _ }) => {
                commands::seed(config, &email, &name).await
            }
            Some(Command::Clerk(command)) => commands::clerk(config, command).await,
            Some(Command::Backup { file }) => commands::back_up(config, &file).await,
            Some(Command::Rekey { new_key }) => commands::rekey(config, &new_key).await,
            Some(Command::Audit) => commands::audit(config).await,
        }
    })
}

async fn run(config: Config) -> Result<()> {
    let (listen, origin) = (config.listen, config.origin.clone());
    let minutes = config.refresh_minutes;
    let portal = Arc::new(Portal::open(config, Clock::system()).await?);
    let listener = TcpListener::bind(listen)
        .with_context(|| format!("cannot listen on {listen}; is another program there?"))?;
    refresh_lists(portal.clone(), minutes);
    println!("ankong-portal: listening on {listen} for {origin}");
    serve(listener, portal, end()).await?;
    Ok(())
}

/// On a thread of its own, as servers take their time; it ends with the process.
fn refresh_lists(portal: Arc<Portal>, minutes: NonZeroU16) {
    let pause = Duration::from_secs(60 * u64::from(minutes.get()));
    thread::spawn(move || {
        loop {
            portal.refresh_lists();
            thread::sleep(pause);
        }
    });
}

/// SIGTERM, or Ctrl-C.
#[cfg(unix)]
async fn end() {
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut signals) => signals.recv().await,
            Err(error) => {
                tracing::warn!(%error, "SIGTERM will end the portal without a farewell");
                std::future::pending().await
            }
        }
    };
    tokio::select! {
        _ = terminated => {}
        _ = signal::ctrl_c() => {}
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
async fn end() {
    if let Err(error) = signal::ctrl_c().await {
        tracing::warn!(%error, "Ctrl-C will end the portal without a farewell");
        std::future::pending::<()>().await;
    }
}
