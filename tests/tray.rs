//! The program in the tray, as a desktop and a person see it: the menu over D-Bus, windows on a real
//! display, a start that finds it running.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use ankong_stage::{Process, TemporaryHome, VirtualDisplay, eventually, install_program};
use support::menu::Menu;

const PATIENCE: Duration = Duration::from_secs(60);
const PANEL: &str = "^(安控|Ankong)$";
/// The menu's entries where a card is ready.
const ENTRIES: [&str; 11] = [
    "已就緒",
    "狀態…",
    "允許的網站…",
    "檢查與修復…",
    "登入時啟動",
    "語言",
    "跟隨系統",
    "正體中文",
    "English",
    "設定與關於…",
    "結束",
];

struct Stage {
    panel: Option<Process>,
    program: PathBuf,
    home: TemporaryHome,
    display: VirtualDisplay,
}

impl Stage {
    fn with_tray() -> Self {
        let mut stage = Self::without_tray();
        stage.panel = Some(stage.display.start_panel(&stage.home.environment()).unwrap());
        stage
    }

    fn without_tray() -> Self {
        let home = TemporaryHome::create().unwrap();
        let display = VirtualDisplay::start(&home.environment()).unwrap();
        support::cards::image().save(&home.path().join("card.toml")).unwrap();
        let program = PathBuf::from(env!("CARGO_BIN_EXE_ankong"));
        Self { panel: None, program, home, display }
    }

    /// The program has no window beside it, but a pinentry.
    fn without_web_view() -> Self {
        let mut stage = Self::with_tray();
        let programs = stage.home.path().join("programs");
        fs::create_dir(&programs).unwrap();
        stage.program = programs.join("ankong");
        install_program(env!("CARGO_BIN_EXE_ankong").as_ref(), &stage.program).unwrap();
        std::os::unix::fs::symlink("/usr/bin/pinentry-gtk-2", programs.join("pinentry")).unwrap();
        stage
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.envs(self.home.environment()).envs(self.display.environment());
        // A pinentry beside the program is found before others.
        let own = self.program.parent().unwrap().display();
        command.env("PATH", format!("{own}:{}", std::env::var("PATH").unwrap()));
        command.env("LC_ALL", "C.UTF-8").args(arguments);
        command
    }

    fn start(&self) -> Process {
        self.run(self.command(&["serve", "--port", "0", "--virtual-card"]))
    }

    fn run(&self, mut command: Command) -> Process {
        command.arg(self.home.path().join("card.toml"));
        let program = Process::start(command, &self.home.path().join("ankong.log")).unwrap();
        program.wait_for_line("https://localhost:", PATIENCE).unwrap();
        program
    }

    fn output(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        said
    }

    fn panels(&self) -> usize {
        self.display.windows_named(PANEL).unwrap().len()
    }

    fn wait_for_panel(&self) -> String {
        self.display.wait_for_window(PANEL, PATIENCE).unwrap()
    }

    /// Presses a button of a box and gives the box that follows, or nothing where the program has ended that shows them.
    fn press(&self, shown: &str, from_the_right: u32) -> Option<String> {
        eventually("the box to go", PATIENCE, || {
            let windows = self.display.windows_named(PANEL)?;
            if !windows.iter().any(|window| window == shown) {
                return Ok(Some(()));
            }
            // It may go at any moment.
            if let Ok((width, height)) = self.display.size_of(shown) {
                let place = (width - from_the_right, height - FROM_BELOW);
                let _ = self.display.click(shown, place, 1);
            }
            std::thread::sleep(Duration::from_secs(1));
            Ok(None)
        })
        .unwrap();
        eventually("another box, or the end", PATIENCE, || {
            let next = self.display.windows_named(PANEL)?.pop();
            Ok((next.is_some() || !self.boxes_are_shown()).then_some(next))
        })
        .unwrap()
    }

    fn boxes_are_shown(&self) -> bool {
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let mut commands =
            processes.filter_map(|process| fs::read_to_string(process.path().join("cmdline")).ok());
        let program = self.program.display().to_string();
        commands.any(|command| command.starts_with(&program) && command.contains("\0dialog\0"))
    }

    fn close_panel(&self) {
        self.press_until("no page", "Escape", || Ok(self.panels() == 0));
    }

    /// Presses this key as long as it takes: before the window has been seen for a second it does not count.
    fn press_until(&self, what: &str, key: &str, done: impl Fn() -> anyhow::Result<bool>) {
        let soon = |within| eventually(what, within, || Ok(done()?.then_some(())));
        if soon(Duration::ZERO).is_ok() {
            return;
        }
        self.display.wait_until_ready().unwrap();
        eventually(what, PATIENCE, || {
            self.display.key(key)?;
            Ok(soon(Duration::from_secs(2)).ok())
        })
        .unwrap();
    }

    fn entry(&self) -> PathBuf {
        self.home.path().join(".config/autostart/ankong.desktop")
    }
}

fn wait_for_label(menu: &Menu<'_>, label: &str) {
    eventually(label, PATIENCE, || {
        Ok(menu.labels().filter(|labels| labels.iter().any(|one| one == label)))
    })
    .unwrap_or_else(|error| panic!("{error}; it says {:?}", menu.labels()));
}

#[test]
fn the_menu_says_how_things_stand_and_leads_to_every_page() {
    let stage = Stage::with_tray();
    stage.output(&["trust", "install"]);
    let mut program = stage.start();
    let menu = Menu::of(&stage.display, program.id());
    wait_for_label(&menu, ENTRIES[0]);
    let labels = menu.labels().unwrap();
    assert_eq!(labels, ENTRIES);
    assert_eq!(stage.panels(), 0, "where there is a tray no window opens by itself");
    for page in ["狀態…", "檢查與修復…", "設定與關於…", "允許的網站…"] {
        menu.click(page);
        stage.wait_for_panel();
        stage.close_panel();
    }

    // Another language counts at once, for the menu and for the next start.
    menu.click("English");
    wait_for_label(&menu, "Allowed sites…");
    let settings = stage.home.path().join(".config/ankong/settings.toml");
    assert!(fs::read_to_string(&settings).unwrap().contains("language = \"en\""));
    menu.click("As the system");
    wait_for_label(&menu, "允許的網站…");

    menu.click("登入時啟動");
    eventually("the entry", PATIENCE, || Ok(stage.entry().exists().then_some(()))).unwrap();
    assert_eq!(stage.output(&["autostart", "status"]), "on\n");
    wait_for_tick(&menu, "登入時啟動", true);
    // The menu says what is true, whoever changed it.
    assert_eq!(stage.output(&["autostart", "off"]), "off\n");
    assert!(!stage.entry().exists());
    wait_for_tick(&menu, "登入時啟動", false);

    // What a person has to mend stands in the first line, until it is mended.
    stage.output(&["trust", "remove"]);
    wait_for_label(&menu, "有問題，請打開「檢查與修復」");
    stage.output(&["trust", "install"]);
    wait_for_label(&menu, ENTRIES[0]);

    menu.click("結束");
    assert!(program.wait(PATIENCE).unwrap().success());
}

fn wait_for_tick(menu: &Menu<'_>, label: &str, ticked: bool) {
    eventually("the tick", PATIENCE, || Ok((menu.is_ticked(label) == ticked).then_some(())))
        .unwrap();
}

#[test]
fn a_panel_that_comes_later_gets_the_icon_too() {
    let mut stage = Stage::without_tray();
    let program = stage.start();
    stage.wait_for_panel(); // nothing shows icons so far
    stage.panel = Some(stage.display.start_panel(&stage.home.environment()).unwrap());
    let icon = format!("StatusNotifierItem-{}-1", program.id());
    eventually("the icon", PATIENCE, || {
        let mut command = Command::new("dbus-send");
        command.envs(stage.display.environment());
        command.args(["--session", "--print-reply", "--reply-timeout=2000"]);
        command.args(["--dest=org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher"]);
        command.arg("org.freedesktop.DBus.Properties.Get");
        command.arg("string:org.kde.StatusNotifierWatcher");
        let output = command.arg("string:RegisteredStatusNotifierItems").output()?;
        Ok(String::from_utf8_lossy(&output.stdout).contains(&icon).then_some(()))
    })
    .unwrap();
}

#[test]
fn where_nothing_shows_a_tray_the_window_opens_at_the_start_and_at_a_second_one() {
    let stage = Stage::without_tray();
    let _program = stage.start();
    stage.wait_for_panel();
    stage.close_panel();
    assert_eq!(stage.output(&[]), "", "a second start has nothing to say");
    stage.wait_for_panel();
    assert_eq!(stage.output(&[]), "");
    stage.display.wait_until_ready().unwrap();
    assert_eq!(stage.panels(), 1, "and there is one window");
}

#[test]
fn the_first_run_opens_by_itself_and_never_again_when_it_is_done() {
    let stage = Stage::with_tray();
    stage.home.set("").unwrap();
    let mut program = stage.start();
    stage.wait_for_panel();
    let display = &stage.display;
    for step in 1..=4 {
        stage.press_until(&format!("page {step}"), "Return", || {
            Ok(display.read_consent("read-page")?.contains(&format!("{step}/4")))
        });
        display.screenshot(&picture(&format!("first-run-{step}"))).unwrap();
    }
    let settings = stage.home.path().join(".config/ankong/settings.toml");
    stage.press_until("the first run to be done", "Return", || {
        Ok(fs::read_to_string(&settings)?.contains("first-run-done = true"))
    });
    stage.close_panel();
    assert!(program.terminate(PATIENCE).unwrap().success());

    let program = stage.start();
    wait_for_label(&Menu::of(&stage.display, program.id()), "狀態…");
    std::thread::sleep(Duration::from_secs(5)); // longer than a missing tray is waited for
    assert_eq!(stage.panels(), 0);
}

#[test]
fn without_a_bus_or_a_display_it_runs_all_the_same() {
    let stage = Stage::without_tray();
    for missing in ["DBUS_SESSION_BUS_ADDRESS", "DISPLAY"] {
        let mut command = stage.command(&["serve", "--port", "0", "--virtual-card"]);
        command.env_remove(missing);
        let mut program = stage.run(command);
        assert!(stage.output(&["status"]).contains("card-ready"), "{missing}");
        assert!(program.terminate(PATIENCE).unwrap().success());
    }
}

#[test]
fn without_a_web_view_the_pages_are_boxes_and_what_is_agreed_to_there_is_done() {
    let stage = Stage::without_web_view();
    let program = stage.start();
    let menu = Menu::of(&stage.display, program.id());
    wait_for_label(&menu, "有問題，請打開「檢查與修復」");
    menu.click("狀態…");
    let card = stage.wait_for_panel();
    stage.display.screenshot(&picture("status-in-a-box")).unwrap();
    let browsers = stage.press(&card, RIGHT).unwrap();
    // Enter presses the first button, and that goes on.
    let second = stage.press(&browsers, MIDDLE).unwrap();
    wait_for_label(&menu, ENTRIES[0]);
    stage.display.screenshot(&picture("status-in-a-box-done")).unwrap();
    assert_eq!(stage.press(&second, LEFT), None);

    menu.click("設定與關於…");
    let system = stage.wait_for_panel();
    let chinese = stage.press(&system, RIGHT).unwrap();
    let english = stage.press(&chinese, RIGHT).unwrap();
    let done = stage.press(&english, MIDDLE).unwrap();
    wait_for_label(&menu, "Allowed sites…");
    stage.display.screenshot(&picture("settings-in-a-box")).unwrap();
    assert_eq!(stage.press(&done, LEFT), None);
}

/// Where the middle of each button is, from the right edge of a box that has all three.
const RIGHT: u32 = 55;
const MIDDLE: u32 = 146;
const LEFT: u32 = 237;
const FROM_BELOW: u32 = 30;

fn picture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"))
}
