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
    /// With these settings.
    fn start(settings: &str) -> Self {
        let home = TemporaryHome::create().unwrap();
        let display = VirtualDisplay::start(&home.environment()).unwrap();
        let panel = display.start_panel(&home.environment()).unwrap();
        let windows = Windows::with(display.environment()).unwrap();
        let file = windows.file(SETTINGS);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, settings).unwrap();
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
        eventually("the menu", PATIENCE, || {
            self.display.click(&icon, (width / 2, height / 2), 3)?;
            Ok(eventually("a menu", Duration::from_secs(10), || Ok(self.menus()?.pop())).ok())
        })
        .unwrap()
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

    /// Presses keys until this box is gone, and gives the one that follows.
    fn press(&self, shown: &str, keys: &[&str]) -> String {
        self.dismiss(shown, keys);
        self.display.wait_for_window(BOX, PATIENCE).unwrap()
    }

    /// Presses keys until this box is gone.
    fn dismiss(&self, shown: &str, keys: &[&str]) {
        eventually("the box is answered", PATIENCE, || {
            // It takes no keys in its first second.
            std::thread::sleep(Duration::from_millis(1500));
            if self.display.windows_named(BOX)?.iter().any(|window| window == shown) {
                keys.iter().try_for_each(|key| self.display.key(key))?;
            }
            let gone = self.display.wait_until_gone_number(BOX, shown, Duration::from_secs(3));
            Ok(gone.is_ok().then_some(()))
        })
        .unwrap();
    }

    fn menus(&self) -> Result<Vec<String>> {
        let boxes = self.display.windows_named(BOX)?;
        let windows = self.display.windows_of(r"^ankong\.exe$")?;
        Ok(windows.into_iter().filter(|window| !boxes.contains(window)).collect())
    }
}

/// Points of a menu as Wine draws it.
const LINE: u32 = 20;
const RULE: u32 = 9;
const EDGE: u32 = 3;
/// The title of a page.
const BOX: &str = "^安控$";
/// The keyboard is on the first button.
const FIRST: [&str; 1] = ["Return"];
const SECOND: [&str; 2] = ["Tab", "Return"];
/// From below: the end of the program, or English among the languages; above a rule settings, language, start at login.
const LAST: (u32, u32) = (0, 0);
const SETTINGS_PAGE: (u32, u32) = (1, 1);
const LANGUAGE: (u32, u32) = (2, 1);
const AUTOSTART: (u32, u32) = (3, 1);

#[test]
fn without_a_web_view_the_first_run_and_what_the_menu_leads_to_are_boxes() {
    let tray = Tray::start("");
    let says = |text: &str| {
        eventually(text, PATIENCE, || Ok(tray.windows.texts()?.contains(text).then_some(())))
            .unwrap();
    };
    let welcome = tray.display.wait_for_window(BOX, PATIENCE).unwrap();
    says("歡迎使用安控");
    tray.display.screenshot(&picture("windows-first-run-1")).unwrap();
    let trust = tray.press(&welcome, &FIRST);
    says("確認：讓瀏覽器信任");
    tray.display.screenshot(&picture("windows-first-run-2")).unwrap();
    let trusts = || tray.windows.run(built("ankong.exe")?, &["trust", "status"]);
    assert!(!trusts().unwrap().well);
    // Enter alone gives nothing away.
    tray.press(&trust, &SECOND);
    says("確認：下一步");
    assert!(trusts().unwrap().well);

    // The menu leads elsewhere: one box takes the place of the other.
    eventually("an icon that can be found", PATIENCE, || Ok(tray.windows.mend_tray().ok()))
        .unwrap();
    let settings = || tray.windows.texts().is_ok_and(|texts| texts.contains("設定與關於"));
    tray.have("the settings", SETTINGS_PAGE, &settings);
    let mut shown = tray.display.wait_for_window(BOX, PATIENCE).unwrap();
    for _ in 0..LANGUAGES {
        shown = tray.press(&shown, &FIRST);
    }
    says("確認：[ ] 登入時啟動");
    let entry = || tray.windows.registry(RUN, "Ankong").unwrap();
    assert_eq!(entry(), None);
    shown = tray.press(&shown, &SECOND);
    says("確認：[✓] 登入時啟動");
    assert!(entry().is_some());
    tray.display.screenshot(&picture("windows-settings-in-a-box")).unwrap();
    tray.dismiss(&shown, &["Escape"]);
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(tray.display.windows_named(BOX).unwrap(), Vec::<String>::new());
}

/// Views of the settings before the start at login: as the system, Chinese, English.
const LANGUAGES: usize = 3;

#[test]
fn its_menu_opens_by_the_right_button_and_does_what_it_says() {
    let mut tray = Tray::start("first-run-done = true\n");
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
