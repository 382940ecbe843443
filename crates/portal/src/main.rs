//! `ankong-portal`: serves the portal, makes a member, or says who is a clerk.

use std::{
    io::{self, Read},
    net::TcpListener,
    num::NonZeroU16,
    path::PathBuf,
    sync::Arc,
    thread,
    time::Duration,
};

use ankong_portal::{Clock, Config, NewMember, Portal, Store, hash_password, serve};
use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use tokio::signal;
use zeroize::Zeroizing;

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
                seed(config, &email, &name).await
            }
            Some(Command::Clerk(command)) => clerk(config, command).await,
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

async fn seed(config: Config, email: &str, name: &str) -> Result<()> {
    let mut password = Zeroizing::new(String::new());
    io::stdin().read_to_string(&mut password).context("cannot read the password")?;
    let password = password.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("the password is empty; write it to the standard input");
    }
    let password_hash = hash_password(password)?;
    let store = Store::open(&config.database, &config.data_key).await?;
    let member = NewMember { account: email, name, password_hash: &password_hash };
    let id = store.add_member(member, Clock::system().now()).await?;
    store.close().await;
    println!("ankong-portal: made member {id}");
    Ok(())
}

async fn clerk(config: Config, command: ClerkCommand) -> Result<()> {
    let store = Store::open(&config.database, &config.data_key).await?;
    match command {
        ClerkCommand::Add { account } => {
            if !store.appoint_clerk(&account, Clock::system().now()).await? {
                bail!("no member has this account");
            }
            println!("ankong-portal: made a clerk");
        }
        ClerkCommand::Remove { account } => {
            if !store.dismiss_clerk(&account).await? {
                bail!("no clerk has this account");
            }
            println!("ankong-portal: a clerk no more");
        }
        ClerkCommand::List => {
            for id in store.clerks().await? {
                if let Some(member) = store.member(id).await? {
                    println!("{id} {}", member.account);
                }
            }
        }
    }
    store.close().await;
    Ok(())
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
