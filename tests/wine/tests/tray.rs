//! The icon by the clock, which Wine hands to a panel of Linux'.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use ankong_stage::{Process, TemporaryHome, VirtualDisplay, eventually};
use ankong_wine::{Windows, built};
use anyhow::Result;

const PATIENCE: Duration = Duration::from_secs(60);
const SETTINGS: &str = r"users\root\AppData\Roaming\ankong\config\settings.toml";
const ENGLISH: &str = "language = \"en\"";
const RUN: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run";

fn picture(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    fs::create_dir_all(&folder).unwrap();
    folder.join(format!("{name}.png"))
}

#[test]
fn the_icon_stands_by_the_clock_as_long_as_the_program_runs() {
    let home = TemporaryHome::create().unwrap();
    let display = VirtualDisplay::start(&home.environment()).unwrap();
    let _panel = display.start_panel(&home.environment()).unwrap();
    let windows = Windows::with(display.environment()).unwrap();
    let ankong = built("ankong.exe").unwrap();
    // Wine's desktop gives each icon a window, which the panel takes in.
    let icons = || display.windows_of(r"^explorer\.exe$");
    assert_eq!(icons().unwrap(), Vec::<String>::new());
    let mut program = windows.start(&ankong, &["serve", "--port", "0"]).unwrap();
    program.wait_for_line("https://localhost:", PATIENCE).unwrap();
    let icon = eventually("an icon", PATIENCE, || Ok(icons()?.pop())).unwrap();
    display.screenshot_of(&icon, &picture("windows-tray-icon")).unwrap();
    display.screenshot(&picture("windows-tray")).unwrap();

    // A second start shows the window of the first, or tries to, and is over.
    let said = windows.run(&ankong, &["serve", "--port", "0"]).unwrap();
    assert!(said.well, "{said:?}");
    assert!(windows.run(&ankong, &["quit"]).unwrap().well);
    assert!(program.wait(PATIENCE).unwrap().success());
    eventually("no icon", PATIENCE, || Ok(icons()?.is_empty().then_some(()))).unwrap();
}

/// The program in the tray of a panel.
struct Tray {
    program: Process,
    windows: Windows,
    _panel: Process,
    display: VirtualDisplay,
    _home: TemporaryHome,
}

impl Tray {
    fn start() -> Self {
        let home = TemporaryHome::create().unwrap();
        let display = VirtualDisplay::start(&home.environment()).unwrap();
        let panel = display.start_panel(&home.environment()).unwrap();
        let windows = Windows::with(display.environment()).unwrap();
        let program = built("ankong.exe").unwrap();
        let program = windows.start(program, &["serve", "--port", "0"]).unwrap();
        program.wait_for_line("https://localhost:", PATIENCE).unwrap();
        Self { program, windows, _panel: panel, display, _home: home }
    }

    /// Clicks on the icon with the right button; gives the menu.
    fn open(&self) -> String {
        let icon = eventually("an icon", PATIENCE, || {
            Ok(self.display.windows_of(r"^explorer\.exe$")?.pop())
        })
        .unwrap();
        let (width, height) = self.display.size_of(&icon).unwrap();
        self.display.click(&icon, (width / 2, height / 2), 3).unwrap();
        eventually("the menu", PATIENCE, || Ok(self.menus()?.pop())).unwrap()
    }

    /// Chooses a line, counted from the last one, with so many rules below it.
    fn choose(&self, menu: &str, (line, rules): (u32, u32)) {
        let (width, height) = self.display.size_of(menu).unwrap();
        let y = height - EDGE - RULE * rules - LINE * line - LINE / 2;
        self.display.click(menu, (width / 3, y), 1).unwrap();
    }

    /// Until what is chosen has happened: the program may not have come so far that the line can be chosen.
    fn have(&self, what: &str, line: (u32, u32), happened: &dyn Fn() -> bool) {
        eventually(what, PATIENCE, || {
            self.choose(&self.open(), line);
            let seen = eventually(what, Duration::from_secs(5), || Ok(happened().then_some(())));
            Ok(seen.is_ok().then_some(()))
        })
        .unwrap();
        eventually("no menu", PATIENCE, || Ok(self.menus()?.is_empty().then_some(()))).unwrap();
    }

    fn menus(&self) -> Result<Vec<String>> {
        self.display.windows_of(r"^ankong\.exe$")
    }
}

/// Points of a menu as Wine draws it.
const LINE: u32 = 20;
const RULE: u32 = 9;
const EDGE: u32 = 3;
/// From below: the end of the program, or English among the languages; above a rule settings, language, start at login.
const LAST: (u32, u32) = (0, 0);
const LANGUAGE: (u32, u32) = (2, 1);
const AUTOSTART: (u32, u32) = (3, 1);

#[test]
fn its_menu_opens_by_the_right_button_and_does_what_it_says() {
    let mut tray = Tray::start();
    eventually("an icon that can be found", PATIENCE, || Ok(tray.windows.mend_tray().ok()))
        .unwrap();
    let entry = || tray.windows.registry(RUN, "Ankong").unwrap();
    assert_eq!(entry(), None);
    tray.have("a start at login", AUTOSTART, &|| entry().is_some());
    tray.have("no start at login", AUTOSTART, &|| entry().is_none());
    let settings = tray.windows.file(SETTINGS);
    let speaks_english = || fs::read_to_string(&settings).is_ok_and(|text| text.contains(ENGLISH));
    assert!(!speaks_english());
    let menu = tray.open();
    tray.display.screenshot(&picture("windows-tray-menu")).unwrap();
    tray.choose(&menu, LANGUAGE);
    let languages = eventually("the languages", PATIENCE, || {
        Ok(tray.menus()?.into_iter().find(|shown| *shown != menu))
    });
    tray.choose(&languages.unwrap(), LAST);
    eventually("English", PATIENCE, || Ok(speaks_english().then_some(()))).unwrap();
    let menu = tray.open();
    tray.display.screenshot(&picture("windows-tray-english")).unwrap();

    tray.choose(&menu, LAST);
    assert!(tray.program.wait(PATIENCE).unwrap().success());
}
