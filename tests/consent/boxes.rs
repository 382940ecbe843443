//! Without a window that can be shown: a pinentry asks, and where there is none either, nobody does.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

use ankong_stage::{Environment, VirtualDisplay, eventually};
use tempfile::TempDir;

use crate::resident::{PATIENCE, Resident, TITLE, WindowProgram, assert_refused, display};
use crate::support::cards::PIN;

const FLAVOURS: [&str; 2] = ["pinentry-gtk-2", "pinentry-qt"];
/// The loader's own code where a library is missing.
const NO_WEBKIT: WindowProgram = WindowProgram::Script("exit 127");
/// The limit for a window that shows nothing.
const PAINT: Duration = Duration::from_secs(5);

/// The display, and a `PATH` that leads to this pinentry and to nothing else.
struct Screen {
    display: VirtualDisplay,
    path: TempDir,
}

impl Screen {
    fn with(flavour: Option<&str>) -> Self {
        let path = tempfile::tempdir().unwrap();
        if let Some(flavour) = flavour {
            let program = Path::new("/usr/bin").join(flavour);
            assert!(program.exists(), "{flavour} is missing: run `installer/dev/setup.sh`");
            symlink(program, path.path().join("pinentry")).unwrap();
        }
        Self { display: display(), path }
    }

    fn environment(&self) -> Environment {
        let mut environment = self.display.environment();
        environment.push(("PATH", self.path.path().into()));
        environment
    }

    /// Waits for a box; what is typed while it comes up is not its.
    fn wait_for_box(&self) {
        self.display.wait_for_window(TITLE, PATIENCE).unwrap();
    }

    /// Presses these keys until the box that is there is gone.
    fn press(&self, keys: &[&str]) {
        let number = self.display.wait_for_window(TITLE, PATIENCE).unwrap();
        eventually("the box takes the keys", PATIENCE, || {
            std::thread::sleep(Duration::from_millis(400));
            if self.display.windows_named(TITLE)?.contains(&number) {
                keys.iter().try_for_each(|key| self.display.key(key))?;
            }
            let gone = self.display.wait_until_gone_number(TITLE, &number, Duration::from_secs(10));
            Ok(gone.is_ok().then_some(()))
        })
        .unwrap();
    }

    /// Types until the box is gone or another one has come: a toolkit may lose keys that come while
    /// it takes the keyboard.
    fn enter(&self, text: &str) {
        let number = self.display.wait_for_window(TITLE, PATIENCE).unwrap();
        eventually("the box takes the keys", PATIENCE, || {
            std::thread::sleep(Duration::from_millis(400));
            if self.display.windows_named(TITLE)?.contains(&number) {
                for _ in 0..text.len() + 2 {
                    self.display.key("BackSpace")?;
                }
                self.display.type_text(text)?;
                self.display.key("Return")?;
            }
            let gone = self.display.wait_until_gone_number(TITLE, &number, Duration::from_secs(10));
            Ok(gone.is_ok().then_some(()))
        })
        .unwrap();
    }
}

#[test]
fn without_a_web_view_a_pinentry_asks_for_the_pin_and_says_that_one_was_wrong() {
    for flavour in FLAVOURS {
        let screen = Screen::with(Some(flavour));
        let resident = Resident::start(&NO_WEBKIT, screen.environment());
        let answer = resident.ask();
        screen.wait_for_box();
        assert_eq!(resident.processes("pinentry").len(), 1, "{flavour}");
        screen.display.screenshot(&picture(flavour)).unwrap();
        screen.enter("111111");
        screen.wait_for_box();
        screen.display.screenshot(&picture(&format!("{flavour}-wrong"))).unwrap();
        screen.enter(PIN);
        let answer = answer.join().unwrap();
        assert_eq!(answer.status, 200, "{flavour}: {answer:?}\n{}", resident.log());
        assert!(answer.json["token"]["signature"].is_string());
        resident.wait_until_alone();
    }
}

#[test]
fn a_pin_too_short_is_not_sent_and_the_last_try_has_a_box_of_its_own() {
    let screen = Screen::with(Some("pinentry-gtk-2"));
    let resident = Resident::start(&WindowProgram::Missing, screen.environment());
    let answer = resident.ask();
    for pin in ["1", "111111", "222222"] {
        screen.wait_for_box();
        screen.enter(pin);
    }
    // Now one is left: first a yes, then the PIN.
    screen.wait_for_box();
    screen.display.screenshot(&picture("pinentry-last-try")).unwrap();
    screen.press(&["Return"]); // the keyboard is on the button that declines
    assert_refused(&answer.join().unwrap(), "user-declined");

    let answer = resident.ask();
    screen.wait_for_box();
    screen.press(&["Tab", "Return"]);
    screen.wait_for_box();
    screen.enter(PIN);
    let answer = answer.join().unwrap();
    assert_eq!(answer.status, 200, "{answer:?}\n{}", resident.log());
}

#[test]
fn a_window_that_shows_nothing_is_given_five_seconds() {
    let screen = Screen::with(Some("pinentry-gtk-2"));
    let silent = WindowProgram::Script("exec /bin/sleep 600");
    let resident = Resident::start(&silent, screen.environment());
    let begun = Instant::now();
    let answer = resident.ask();
    screen.wait_for_box();
    let waited = begun.elapsed();
    assert!(waited >= PAINT, "{waited:?}");
    assert!(resident.processes("sleep").is_empty(), "what showed nothing is gone");
    println!("the box came after {waited:?}");
    screen.press(&["Escape"]);
    assert_refused(&answer.join().unwrap(), "user-declined");
    resident.wait_until_alone();
}

#[test]
fn a_box_goes_with_the_page_and_with_the_program() {
    let screen = Screen::with(Some("pinentry-gtk-2"));
    let mut resident = Resident::start(&NO_WEBKIT, screen.environment());
    let page = resident.ask_by_a_page();
    screen.wait_for_box();
    drop(page);
    screen.display.wait_until_gone(TITLE, PATIENCE).unwrap();
    resident.wait_until_alone();

    let _page = resident.ask_by_a_page();
    screen.wait_for_box();
    rustix::process::kill_process(
        rustix::process::Pid::from_raw(resident.process.id().try_into().unwrap()).unwrap(),
        rustix::process::Signal::KILL,
    )
    .unwrap();
    screen.display.wait_until_gone(TITLE, PATIENCE).unwrap();
    assert!(!resident.process.wait(PATIENCE).unwrap().success());
}

#[test]
fn where_nothing_can_be_shown_the_page_is_told_so_and_no_pin_is_asked_for() {
    for (screen, flavour) in
        [(Screen::with(None), "no pinentry"), (Screen::with(Some("pinentry-curses")), "curses")]
    {
        let resident = Resident::start(&NO_WEBKIT, screen.environment());
        assert_refused(&resident.ask().join().unwrap(), "no-window");
        assert!(screen.display.windows_named(TITLE).unwrap().is_empty(), "{flavour}");
        resident.wait_until_alone();
    }
    // No screen at all: each rung says so by itself.
    let path = tempfile::tempdir().unwrap();
    symlink("/usr/bin/pinentry-gtk-2", path.path().join("pinentry")).unwrap();
    let nowhere = vec![("PATH", path.path().into())];
    let resident = Resident::start(&WindowProgram::AsBuilt, nowhere);
    assert_refused(&resident.ask().join().unwrap(), "no-window");
    let log = resident.log();
    assert!(log.contains("there is no display") && log.contains("pinentry"), "{log}");
    assert!(fs::metadata(resident.home()).is_ok());
}

/// A picture for people, beside the test programs.
fn picture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"))
}
