//! The command line at work: the program, started with a home and a PC/SC service of its own, and
//! cards put into that service's reader.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use ankong_peer_pkcs11::Script;
use ankong_stage::{AdministratorsFolder, PrivatePcscd, TemporaryHome, eventually};
use virtual_card::vpcd::{self, Insertion};

use super::cards::{AUTHORITY, BoxedCard};

const PATIENCE: Duration = Duration::from_secs(20);

pub struct Bench {
    pub pcscd: PrivatePcscd,
    pub home: TemporaryHome,
    folder: AdministratorsFolder,
}

/// What a program said, and how it ended.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub output: String,
    pub errors: String,
}

impl Bench {
    pub fn new() -> Self {
        let (pcscd, home) = (PrivatePcscd::start().unwrap(), TemporaryHome::create().unwrap());
        Self { pcscd, home, folder: AdministratorsFolder::create().unwrap() }
    }

    /// The program, which speaks English here and has no display.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ankong"));
        command.args(arguments).envs(self.home.environment()).envs(self.pcscd.environment());
        command.env("LC_ALL", "en_US.UTF-8");
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"] {
            command.env_remove(name);
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Said {
        Said::by(&mut self.command(arguments))
    }

    /// What `work` finds while the card is in the first reader.
    pub fn with_card<T>(&self, card: BoxedCard, work: impl FnOnce() -> T) -> T {
        let insertion = self.insert(card);
        let found = work();
        self.pull(insertion);
        found
    }

    pub fn insert(&self, card: BoxedCard) -> Insertion<BoxedCard> {
        let insertion = vpcd::serve(card, self.pcscd.vpcd_port(), |_| {}).unwrap();
        eventually("the card is seen", PATIENCE, || {
            let said = self.run(&["cards"]).output;
            Ok((!said.lines().next().unwrap_or("empty").ends_with("empty")).then_some(()))
        })
        .unwrap();
        insertion
    }

    pub fn pull(&self, insertion: Insertion<BoxedCard>) {
        insertion.pull();
        eventually("the reader is empty again", PATIENCE, || {
            let said = self.run(&["cards"]).output;
            Ok(said.lines().all(|line| line.ends_with("empty")).then_some(()))
        })
        .unwrap();
    }

    /// The administrator's file, which names the issuer's keys.
    pub fn with_keys(&self) -> String {
        let keys = self.folder.write("keys.toml", &AUTHORITY.issuer_keys_toml()).unwrap();
        let path = self.folder.write("ankong.toml", &format!("issuer-keys = {keys:?}\n")).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The administrator's file, which names this module.
    pub fn with_module(&self, script: &Script) -> String {
        let folder = self.path("module");
        std::fs::create_dir(&folder).unwrap();
        let library = script.place(&folder).unwrap();
        let path = self.folder.write("ankong.toml", &format!("modules = [{library:?}]\n")).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }
}

impl Said {
    pub fn by(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (output, errors, code) =
            (text(output.stdout), text(output.stderr), output.status.code());
        Self { code, output, errors }
    }
}
