//! How soon the window is on the screen with the keyboard, from the start of its process with a question
//! on its pipe; and how soon all of its processes are gone, from the word that it is over.

use std::io::Write;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use ankong_dialog::{Answer, Ending, Order, Prompt, read_answer, write_order};
use ankong_stage::{TemporaryHome, VirtualDisplay, built};
use serde_json::{Value, json};

use crate::tenths;

const PAINTED: &str = "window_painted_ms";
const GONE: &str = "window_gone_ms";
/// The median of so many windows.
const WINDOWS: usize = 11;
const PATIENCE: Duration = Duration::from_secs(20);
/// Every process of a window inherits it.
const MARK: &str = "ANKONG_MEASURED_WINDOW";

/// Measures what begins with `only`.
pub(crate) fn measure(only: &str, note: &mut dyn FnMut(&str, Value, &str)) {
    if ![PAINTED, GONE].iter().any(|name| name.starts_with(only)) {
        return;
    }
    let home = TemporaryHome::create().unwrap();
    let display = VirtualDisplay::start(&home.environment()).unwrap();
    window(&home, &display); // the first one fills the caches of the disk
    let times: Vec<_> = (0..WINDOWS).map(|_| window(&home, &display)).collect();
    let median = |of: fn(&(Duration, Duration)) -> Duration| {
        let mut times: Vec<Duration> = times.iter().map(of).collect();
        times.sort();
        json!(tenths(times[WINDOWS / 2].as_secs_f64() * 1e3))
    };
    note(PAINTED, median(|(painted, _)| *painted), "ms");
    note(GONE, median(|(_, gone)| *gone), "ms");
}

fn window(home: &TemporaryHome, display: &VirtualDisplay) -> (Duration, Duration) {
    let prompt: Prompt = serde_json::from_str(PROMPT).unwrap();
    let title = format!("^{}$", prompt.labels.title);
    let begun = Instant::now();
    let mut command = Command::new(built("ankong-window").unwrap());
    command.envs(home.environment()).envs(display.environment()).env(MARK, "1");
    // As the program starts it.
    command.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut orders, mut answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    write_order(&mut orders, &Order::Ask(Box::new(prompt))).unwrap();
    while !matches!(read_answer(&mut answers).unwrap(), Answer::Painted) {}
    wait_until(|| display.has_focus(&title).unwrap());
    let painted = begun.elapsed();

    let over = Instant::now();
    let [message, remedy, code] = ["", "", ""].map(str::to_owned);
    let ending = Ending { silent: true, message, remedy, code, place: None };
    write_order(&mut orders, &Order::End(ending)).unwrap();
    orders.flush().unwrap();
    child.wait().unwrap();
    wait_until(|| marked().is_empty());
    (painted, over.elapsed())
}

fn wait_until(mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "not in time");
        sleep(Duration::from_millis(2));
    }
}

/// Every process of a window that is measured.
fn marked() -> Vec<u32> {
    let mark = format!("{MARK}=1");
    let pids = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
    })
    .collect()
}

const PROMPT: &str = include_str!("../../crates/window/tests/data/prompt-zh-TW.json");
