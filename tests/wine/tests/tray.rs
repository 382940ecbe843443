//! The icon by the clock, which Wine hands to a panel of Linux'.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]

use std::path::PathBuf;
use std::time::Duration;

use ankong_stage::{TemporaryHome, VirtualDisplay, eventually};
use ankong_wine::{Windows, built};

const PATIENCE: Duration = Duration::from_secs(60);

fn picture(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder).unwrap();
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
