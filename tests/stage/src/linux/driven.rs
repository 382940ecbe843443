//! Chromium and Firefox, driven alike by `tests/browsers/drive.mjs`, each with a home of its own and a profile in it.
//! It refuses to know any option that ignores a certificate error: what a browser may trust is in the home's stores.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

use super::process::Process;
use crate::{Environment, TemporaryHome};

/// Which browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Debian's Chromium.
    Chromium,
    /// Debian's Firefox ESR.
    Firefox,
}

/// How to start it.
#[derive(Debug, Clone, Default)]
pub struct Driving {
    /// Further arguments.
    pub arguments: Vec<String>,
    /// Firefox's preferences.
    pub preferences: Map<String, Value>,
    /// The screen to show it on; none where it is empty.
    pub display: Environment,
}

/// A running browser with one page.
#[derive(Debug)]
pub struct DrivenBrowser {
    process: Process,
    /// Until the end.
    input: Option<ChildStdin>,
    asked: u32,
}

/// How a page is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// Media features of CSS and their values, such as `prefers-color-scheme`.
    pub features: &'a [(&'a str, &'a str)],
    /// Width and height, CSS pixels.
    pub viewport: (u16, u16),
    /// Runs before the page's own scripts.
    pub script: &'a str,
}

impl Kind {
    /// Where the profile lies below a home: where the browser itself would have it, under a name of its own.
    pub fn profile(self, home: &Path) -> PathBuf {
        home.join(match self {
            Self::Chromium => ".config/chromium-driven",
            Self::Firefox => ".config/mozilla/firefox/d.driven",
        })
    }
}

impl DrivenBrowser {
    /// Starts the browser; it lives in `home`.
    ///
    /// # Errors
    /// When node, puppeteer-core or the browser is missing or does not start.
    pub fn start(kind: Kind, home: &TemporaryHome, driving: &Driving) -> Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../browsers/drive.mjs");
        let mut command = Command::new("node");
        command.arg(script).envs(home.environment());
        // Without a display of its own it must not find the user's.
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        command.envs(driving.display.iter().cloned());
        let mut process = Process::start(command, &home.path().join("browser.log"))?;
        let mut input = process.take_input().context("no input")?;
        let (browser, executable, own) = match kind {
            Kind::Chromium => ("chrome", "/usr/bin/chromium", CHROMIUM.as_slice()),
            Kind::Firefox => ("firefox", "/usr/bin/firefox-esr", [].as_slice()),
        };
        let mut arguments: Vec<&str> = own.to_vec();
        arguments.extend(driving.arguments.iter().map(String::as_str));
        let order = json!({
            "browser": browser,
            "executable": executable,
            "profile": kind.profile(home.path()),
            "headless": driving.display.is_empty(),
            "arguments": arguments,
            "preferences": driving.preferences,
        });
        writeln!(input, "{order}")?;
        process.wait_for_line("{\"id\":0,", START_TIME)?;
        Ok(Self { process, input: Some(input), asked: 0 })
    }

    /// Opens an address and gives the text of the page.
    ///
    /// # Errors
    /// The browser's own error, a certificate it does not trust among them.
    pub fn goto(&mut self, url: &str) -> Result<String> {
        let text = self.ask("goto", &json!(url))?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// What an expression in the page comes to, awaited.
    ///
    /// # Errors
    /// It throws, or takes too long.
    pub fn evaluate(&mut self, expression: &str) -> Result<Value> {
        self.ask("evaluate", &json!(expression))
    }

    /// Clicks on what the CSS selector finds.
    ///
    /// # Errors
    /// It finds nothing.
    pub fn click(&mut self, selector: &str) -> Result<()> {
        self.ask("click", &json!(selector)).map(drop)
    }

    /// Answers for the person whether pages of `origin` may reach programs on this computer: `granted`, `denied`, or
    /// `prompt` for a question.
    ///
    /// # Errors
    /// The browser refuses.
    pub fn set_permission(&mut self, origin: &str, state: &str) -> Result<()> {
        self.ask("permission", &json!({ "origin": origin, "state": state })).map(drop)
    }

    /// How pages opened from now on are looked at.
    ///
    /// # Errors
    /// The driver is gone.
    pub fn look(&mut self, look: &Look<'_>) -> Result<()> {
        let features: Vec<_> = look
            .features
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        let (width, height) = look.viewport;
        let viewport = json!({ "width": width, "height": height });
        let order = json!({ "features": features, "viewport": viewport, "script": look.script });
        self.ask("look", &order).map(drop)
    }

    /// What axe-core finds wrong with the page, a line for each place.
    ///
    /// # Errors
    /// It cannot run.
    pub fn axe(&mut self) -> Result<Vec<String>> {
        Ok(serde_json::from_value(self.ask("axe", &json!(null))?)?)
    }

    /// Keeps a picture of the whole page, PNG.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn photograph(&mut self, file: &Path) -> Result<()> {
        self.ask("photograph", &json!(file)).map(drop)
    }

    fn ask(&mut self, deed: &str, argument: &Value) -> Result<Value> {
        self.asked += 1;
        let id = self.asked;
        let input = self.input.as_mut().context("it has ended")?;
        writeln!(input, "{}", json!({ "id": id, deed: argument }))?;
        let line = self.process.wait_for_line(&format!("{{\"id\":{id},"), ANSWER_TIME)?;
        let answer: Value = serde_json::from_str(&line)?;
        let error = answer.get("error").and_then(Value::as_str);
        ensure!(error.is_none(), "{}", error.unwrap_or_default());
        Ok(answer.get("value").cloned().unwrap_or_default())
    }
}

/// The browser is not in the driver's process group: the driver ends it, when its input ends.
impl Drop for DrivenBrowser {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.process.wait(END_TIME);
    }
}

/// The browser only ever sees pages of the test; a container has no user namespace to sandbox it in.
const CHROMIUM: [&str; 5] =
    ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--lang=en"];
const START_TIME: Duration = Duration::from_secs(60);
const ANSWER_TIME: Duration = Duration::from_secs(60);
const END_TIME: Duration = Duration::from_secs(20);
