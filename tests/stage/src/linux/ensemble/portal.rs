//! The portal of a play: its site, its settings, and the register it asks.

use std::fs::write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::x509::X509;

use super::{Ensemble, START_TIME, run};
use crate::{DemoAuthority, Environment, Process, TemporaryHome, built};

/// Where browsers find the portal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site {
    /// None is localhost.
    pub(super) name: Option<&'static str>,
    pub(super) port: u16,
}

impl Site {
    pub(super) fn origin(self) -> String {
        format!("https://{}:{}", self.name.unwrap_or("localhost"), self.port)
    }
}
/// The portal, with one member.
pub(super) struct Portal {
    config: PathBuf,
    environment: Environment,
    _process: Process,
}

impl Portal {
    pub(super) fn start(
        home: &TemporaryHome,
        folder: &Path,
        site: Site,
        helper_port: u16,
    ) -> Result<Self> {
        let config = folder.join("portal.toml");
        write(&config, settings(home, folder, site, helper_port)?)?;
        let environment = home.environment();
        register(&config, &environment, Ensemble::EMAIL)?;
        let process = Process::start(program(&config, &environment)?, &folder.join("portal.log"))?;
        process.wait_for_line("listening", START_TIME)?;
        Ok(Self { config, environment, _process: process })
    }

    /// One more member, of the same name and with the same password.
    pub(super) fn register(&self, account: &str) -> Result<()> {
        register(&self.config, &self.environment, account)
    }

    pub(super) fn appoint(&self, account: &str) -> Result<()> {
        let mut command = program(&self.config, &self.environment)?;
        command.args(["clerk", "add", account]);
        run(command, "")
    }
}

fn program(config: &Path, environment: &Environment) -> Result<Command> {
    let mut command = Command::new(built("ankong-portal")?);
    command.arg("--config").arg(config).envs(environment.iter().cloned());
    Ok(command)
}

fn register(config: &Path, environment: &Environment, account: &str) -> Result<()> {
    let mut seed = program(config, environment)?;
    seed.args(["seed", "--email", account, "--name", Ensemble::NAME, "--password-stdin"]);
    run(seed, Ensemble::PASSWORD)
}

/// What the portal is told. Its authority is made now, and trusted in the play's home.
fn settings(home: &TemporaryHome, folder: &Path, site: Site, helper_port: u16) -> Result<String> {
    let names: Vec<&str> = site.name.into_iter().collect();
    let authority = DemoAuthority::create_for(folder, &names)?;
    home.trust(authority.root(), "play site")?;
    Ok(format!(
        "listen = \"127.0.0.1:{}\"\norigin = {:?}\n\
         certificate = {:?}\nprivate-key = {:?}\ndatabase = \"portal.sqlite\"\n\
         national-id-key = \"national-id.key\"\nintermediates = [\"pki/ca-g2.pem\", \"pki/ca-g3.pem\"]\n\
         policy = \"2.16.886.101.0.3.3\"\nhelper-ports = [{helper_port}]\noutbox = true\n\
         [id-check]\nsimulator = \"register.txt\"\n\
         [[anchors]]\nfile = \"pki/root.pem\"\nsha256 = \"{}\"\n\
         [[revocation]]\nauthority = \"pki/ca-g2.pem\"\ncrl = \"pki/ca-g2.crl\"\n\
         [[revocation]]\nauthority = \"pki/ca-g3.pem\"\ncrl = \"pki/ca-g3.crl\"\n",
        site.port,
        site.origin(),
        authority.certificate(),
        authority.key(),
        fingerprint(&folder.join("pki/root.pem"))?,
    ))
}

/// What the portal has in place of a register: the card's holder and their national ID.
pub(super) fn write_register(folder: &Path, image: &Path) -> Result<()> {
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
