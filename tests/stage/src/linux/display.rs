//! A screen that nobody sees: Xvfb with a session bus and a window manager of its own, and hands that type on it.
//! It refuses to know whose windows these are.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use super::process::Process;
use crate::Environment;
use crate::waiting::eventually;

/// A private X display of 1280 × 900 points.
#[derive(Debug)]
pub struct VirtualDisplay {
    // Fields are dropped in this order: guests leave before the screen goes.
    _window_manager: Process,
    _bus: Process,
    _server: Process,
    folder: TempDir,
    display: String,
    bus_address: String,
}

impl VirtualDisplay {
    /// Starts the display on a free number and waits until its window manager works. `home` is the environment of the
    /// programs that live on it, [`TemporaryHome::environment`](crate::TemporaryHome::environment) as a rule.
    ///
    /// # Errors
    /// When Xvfb, dbus-daemon, openbox or xdotool is missing or does not come up; the message holds what it said.
    pub fn start(home: &Environment) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("ankong-display-").tempdir()?;
        let log = |name: &str| folder.path().join(name);

        let mut command = Command::new("Xvfb");
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x900x24",
            "-nolisten",
            "tcp",
            "-noreset",
        ]);
        let server = Process::start(command, &log("xvfb.log"))?;
        let display = format!(":{}", server.wait_for_line("", START_TIME)?);

        // The bus hands its own environment to what it starts, the accessibility bus among it.
        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        command.arg(format!("--address=unix:path={}", folder.path().join("bus").display()));
        command.envs(home.iter().cloned()).env("DISPLAY", &display);
        let bus = Process::start(command, &log("dbus.log"))?;
        let bus_address = bus.wait_for_line("unix:", START_TIME)?;

        let mut command = Command::new("openbox");
        command.envs(home.iter().cloned());
        command.env("DISPLAY", &display).env("DBUS_SESSION_BUS_ADDRESS", &bus_address);
        let mut window_manager = Process::start(command, &log("openbox.log"))?;
        eventually("a window manager on the virtual display", START_TIME, || {
            ensure!(window_manager.is_running()?, "openbox ended at once");
            // Desktops are the window manager's: xdotool finds none before it is there.
            let answer = xdotool(&display, &["get_num_desktops"], "")?;
            Ok(answer.status.success().then_some(()))
        })?;
        Ok(Self {
            _window_manager: window_manager,
            _bus: bus,
            _server: server,
            folder,
            display,
            bus_address,
        })
    }

    /// Puts a panel on the display that shows tray icons, and waits until it does. It lives as long as what is given back.
    ///
    /// # Errors
    /// When xfce4-panel is missing or does not come up; the message holds what it said.
    pub fn start_panel(&self, home: &Environment) -> Result<Process> {
        let mut command = Command::new("xfce4-panel");
        command.arg("--disable-wm-check").envs(home.iter().cloned()).envs(self.environment());
        let mut panel = Process::start(command, &self.folder.path().join("panel.log"))?;
        eventually("a panel that shows tray icons", START_TIME, || {
            ensure!(panel.is_running()?, "xfce4-panel ended at once");
            let answer = Command::new("dbus-send")
                .envs(self.environment())
                .args(["--session", "--print-reply", "--reply-timeout=2000"])
                .args(["--dest=org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher"])
                .arg("org.freedesktop.DBus.Properties.Get")
                .args([
                    "string:org.kde.StatusNotifierWatcher",
                    "string:IsStatusNotifierHostRegistered",
                ])
                .output()?;
            let shows = String::from_utf8_lossy(&answer.stdout).contains("boolean true");
            Ok(shows.then_some(()))
        })?;
        Ok(panel)
    }

    /// What makes a program show its windows here.
    pub fn environment(&self) -> Environment {
        vec![
            ("DISPLAY", self.display.clone().into()),
            ("DBUS_SESSION_BUS_ADDRESS", self.bus_address.clone().into()),
            ("GDK_BACKEND", "x11".into()),
            // An empty name is no Wayland display, for libraries that look there first.
            ("WAYLAND_DISPLAY", "".into()),
        ]
    }

    /// Writes what is on the screen into a picture file; its ending names the format.
    ///
    /// # Errors
    /// When ImageMagick is missing or the file cannot be written.
    pub fn screenshot(&self, path: &Path) -> Result<()> {
        self.screenshot_of("root", path)
    }

    /// Writes a window's picture alone, without its frame.
    ///
    /// # Errors
    /// As [`screenshot`](Self::screenshot).
    pub fn screenshot_of(&self, window: &str, path: &Path) -> Result<()> {
        let status = Command::new("import")
            .args(["-display", &self.display, "-window", window])
            .arg(path)
            .status()
            .context("cannot start import (imagemagick)")?;
        ensure!(status.success(), "no picture of {window} in {}", path.display());
        Ok(())
    }

    /// Makes a window so wide and tall, points, and waits until it is.
    ///
    /// # Errors
    /// When xdotool refuses.
    pub fn resize(&self, window: &str, width: u16, height: u16) -> Result<()> {
        let (width, height) = (width.to_string(), height.to_string());
        self.done(&["windowsize", "--sync", window, &width, &height], "")
    }

    /// Types `text` into the window that has the focus. The text is on no command line.
    ///
    /// # Errors
    /// When xdotool refuses.
    pub fn type_text(&self, text: &str) -> Result<()> {
        self.done(&["type", "--delay", "60", "--file", "-"], text)
    }

    /// Presses one key by its X name: `Return`, `Escape`, `Tab`, `ctrl+a`.
    ///
    /// # Errors
    /// When there is no such key.
    pub fn key(&self, name: &str) -> Result<()> {
        self.done(&["key", name], "")
    }

    /// Clicks at a point of a window, counted from its left upper corner: 1 is the left button, 3 the right one.
    ///
    /// # Errors
    /// When there is no such window.
    pub fn click(&self, window: &str, (x, y): (u32, u32), button: u8) -> Result<()> {
        let (x, y, button) = (x.to_string(), y.to_string(), button.to_string());
        self.done(&["mousemove", "--window", window, &x, &y, "click", &button], "")
    }

    /// Width and height of a window, points.
    ///
    /// # Errors
    /// When there is no such window.
    pub fn size_of(&self, window: &str) -> Result<(u32, u32)> {
        let answer = xdotool(&self.display, &["getwindowgeometry", "--shell", window], "")?;
        let said = String::from_utf8_lossy(&answer.stdout);
        let number = |name: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|number| number.parse().ok()).context("a window without a size")
        };
        Ok((number("WIDTH=")?, number("HEIGHT=")?))
    }

    /// Waits until the consent window takes keys. docs/testing.md has the script that looks.
    ///
    /// # Errors
    /// When no window does in a minute; the message holds what the script said.
    pub fn wait_until_ready(&self) -> Result<()> {
        self.read_consent("ready").map(drop)
    }

    /// What that script says about the consent window.
    ///
    /// # Errors
    /// When it does not find what it looks for in a minute; the message holds what it said.
    pub fn read_consent(&self, what: &str) -> Result<String> {
        self.by_script(&[what])
    }

    /// Presses the button of this name in the consent window.
    ///
    /// # Errors
    /// As [`VirtualDisplay::read_consent`].
    pub fn press_in_consent(&self, name: &str) -> Result<()> {
        self.by_script(&["press", name]).map(drop)
    }

    fn by_script(&self, arguments: &[&str]) -> Result<String> {
        // Debian's own Python: another one does not see Debian's packages.
        let output = Command::new("/usr/bin/python3")
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../crates/window/tests/accessibility/consent.py"
            ))
            .args(arguments)
            .envs(self.environment())
            .output()
            .context("cannot start python3")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "nothing to {arguments:?}: {said}");
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Whether the window that has the keyboard has this title, a regular expression.
    ///
    /// # Errors
    /// When xdotool cannot be started.
    pub fn has_focus(&self, title: &str) -> Result<bool> {
        let answer = xdotool(&self.display, &["getactivewindow"], "")?;
        let active = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
        Ok(!active.is_empty() && self.windows_named(title)?.contains(&active))
    }

    /// The visible windows whose title matches the extended regular expression `title`.
    ///
    /// # Errors
    /// When xdotool cannot be started.
    pub fn windows_named(&self, title: &str) -> Result<Vec<String>> {
        // Its exit status only says whether there were any.
        let answer = xdotool(&self.display, &["search", "--onlyvisible", "--name", title], "")?;
        Ok(String::from_utf8_lossy(&answer.stdout).lines().map(str::to_owned).collect())
    }

    /// The visible windows of a program, by the regular expression of their class (`WM_CLASS`).
    ///
    /// # Errors
    /// When xdotool cannot be started.
    pub fn windows_of(&self, class: &str) -> Result<Vec<String>> {
        let answer = xdotool(&self.display, &["search", "--onlyvisible", "--class", class], "")?;
        Ok(String::from_utf8_lossy(&answer.stdout).lines().map(str::to_owned).collect())
    }

    /// Waits for a visible window whose title matches, and gives its number.
    ///
    /// # Errors
    /// When there is none `within` that time.
    pub fn wait_for_window(&self, title: &str, within: Duration) -> Result<String> {
        eventually(&format!("a window named {title}"), within, || {
            Ok(self.windows_named(title)?.into_iter().next())
        })
    }

    /// Waits until no visible window has such a title any more.
    ///
    /// # Errors
    /// When there still is one after `within`.
    pub fn wait_until_gone(&self, title: &str, within: Duration) -> Result<()> {
        eventually(&format!("no window named {title}"), within, || {
            Ok(self.windows_named(title)?.is_empty().then_some(()))
        })
    }

    /// Waits until the window of this number, among those whose title matches, is not visible any more.
    ///
    /// # Errors
    /// When it still is after `within`.
    pub fn wait_until_gone_number(
        &self,
        title: &str,
        number: &str,
        within: Duration,
    ) -> Result<()> {
        eventually(&format!("no window {number}"), within, || {
            let there = self.windows_named(title)?.iter().any(|found| found == number);
            Ok((!there).then_some(()))
        })
    }

    fn done(&self, arguments: &[&str], input: &str) -> Result<()> {
        let answer = xdotool(&self.display, arguments, input)?;
        if answer.status.success() {
            return Ok(());
        }
        bail!("xdotool {arguments:?} failed: {}", String::from_utf8_lossy(&answer.stderr))
    }
}

fn xdotool(display: &str, arguments: &[&str], input: &str) -> Result<Output> {
    let mut child = Command::new("xdotool")
        .args(arguments)
        .env("DISPLAY", display)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start xdotool")?;
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(input.as_bytes())?;
    }
    Ok(child.wait_with_output()?)
}

const START_TIME: Duration = Duration::from_secs(60);
