//! A site that is on no list, through the real program, its tray and its window: it asks, the person
//! allows it, and takes that back.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod support;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use ankong_stage::{Caller, Process, TemporaryHome, VirtualDisplay, eventually};
use support::menu::Menu;

const PATIENCE: Duration = Duration::from_secs(60);
const SITE: &str = "https://portal.example";
const WINDOW: &str = "^安控$";

struct Stage {
    _panel: Process,
    home: TemporaryHome,
    display: VirtualDisplay,
}

impl Stage {
    fn set() -> Self {
        let home = TemporaryHome::create().unwrap();
        let display = VirtualDisplay::start(&home.environment()).unwrap();
        support::cards::image().save(&home.path().join("card.toml")).unwrap();
        let _panel = display.start_panel(&home.environment()).unwrap();
        Self { _panel, home, display }
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.envs(self.home.environment()).envs(self.display.environment());
        command.env("LC_ALL", "C.UTF-8");
        command
    }

    fn start(&self) -> (Process, Caller) {
        let mut command = self.command(env!("CARGO_BIN_EXE_ankong"));
        command.args(["serve", "--port", "0", "--virtual-card"]);
        command.arg(self.home.path().join("card.toml"));
        let program = Process::start(command, &self.home.path().join("ankong.log")).unwrap();
        let line = program.wait_for_line("https://localhost:", PATIENCE).unwrap();
        let port = line.rsplit(':').next().unwrap().parse().unwrap();
        let root = self.home.path().join(".local/share/ankong/localhost/root.pem");
        (program, Caller::new(port, &std::fs::read(root).unwrap()).unwrap())
    }

    /// Presses a button as a screen reader would. Until the window has been seen for a second it
    /// does not count, so this presses again until something has come of it.
    fn press(&self, button: &str, mut done: impl FnMut() -> bool) {
        let script =
            concat!(env!("CARGO_MANIFEST_DIR"), "/crates/window/tests/accessibility/consent.py");
        for _ in 0..10 {
            // Debian's own Python: another one does not see Debian's packages.
            let mut python = self.command("/usr/bin/python3");
            let output = python.args([script, "press", button]).output().unwrap();
            let complaints = String::from_utf8_lossy(&output.stderr);
            // The press before may have had its effect late, and then the button is another one.
            let wait = Duration::from_millis(1500);
            if eventually("an effect", wait, || Ok(done().then_some(()))).is_ok() {
                return;
            }
            assert!(output.status.success(), "{button}: {complaints}");
        }
        panic!("{button} has no effect");
    }

    fn photograph(&self, name: &str) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        self.display.screenshot(&folder.join(format!("{name}.png"))).unwrap();
    }
}

fn status(caller: &Caller) -> u16 {
    caller.get("/v1/status", SITE).unwrap().status
}

#[test]
fn a_site_that_asked_is_allowed_in_the_window_of_sites_and_revoked_there() {
    let stage = Stage::set();
    let (mut program, caller) = stage.start();
    assert_eq!(status(&caller), 403);
    let menu = Menu::of(&stage.display, program.id());
    let asked = format!("{SITE} 想使用安控…");
    eventually("the site in the tray's menu", PATIENCE, || {
        Ok(menu.labels().filter(|labels| labels.contains(&asked)))
    })
    .unwrap_or_else(|error| panic!("{error}; it says {:?}", menu.labels()));
    assert!(stage.display.windows_named(WINDOW).unwrap().is_empty(), "asking opens no window");

    menu.click(&asked);
    stage.display.wait_for_window(WINDOW, PATIENCE).unwrap();
    eventually("the site to be looked at no more", PATIENCE, || {
        Ok(menu.labels().filter(|labels| labels.contains(&"允許的網站…".to_owned())))
    })
    .unwrap();
    stage.press(&format!("允許 {SITE}"), || status(&caller) == 200);
    stage.photograph("sites");
    let file = stage.home.path().join(".config/ankong/origins.toml");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    stage.press("關閉", || stage.display.windows_named(WINDOW).unwrap().is_empty());
    assert!(program.terminate(PATIENCE).unwrap().success());

    // It is still allowed after a new start; and a second start shows the window too.
    let (program, caller) = stage.start();
    assert_eq!(status(&caller), 200);
    let shown = stage.command(env!("CARGO_BIN_EXE_ankong")).arg("sites").status().unwrap();
    assert!(shown.success());
    stage.display.wait_for_window(WINDOW, PATIENCE).unwrap();
    stage.press(&format!("撤銷 {SITE}"), || status(&caller) == 403);
    assert_eq!(std::fs::read_to_string(&file).unwrap().trim(), "allowed-origins = []");
    drop(program);
}

#[test]
fn a_damaged_file_is_said_in_the_window_and_allows_nothing() {
    let stage = Stage::set();
    let folder = stage.home.path().join(".config/ankong");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("origins.toml");
    let text = format!("allowed-origins = [\"{SITE}\"]\nmore = 1\n");
    std::fs::write(&file, &text).unwrap();
    let (_program, caller) = stage.start();
    assert_eq!(status(&caller), 403);
    let logs = std::fs::read_dir(stage.home.path().join(".local/state/ankong")).unwrap();
    let log: String =
        logs.map(|log| std::fs::read_to_string(log.unwrap().path()).unwrap()).collect();
    assert!(log.contains("the user's list of origins does not count"), "{log}");
    assert!(stage.command(env!("CARGO_BIN_EXE_ankong")).arg("sites").status().unwrap().success());
    stage.display.wait_for_window(WINDOW, PATIENCE).unwrap();
    std::thread::sleep(Duration::from_secs(2));
    stage.photograph("sites-damaged");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}
