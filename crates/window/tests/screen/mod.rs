//! A private X display with a window manager, a message bus and a home of its own; and the real
//! window process on it. All of it is gone when the test ends.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use ankong_dialog::{Answer, Order, Prompt, read_answer, write_order};
use tempfile::TempDir;

/// Generous: two processors may be busy with other tests.
const PATIENCE: Duration = Duration::from_secs(60);
/// Keys count a second after the first picture.
const EARLY: Duration = Duration::from_millis(700);

/// The private display.
pub(crate) struct Screen {
    display: String,
    bus: String,
    home: TempDir,
    servers: Vec<Child>,
}

impl Screen {
    pub(crate) fn open() -> Self {
        let mut servers = Vec::new();
        let display = format!(
            ":{}",
            serve(
                &mut servers,
                Command::new("Xvfb")
                    .args(["-displayfd", "1", "-screen", "0", "1024x768x24"])
                    // Else the server starts anew, and throws out whoever is just connecting, when the
                    // last client of the moment leaves: each look for the window manager is one.
                    .args(["-nolisten", "tcp", "-noreset"]),
            )
        );
        let bus = serve(
            &mut servers,
            Command::new("dbus-daemon")
                .args(["--session", "--nofork", "--print-address=1"])
                .env("DISPLAY", &display),
        );
        let home = tempfile::tempdir().unwrap();
        let mut manager = Command::new("openbox");
        manager.env("DISPLAY", &display).env("HOME", home.path());
        servers.push(manager.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        let screen = Self { display, bus, home, servers };
        // A window manager that is up says how many desktops there are.
        until(PATIENCE, || screen.xdotool(&["get_num_desktops"]));
        screen
    }

    /// Starts the real window with this question.
    pub(crate) fn ask(&self, prompt: Prompt) -> Window {
        Window::start(self, &Order::Ask(Box::new(prompt)))
    }

    /// Starts the real window with this question and does `early` at once, so early that no key counts yet. What
    /// took longer than that, on a busy machine, is done again with another window.
    pub(crate) fn ask_and(&self, prompt: &Prompt, early: impl Fn()) -> Window {
        for _ in 0..10 {
            let window = self.ask(prompt.clone());
            window.painted();
            let painted = Instant::now();
            early();
            if painted.elapsed() < EARLY {
                return window;
            }
        }
        panic!("no key comes early enough on this machine");
    }

    /// Starts the real window with this first order.
    pub(crate) fn show(&self, order: Order) -> Window {
        Window::start(self, &order)
    }

    /// Waits until keys count in the window that is there.
    pub(crate) fn wait_until_ready(&self) {
        crate::accessibility::consent(self, &["ready"]);
    }

    /// Waits until the window, as a screen reader finds it, has this text.
    pub(crate) fn wait_until_read(&self, what: &str, text: &str) {
        until(PATIENCE, || crate::accessibility::consent(self, &[what]).contains(text));
    }

    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    pub(crate) fn type_text(&self, text: &str) {
        assert!(self.xdotool(&["type", "--delay", "40", text]));
    }

    pub(crate) fn press(&self, keys: &[&str]) {
        for key in keys {
            assert!(self.xdotool(&["key", key]));
            thread::sleep(Duration::from_millis(40));
        }
    }

    /// Keeps a picture of the whole display beside the test binaries.
    pub(crate) fn photograph(&self, name: &str) -> PathBuf {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
        let taken = self.command("import").args(["-window", "root"]).arg(&file).status().unwrap();
        assert!(taken.success());
        file
    }

    fn xdotool(&self, arguments: &[&str]) -> bool {
        let mut tool = self.command("xdotool");
        tool.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        tool.status().unwrap().success()
    }

    /// A program that is to find this display, its bus and its home.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_remove("WAYLAND_DISPLAY")
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("HOME", self.home.path())
            .env("XDG_RUNTIME_DIR", self.home.path())
            .env("LANG", "C.UTF-8");
        command
    }

    /// Every process of the window on this display, the web view's own included.
    fn processes(&self) -> Vec<u32> {
        let mark = format!("ANKONG_SCREEN={}", self.bus);
        let pids = fs::read_dir("/proc").unwrap().flatten();
        let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        pids.filter(|pid: &u32| {
            let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
        })
        .collect()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        for server in self.servers.iter_mut().rev() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

/// The window process and the pipes to it.
pub(crate) struct Window {
    child: Child,
    orders: Option<ChildStdin>,
    answers: Receiver<Answer>,
    started: Instant,
}

impl Window {
    fn start(screen: &Screen, first: &Order) -> Self {
        let started = Instant::now();
        let mut child = screen
            .command(env!("CARGO_BIN_EXE_ankong-window"))
            .env("ANKONG_SCREEN", &screen.bus)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let orders = child.stdin.take();
        let mut pipe = child.stdout.take().unwrap();
        let (heard, answers) = channel();
        thread::spawn(move || {
            while let Ok(answer) = read_answer(&mut pipe) {
                if matches!(answer, Answer::Coming) {
                    continue; // a sign of life: how many come is nobody's business here
                }
                if heard.send(answer).is_err() {
                    return;
                }
            }
        });
        let mut window = Self { child, orders, answers, started };
        window.order(first);
        window
    }

    pub(crate) fn order(&mut self, order: &Order) {
        write_order(self.orders.as_mut().unwrap(), order).unwrap();
    }

    /// Waits for the first picture; tells how long it took from the start of the process.
    pub(crate) fn painted(&self) -> Duration {
        assert!(matches!(self.answer(), Answer::Painted));
        self.started.elapsed()
    }

    /// Gives the page time to show what was last said to it.
    pub(crate) fn settle(&self) {
        thread::sleep(Duration::from_millis(500));
    }

    pub(crate) fn answer(&self) -> Answer {
        self.answers.recv_timeout(PATIENCE).expect("an answer")
    }

    pub(crate) fn agreed(&self) -> (Vec<u8>, bool) {
        match self.answer() {
            Answer::Agreed { card: 0, pin, last_try_accepted } => (pin.to_vec(), last_try_accepted),
            _ => panic!("another answer"),
        }
    }

    /// What it has said and nobody has heard yet.
    pub(crate) fn said(&self) -> Option<Answer> {
        self.answers.try_recv().ok()
    }

    pub(crate) fn has_said_nothing(&self) -> bool {
        self.answers.try_recv().is_err()
    }

    pub(crate) fn is_open(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Goes away as a parent does that is killed.
    pub(crate) fn abandon(&mut self) {
        self.orders = None;
    }

    /// The core limits of the window process and of the web view's.
    pub(crate) fn core_limits(&self, screen: &Screen) -> Vec<String> {
        let limits = screen.processes().into_iter().filter_map(|pid| {
            let limits = fs::read_to_string(format!("/proc/{pid}/limits")).ok()?;
            limits.lines().find(|line| line.starts_with("Max core file size")).map(str::to_owned)
        });
        limits.collect()
    }

    /// Waits until the process has ended, and then until nothing of it is left on the display.
    /// An idle machine takes a fraction of a second for it; a loaded one is given time.
    pub(crate) fn gone(mut self, screen: &Screen) -> ExitStatus {
        until(PATIENCE, || !self.is_open());
        until(PATIENCE, || screen.processes().is_empty());
        self.child.wait().unwrap()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a server and reads the line it prints when it is up.
fn serve(servers: &mut Vec<Child>, command: &mut Command) -> String {
    let mut server = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    servers.push(server);
    line.trim().to_owned()
}

fn until(limit: Duration, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < limit, "not within {limit:?}");
        thread::sleep(Duration::from_millis(20));
    }
}
