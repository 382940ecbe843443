//! All the programs of one play: a reader with a virtual card, the resident program, the portal with one member.

mod card;
mod casting;
mod portal;
mod resident;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::administrator::AdministratorsFolder;
use super::ports::free_port;
use super::process::built;
use crate::{Caller, TemporaryHome, eventually};
use card::Reader;
pub use casting::{Casting, Foreign};
use portal::{Portal, Site, write_register};
use resident::Resident;

/// The programs, running. Dropping ends them and removes their files.
pub struct Ensemble {
    // Fields are dropped in this order: who talks to whom ends first.
    portal: Portal,
    resident: Resident,
    reader: Option<Reader>,
    _administrator: AdministratorsFolder,
    home: TemporaryHome,
    root: PathBuf,
    site: Site,
    first_answer: Duration,
}

impl Ensemble {
    /// The member's e-mail address.
    pub const EMAIL: &str = "member@example.tw";
    /// The member's password.
    pub const PASSWORD: &str = "Taipei+2026";
    /// The member's and cardholder's name.
    pub const NAME: &str = "王曉明";
    /// The cardholder's national ID, one that the rules for such numbers give as an example.
    pub const NATIONAL_ID: &str = "A123456789";
    /// The card's PIN.
    pub const PIN: &str = "246813";

    /// Starts everything; `say` is told each step as it is done.
    ///
    /// # Errors
    /// When a program is missing or does not start; the message says which, and what it said.
    pub fn start(casting: &Casting, say: &mut dyn FnMut(&str)) -> Result<Self> {
        let home = TemporaryHome::create()?;
        let folder = home.path().join("play");
        std::fs::create_dir(&folder)?;
        let port = casting.portal_port.map_or_else(free_port, Ok)?;
        let site = Site { name: casting.public_name, port };

        let pki = folder.join("pki");
        let image = card::issue(casting, &pki)?;
        say("a test authority and a card of its own, made now");
        let reader =
            if casting.in_process { None } else { Some(Reader::start(&image, &folder, say)?) };

        let administrator = AdministratorsFolder::create()?;
        let (mut call, root) = match &casting.foreign {
            Some(foreign) => (foreign.command(&site.origin())?, foreign.root.clone()),
            None => call_here(&administrator, &home, &pki, &site.origin())?,
        };
        if !casting.tray {
            call.arg("--headless");
        }
        if casting.in_process {
            call.arg("--virtual-card").arg(&image);
        }
        call.envs(home.environment()).envs(casting.display.clone());
        call.env("LC_ALL", "C.UTF-8").envs(reader.iter().flat_map(Reader::environment));
        let started = Instant::now();
        let port = casting.helper_port.unwrap_or(0);
        let resident = Resident::start(call, port, &folder.join("ankong.log"))?;
        let port = resident.port();
        let caller = Caller::new(port, &std::fs::read(&root)?)?;
        let own = format!("https://localhost:{port}");
        ensure!(caller.get("/v1/status", &own)?.status == 200, "no status from the program");
        let first_answer = started.elapsed();
        home.trust(&root, "Ankong localhost")?;
        say(&format!("ankong on {own}, its root trusted in this play's own store"));

        write_register(&folder, &image)?;
        let portal = Portal::start(&home, &folder, site, port)?;
        say(&format!("the portal on {}", site.origin()));
        Ok(Self {
            portal,
            resident,
            reader,
            _administrator: administrator,
            home,
            root,
            site,
            first_answer,
        })
    }

    /// The play's home.
    pub fn home(&self) -> &TemporaryHome {
        &self.home
    }

    /// The origin of the portal.
    pub fn origin(&self) -> String {
        self.site.origin()
    }

    /// What Chromium has to be told to find the portal, and to take it for a public one, where it has a public name.
    pub fn chromium_arguments(&self) -> Vec<String> {
        let Site { name, port } = self.site;
        let tell = |name| {
            vec![
                format!("--host-resolver-rules=MAP {name} 127.0.0.1"),
                format!("--ip-address-space-overrides=127.0.0.1:{port}=public"),
            ]
        };
        name.map(tell).unwrap_or_default()
    }

    /// Registers one more member, of the same name and with the same password.
    ///
    /// # Errors
    /// When the portal's program refuses; the message holds what it said.
    pub fn register(&self, account: &str) -> Result<()> {
        self.portal.register(account)
    }

    /// Makes a member a clerk.
    ///
    /// # Errors
    /// As [`Ensemble::register`].
    pub fn appoint(&self, account: &str) -> Result<()> {
        self.portal.appoint(account)
    }

    /// Ends the resident program, as its user would.
    ///
    /// # Errors
    /// When it does not run, or does not end.
    pub fn end_helper(&mut self) -> Result<()> {
        self.resident.end()
    }

    /// Starts the resident program again, where it was.
    ///
    /// # Errors
    /// When it runs, or does not start; the message holds what it said.
    pub fn start_helper(&mut self) -> Result<()> {
        self.resident.start_again()
    }

    /// Pulls the card out of the reader, and waits until the resident program knows.
    ///
    /// # Errors
    /// When there is no reader, or the program does not notice.
    pub fn pull_card(&mut self) -> Result<()> {
        self.order_card("pull", "no-card")
    }

    /// Puts the card into the reader again, and waits until the resident program knows.
    ///
    /// # Errors
    /// As [`Ensemble::pull_card`].
    pub fn insert_card(&mut self) -> Result<()> {
        self.order_card("insert", "card-ready")
    }

    fn order_card(&mut self, order: &str, state: &str) -> Result<()> {
        self.reader.as_mut().context("the card is in no reader of pcscd's")?.order(order)?;
        eventually(state, START_TIME, || {
            let mut status = Command::new(built("ankong")?);
            status.arg("status").envs(self.home.environment());
            let said = status.output()?.stdout;
            Ok(String::from_utf8_lossy(&said).contains(state).then_some(()))
        })
    }

    /// Calls the native door.
    ///
    /// # Errors
    /// When its root cannot be read.
    pub fn caller(&self) -> Result<Caller> {
        Caller::new(self.resident.port(), &std::fs::read(&self.root)?)
    }

    /// The resident program's process id; 0 while it does not run.
    pub fn helper_id(&self) -> u32 {
        self.resident.id()
    }

    /// From the start of the resident program to its first answer over HTTPS. It includes the making of root and
    /// leaves, which happens at the very first start only.
    pub fn first_answer(&self) -> Duration {
        self.first_answer
    }

    /// The trace of the commands the card was sent; none for a card in process.
    pub fn trace(&self) -> Option<PathBuf> {
        self.reader.as_ref().map(|reader| reader.trace().to_owned())
    }

    /// The test authority: root and issuing authorities, PEM.
    pub fn authority(&self, name: &str) -> PathBuf {
        self.folder().join("pki").join(name)
    }

    /// Where the programs write their logs.
    pub fn folder(&self) -> PathBuf {
        self.home.path().join("play")
    }
}

/// The call of the resident program, and where it will put its root.
fn call_here(
    administrator: &AdministratorsFolder,
    home: &TemporaryHome,
    pki: &Path,
    origin: &str,
) -> Result<(Command, PathBuf)> {
    let keys = std::fs::read_to_string(pki.join("issuer-keys.toml"))?;
    let keys = administrator.write("issuer-keys.toml", &keys)?;
    let policy = format!("allowed-origins = [{origin:?}]\nissuer-keys = {keys:?}\n");
    let policy = administrator.write("ankong.toml", &policy)?;
    let mut command = Command::new(built("ankong")?);
    command.args(["serve", "--config"]).arg(policy);
    Ok((command, home.path().join(".local/share/ankong/localhost/root.pem")))
}

/// Runs a program to its end with `input`.
fn run(mut command: Command, input: &str) -> Result<()> {
    use std::process::Stdio;
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(input.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    ensure!(
        output.status.success(),
        "{name} failed: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

const START_TIME: Duration = Duration::from_secs(30);
