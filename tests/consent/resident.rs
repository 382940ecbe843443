//! The resident program in a folder of its own, beside a window program of the test's choice.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use ankong_stage::{
    Answer, Caller, Environment, Process, TemporaryHome, VirtualDisplay, built, eventually,
    install_program,
};
use openssl::ssl::SslStream;
use std::io::Write;
use std::net::TcpStream;
use std::process::Command;
use virtual_card::issue::KeyKind;
use virtual_card::{CardImage, Profile};

use crate::support::{AUTHENTICATE, authentication, cards, challenge};

/// A site that may call, of the built-in list.
pub(crate) const SITE: &str = "https://id.taipei";
/// Generous: two processors may be busy with other tests.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// The title of every window and box of the question.
pub(crate) const TITLE: &str = "^安控";

/// What stands where the window's program has to be.
pub(crate) enum WindowProgram {
    AsBuilt,
    Missing,
    /// A script in its place.
    Script(&'static str),
}

/// `ankong serve` with a virtual card, and the folder it lies in.
pub(crate) struct Resident {
    pub(crate) process: Process,
    caller: Arc<Caller>,
    home: TemporaryHome,
}

impl Resident {
    /// With the window's program as it is built, on this display.
    pub(crate) fn on(display: &VirtualDisplay) -> Self {
        Self::start(&WindowProgram::AsBuilt, display.environment())
    }

    pub(crate) fn start(window: &WindowProgram, environment: Environment) -> Self {
        Self::with_virtual_card(home_with(&card()), window, environment)
    }

    /// With the card whose file is in the home.
    pub(crate) fn with_virtual_card(
        home: TemporaryHome,
        window: &WindowProgram,
        environment: Environment,
    ) -> Self {
        let file = home.path().join("card.toml");
        Self::serving(home, &["--virtual-card".as_ref(), file.as_ref()], window, environment)
    }

    /// With the readers of the computer, or of a pcscd in the environment.
    pub(crate) fn reading_cards(
        home: TemporaryHome,
        modules: &[PathBuf],
        window: &WindowProgram,
        environment: Environment,
    ) -> Self {
        let modules = modules.iter().flat_map(|module| ["--module".as_ref(), module.as_os_str()]);
        Self::serving(home, &modules.collect::<Vec<_>>(), window, environment)
    }

    fn serving(
        home: TemporaryHome,
        arguments: &[&OsStr],
        window: &WindowProgram,
        environment: Environment,
    ) -> Self {
        let programs = home.path().join("programs");
        fs::create_dir(&programs).unwrap();
        install_program(&built("ankong").unwrap(), &programs.join("ankong")).unwrap();
        let place = programs.join("ankong-window");
        match window {
            WindowProgram::AsBuilt => {
                install_program(&built("ankong-window").unwrap(), &place).unwrap();
            }
            WindowProgram::Missing => {}
            WindowProgram::Script(text) => {
                let script = home.path().join("script");
                fs::write(&script, format!("#!/bin/sh\n{text}\n")).unwrap();
                install_program(&script, &place).unwrap();
            }
        }
        let mut command = Command::new(programs.join("ankong"));
        command.args(["serve", "--headless", "--port", "0"]).args(arguments);
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"] {
            command.env_remove(name);
        }
        command.envs(home.environment()).env("LC_ALL", "C.UTF-8").envs(environment);
        let process = Process::start(command, &home.path().join("ankong.log")).unwrap();
        let line = process.wait_for_line("https://localhost:", PATIENCE).unwrap();
        let port = line.rsplit(':').next().unwrap().parse().unwrap();
        let root = home.path().join(".local/share/ankong/localhost/root.pem");
        let caller = Arc::new(Caller::new(port, &fs::read(root).unwrap()).unwrap());
        Self { process, caller, home }
    }

    /// A page asks who is there, on a thread of its own.
    pub(crate) fn ask(&self) -> JoinHandle<Answer> {
        let caller = Arc::clone(&self.caller);
        let body = authentication(&challenge(), None);
        thread::spawn(move || caller.post(SITE, AUTHENTICATE, &body, "zh-TW").unwrap())
    }

    /// The same by a page that can go away.
    pub(crate) fn ask_by_a_page(&self) -> SslStream<TcpStream> {
        let body = authentication(&challenge(), None);
        let (head, body) = self.caller.post_text(SITE, AUTHENTICATE, &body, "zh-TW");
        let mut page = self.caller.connect().unwrap();
        page.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
        page
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.process.log()).unwrap()
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Its processes of this name, its own children and theirs.
    pub(crate) fn processes(&self, name: &str) -> Vec<u32> {
        let mut found = vec![self.process.id()];
        let mut next = 0;
        while next < found.len() {
            let tasks = format!("/proc/{}/task", found[next]);
            for task in fs::read_dir(tasks).into_iter().flatten().flatten() {
                let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
                found.extend(children.split_whitespace().map(|id| id.parse::<u32>().unwrap()));
            }
            next += 1;
        }
        found.retain(|id| {
            let comm = fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
            comm.trim() == name
        });
        found
    }

    /// Waits until it has no child any more.
    pub(crate) fn wait_until_alone(&self) {
        eventually("the end of its children", PATIENCE, || {
            let children = format!("/proc/{0}/task", self.process.id());
            let alone = fs::read_dir(children)?.flatten().all(|task| {
                fs::read_to_string(task.path().join("children"))
                    .is_ok_and(|children| children.trim().is_empty())
            });
            Ok(alone.then_some(()))
        })
        .unwrap();
    }
}

/// A card that signs without an issuer's keys, and tells its tries.
pub(crate) fn card() -> CardImage {
    cards::image_of(Profile::Piv, KeyKind::P256)
}

/// A home with a card's file in it.
pub(crate) fn home_with(card: &CardImage) -> TemporaryHome {
    let home = TemporaryHome::create().unwrap();
    card.save(&home.path().join("card.toml")).unwrap();
    home
}

/// A display of its own.
pub(crate) fn display() -> VirtualDisplay {
    let home = TemporaryHome::create().unwrap();
    VirtualDisplay::start(&home.environment()).unwrap()
}

pub(crate) fn assert_refused(answer: &Answer, code: &str) {
    assert_eq!(answer.code(), code, "{answer:?}");
}
