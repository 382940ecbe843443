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

use ankong_stage::{TemporaryHome, VirtualDisplay, eventually, install_program};
use ankong_wine::{FOR_THE_USER, Windows, setup};

const PATIENCE: Duration = Duration::from_secs(60);
const TITLE: &str = "安控|Ankong";
/// Welcome, licence, whom for, at work, a question where there is no WebView2, the end; being at work looks like
/// another page whenever it stands still.
const MOST_PAGES: usize = 30;
/// What it says at the end that a signature may need.
const ON_THE_LAST: &str = "HiCOS";
const WEBVIEW2: &str = r"HKLM\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
const WEBVIEW2_PAGE: &str = "https://go.microsoft.com/fwlink/p/?LinkId=2124703";

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
        // Which program of this computer Wine opens pages with.
        let browser = windows.path().join("browser");
        let script = windows.path().join("script");
        fs::write(&script, format!("#!/bin/sh\necho \"$@\" >>{}.said\n", browser.display()))
            .unwrap();
        install_program(&script, &browser).unwrap();
        let value = ["/v", "Browsers", "/d", browser.to_str().unwrap(), "/f"];
        add(&windows, r"HKCU\Software\Wine\WineBrowser", &value);
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

    /// What pages were opened.
    fn opened(&self) -> String {
        fs::read_to_string(self.windows.path().join("browser.said")).unwrap_or_default()
    }

    /// Goes through all of it, with a question where one is asked.
    fn install(&self, asks: bool) {
        let mut wizard = self.windows.start(setup().unwrap(), &[]).unwrap();
        let (mut page, mut asked, mut texts) = (Vec::new(), false, String::new());
        for number in 1..=MOST_PAGES {
            page = self.next(&format!("install-{number}"), &page);
            texts = self.windows.texts().unwrap();
            asked |= texts.contains("Microsoft Edge WebView2");
            self.display.key("Return").unwrap();
            if texts.contains(ON_THE_LAST) {
                break;
            }
        }
        assert!(texts.contains(ON_THE_LAST), "{texts}");
        assert_eq!(asked, asks);
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

fn add(windows: &Windows, key: &str, value: &[&str]) {
    let said = windows.run("reg", &[&["add", key], value].concat()).unwrap();
    assert!(said.well, "{said:?}");
}

fn picture(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{name}.png"))
}

#[test]
fn in_chinese_by_keyboard_alone_from_the_welcome_to_the_end_and_away_again() {
    let wizard = Wizard::new("zh_TW");
    wizard.install(true);
    let opened = || Ok((wizard.opened().trim() == WEBVIEW2_PAGE).then_some(()));
    eventually("Microsoft's page is opened, as the person said", PATIENCE, opened).unwrap();
    wizard.uninstall();
}

#[test]
fn in_english_the_same_and_nothing_is_asked_where_webview2_is_there() {
    let wizard = Wizard::new("en_US");
    add(&wizard.windows, WEBVIEW2, &["/v", "pv", "/d", "120.0.2210.91", "/f"]);
    wizard.install(false);
    assert_eq!(wizard.opened(), "");
    wizard.uninstall();
}
