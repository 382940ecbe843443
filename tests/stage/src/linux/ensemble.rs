//! All the programs of one play: a reader with a virtual card, the resident program, the portal with one member.

use std::fs::write;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::x509::X509;

use super::administrator::AdministratorsFolder;
use super::process::{Process, built};
use crate::{Caller, DemoAuthority, Environment, PrivatePcscd, TemporaryHome};

/// Who plays, and where.
#[derive(Debug, Clone, Default)]
pub struct Casting {
    /// The screen for the windows.
    pub display: Environment,
    /// The resident program sits in the tray too.
    pub tray: bool,
    /// Its port; any free one if left out.
    pub helper_port: Option<u16>,
    /// The portal's port; any free one if left out.
    pub portal_port: Option<u16>,
    /// The virtual card is in a reader of the resident program's own, not in one of pcscd's.
    pub in_process: bool,
    /// The resident program of another system, in place of the one that was built for this.
    pub foreign: Option<Foreign>,
    /// What is wrong with the card, as `virtual-card issue --condition` names it; nothing if left out.
    pub condition: Option<&'static str>,
    /// The name on the card; the member's if left out.
    pub holder: Option<&'static str>,
}

/// How a resident program of another system is started here.
#[derive(Debug, Clone)]
pub struct Foreign {
    /// What runs it.
    pub runner: PathBuf,
    /// The program, as the runner knows it.
    pub program: String,
    /// What the runner wants in its environment.
    pub environment: Environment,
    /// Where the program's root lies, seen from here.
    pub root: PathBuf,
    /// The user's list of sites, seen from here. The administrator's file is that system's own matter.
    pub origins: PathBuf,
}

impl Foreign {
    /// The call of the program, which may serve this site.
    fn command(&self, origin: &str) -> Result<Command> {
        std::fs::create_dir_all(self.origins.parent().context("a list in no folder")?)?;
        write(&self.origins, format!("allowed-origins = [{origin:?}]\n"))?;
        let mut command = Command::new(&self.runner);
        // What it is told of the files here is read from the root of this file system.
        command.arg(&self.program).current_dir("/").arg("serve");
        command.envs(self.environment.iter().cloned());
        Ok(command)
    }
}

/// The programs, running. Dropping ends them and removes their files.
pub struct Ensemble {
    // Fields are dropped in this order: who talks to whom ends first.
    _portal: Process,
    helper: Process,
    card: Option<Process>,
    _pcscd: Option<PrivatePcscd>,
    _administrator: AdministratorsFolder,
    home: TemporaryHome,
    helper_port: u16,
    root: PathBuf,
    portal_port: u16,
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
        let portal_port = casting.portal_port.map_or_else(free_port, Ok)?;
        let origin = format!("https://localhost:{portal_port}");

        let pki = folder.join("pki");
        let mut issue = Command::new(built("virtual-card")?);
        issue.args(["issue", "--name", casting.holder.unwrap_or(Self::NAME)]);
        issue.args(["--id", Self::NATIONAL_ID]);
        issue.args(casting.condition.iter().flat_map(|condition| ["--condition", condition]));
        issue.args(["--file", "member", "--out"]).arg(&pki);
        if casting.foreign.is_some() {
            // The keys to a citizen's card are the administrator's to give.
            issue.args(["--profile", "piv"]);
        }
        run(issue, "")?;
        let image = pki.join("cards/member.toml");
        set_pin(&image, Self::PIN)?;
        say("a test authority and a card of its own, made now");

        let (pcscd, card) = if casting.in_process {
            (None, None)
        } else {
            let pcscd = PrivatePcscd::start()?;
            say(&format!(
                "pcscd with a virtual reader on port {} (open while this runs)",
                pcscd.vpcd_port()
            ));
            let card = insert(&image, pcscd.vpcd_port(), &folder)?;
            say("the card is in the reader");
            (Some(pcscd), Some(card))
        };

        let administrator = AdministratorsFolder::create()?;
        let (mut command, root) = match &casting.foreign {
            Some(foreign) => (foreign.command(&origin)?, foreign.root.clone()),
            None => resident(&administrator, &home, &pki, &origin)?,
        };
        command.args(["--port", &casting.helper_port.unwrap_or(0).to_string()]);
        if !casting.tray {
            command.arg("--headless");
        }
        if casting.in_process {
            command.arg("--virtual-card").arg(&image);
        }
        command.envs(home.environment()).envs(casting.display.clone());
        command.env("LC_ALL", "C.UTF-8").envs(pcscd.iter().flat_map(PrivatePcscd::environment));
        let started = Instant::now();
        let helper = Process::start(command, &folder.join("ankong.log"))?;
        let line = helper.wait_for_line("https://localhost:", START_TIME)?;
        let port = line.rsplit(':').next().context("no port")?.parse()?;
        let caller = Caller::new(port, &std::fs::read(&root)?)?;
        let own = format!("https://localhost:{port}");
        ensure!(caller.get("/v1/status", &own)?.status == 200, "no status from the program");
        let first_answer = started.elapsed();
        home.trust(&root, "Ankong localhost")?;
        say(&format!("ankong on {own}, its root trusted in this play's own store"));

        register(&folder, &image)?;
        let portal = portal(&home, &folder, &pki, portal_port, port)?;
        say(&format!("the portal on {origin}"));
        Ok(Self {
            _portal: portal,
            helper,
            card,
            _pcscd: pcscd,
            _administrator: administrator,
            home,
            helper_port: port,
            root,
            portal_port,
            first_answer,
        })
    }

    /// The play's home.
    pub fn home(&self) -> &TemporaryHome {
        &self.home
    }

    /// The origin of the portal.
    pub fn origin(&self) -> String {
        format!("https://localhost:{}", self.portal_port)
    }

    /// Calls the native door.
    ///
    /// # Errors
    /// When its root cannot be read.
    pub fn caller(&self) -> Result<Caller> {
        Caller::new(self.helper_port, &std::fs::read(&self.root)?)
    }

    /// The resident program's process id.
    pub fn helper_id(&self) -> u32 {
        self.helper.id()
    }

    /// From the start of the resident program to its first answer over HTTPS. It includes the making of root and
    /// leaves, which happens at the very first start only.
    pub fn first_answer(&self) -> Duration {
        self.first_answer
    }

    /// The trace of the commands the card was sent; none for a card in process.
    pub fn trace(&self) -> Option<PathBuf> {
        self.card.as_ref().map(|_| self.folder().join("card.trace"))
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

/// Another PIN than the one every test card begins with, and on nobody's command line.
fn set_pin(image: &Path, pin: &str) -> Result<()> {
    let text = std::fs::read_to_string(image)?;
    let begin = text.find("\npin = \"").context("no PIN in the card's file")?;
    let (before, after) = text.split_at(begin);
    let rest = after.get(1..).and_then(|after| after.split_once('\n')).map(|(_, rest)| rest);
    write(image, format!("{before}\npin = \"{pin}\"\n{}", rest.context("a torn file")?))?;
    Ok(())
}

fn insert(image: &Path, port: u16, folder: &Path) -> Result<Process> {
    let mut command = Command::new(built("virtual-card")?);
    command.arg("run").arg(image).args(["--port", &port.to_string()]);
    command.arg("--trace").arg(folder.join("card.trace"));
    let card = Process::start(command, &folder.join("card.log"))?;
    card.wait_for_line("has taken the card", START_TIME)?;
    Ok(card)
}

fn portal(
    home: &TemporaryHome,
    folder: &Path,
    pki: &Path,
    port: u16,
    helper_port: u16,
) -> Result<Process> {
    let site = DemoAuthority::create(folder)?;
    home.trust(site.root(), "play site")?;
    let config = folder.join("portal.toml");
    let text = format!(
        "listen = \"127.0.0.1:{port}\"\norigin = \"https://localhost:{port}\"\n\
         certificate = {:?}\nprivate-key = {:?}\ndatabase = \"portal.sqlite\"\n\
         national-id-key = \"national-id.key\"\nintermediates = [\"pki/ca-g2.pem\", \"pki/ca-g3.pem\"]\n\
         policy = \"2.16.886.101.0.3.3\"\nhelper-ports = [{helper_port}]\noutbox = true\n\
         [id-check]\nsimulator = \"register.txt\"\n\
         [[anchors]]\nfile = \"pki/root.pem\"\nsha256 = \"{}\"\n\
         [[revocation]]\nauthority = \"pki/ca-g2.pem\"\ncrl = \"pki/ca-g2.crl\"\n\
         [[revocation]]\nauthority = \"pki/ca-g3.pem\"\ncrl = \"pki/ca-g3.crl\"\n",
        site.certificate(),
        site.key(),
        fingerprint(&pki.join("root.pem"))?,
    );
    write(&config, text)?;
    let program = || -> Result<Command> {
        let mut command = Command::new(built("ankong-portal")?);
        command.arg("--config").arg(&config).envs(home.environment());
        Ok(command)
    };
    let mut seed = program()?;
    seed.args(["seed", "--email", Ensemble::EMAIL, "--name", Ensemble::NAME, "--password-stdin"]);
    run(seed, Ensemble::PASSWORD)?;
    let portal = Process::start(program()?, &folder.join("portal.log"))?;
    portal.wait_for_line("listening", START_TIME)?;
    Ok(portal)
}

/// What the portal has in place of a register: the card's holder and their national ID.
fn register(folder: &Path, image: &Path) -> Result<()> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    let text = std::fs::read_to_string(image)?;
    let (_, signature) = text
        .split_once(&format!("signature = \"\"\"\n{BEGIN}"))
        .context("no certificate in the card's file")?;
    let certificate = X509::from_pem(format!("{BEGIN}{signature}").as_bytes())?;
    let mut numbers = certificate.subject_name().entries_by_nid(Nid::SERIALNUMBER);
    let number = numbers.next().context("no serial number in the certificate")?;
    let number = std::str::from_utf8(number.data().as_slice())?;
    let file = folder.join("register.txt");
    write(&file, format!("{number} {}\n", Ensemble::NATIONAL_ID))?;
    Ok(std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))?)
}

/// SHA-256 of a certificate (PEM), in hexadecimal.
fn fingerprint(certificate: &Path) -> Result<String> {
    let certificate = X509::from_pem(&std::fs::read(certificate)?)?;
    let digest = certificate.digest(MessageDigest::sha256())?;
    Ok(digest.iter().map(|octet| format!("{octet:02x}")).collect())
}

/// The call of the resident program, and where it will put its root.
fn resident(
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

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

const START_TIME: Duration = Duration::from_secs(30);
