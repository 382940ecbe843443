//! The pages of installer and uninstaller, as a person goes through them by keyboard, in Chinese and in English. Their
//! pictures are kept to be looked at.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use ankong_stage::{TemporaryHome, VirtualDisplay, eventually};
use ankong_wine::{FOR_THE_USER, Windows, setup};

const PATIENCE: Duration = Duration::from_secs(60);
const TITLE: &str = "安控|Ankong";
/// Welcome, licence, whom for, at work with a question on top, the end.
const PAGES: usize = 5;

struct Wizard {
    display: VirtualDisplay,
    windows: Windows,
    language: &'static str,
    _home: TemporaryHome,
}

impl Wizard {
    fn new(language: &'static str) -> Self {
        let home = TemporaryHome::create().unwrap();
        let display = VirtualDisplay::start(&home.environment()).unwrap();
        let mut environment = display.environment();
        environment.extend(locale(home.path(), language));
        let windows = Windows::with(environment).unwrap();
        Self { display, windows, language, _home: home }
    }

    /// Waits until another page than the one in `before` stands still, and keeps its picture.
    fn next(&self, name: &str, before: &[u8]) -> Vec<u8> {
        let file = picture(&format!("{name}-{}", self.language));
        let mut last = Vec::new();
        eventually(&format!("the page {name}"), PATIENCE, || {
            sleep(Duration::from_millis(300));
            let Some(number) = self.display.windows_named(TITLE)?.pop() else { return Ok(None) };
            if self.display.screenshot_of(&number, &file).is_err() {
                return Ok(None); // it went meanwhile
            }
            let shot = fs::read(&file)?;
            let still = shot == last && shot != before;
            last = shot;
            Ok(still.then_some(()))
        })
        .unwrap();
        last
    }

    fn install(&self) {
        let mut wizard = self.windows.start(setup().unwrap(), &[]).unwrap();
        let mut page = Vec::new();
        for number in 1..=PAGES {
            page = self.next(&format!("install-{number}"), &page);
            self.display.key("Return").unwrap();
        }
        assert!(wizard.wait(PATIENCE).unwrap().success());
        assert!(self.program("ankong.exe").exists());
        eventually("it runs, as the last page had it", PATIENCE, || {
            Ok(self.windows.run(self.program("ankong.exe"), &["status"])?.well.then_some(()))
        })
        .unwrap();
    }

    fn uninstall(&self) {
        // It copies itself elsewhere and goes on there.
        let _begun = self.windows.start(self.program("uninstall.exe"), &[]).unwrap();
        let page = self.next("uninstall-1", &[]);
        self.display.key("Return").unwrap();
        self.next("uninstall-2", &page);
        eventually("the folder is gone", PATIENCE, || {
            self.display.key("Return")?;
            sleep(Duration::from_millis(500));
            Ok((!self.windows.file(FOR_THE_USER).exists()).then_some(()))
        })
        .unwrap();
    }

    fn program(&self, name: &str) -> PathBuf {
        self.windows.file(FOR_THE_USER).join(name)
    }
}

/// A Windows of this language, made from the sources that Debian has of every locale.
fn locale(folder: &Path, language: &str) -> Vec<(&'static str, OsString)> {
    let name = format!("{language}.UTF-8");
    let mut command = Command::new("localedef");
    command.args(["-i", language, "-f", "UTF-8"]).arg(folder.join(&name));
    assert!(command.status().unwrap().success(), "the package locales is needed");
    vec![("LOCPATH", folder.into()), ("LC_ALL", name.into())]
}

fn picture(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{name}.png"))
}

#[test]
fn in_chinese_by_keyboard_alone_from_the_welcome_to_the_end_and_away_again() {
    let wizard = Wizard::new("zh_TW");
    wizard.install();
    wizard.uninstall();
}

#[test]
fn in_english_the_same() {
    let wizard = Wizard::new("en_US");
    wizard.install();
    wizard.uninstall();
}
