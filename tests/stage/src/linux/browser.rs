//! Chromium, driven through chromedriver (W3C WebDriver) or handed to a person, always with a home of its own.
//! It refuses to know any flag that ignores a certificate error: what it may trust is in the home's store.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::geteuid;
use serde_json::json;
use tempfile::TempDir;
use url::{ParseError, Url};

use super::process::Process;
use crate::{Environment, TemporaryHome};

/// A headless Chromium under chromedriver.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    // Fields are dropped in this order: the profile goes when nobody writes into it any more.
    _driver: Process,
    _profile: TempDir,
}

impl Browser {
    /// Starts Chromium with this home, in Traditional Chinese. `extra` are further arguments of Chromium's.
    ///
    /// # Errors
    /// When chromium or chromium-driver is missing or does not start.
    pub async fn start(home: &TemporaryHome, extra: &[&str]) -> Result<Self> {
        let profile = profile(home)?;
        let mut command = Command::new(CHROMEDRIVER);
        command.arg("--port=0").envs(home.environment());
        // Without a display of its own it must not find the user's.
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        let driver = Process::start(command, &home.path().join("chromedriver.log"))?;
        let line = driver.wait_for_line("started successfully on port ", START_TIME)?;
        let port = line.trim_end_matches('.').rsplit(' ').next().context("no port in its line")?;

        let mut arguments = arguments(profile.path());
        // chromedriver's browser only ever sees pages of the test; a container has no user namespace to sandbox it in.
        arguments
            .extend(["--headless=new", "--no-sandbox", "--window-size=1280,900"].map(String::from));
        arguments.extend(extra.iter().map(ToString::to_string));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(&arguments))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .with_context(|| format!("no session: see {}", driver.log().display()))?;
        Ok(Self { client, _driver: driver, _profile: profile })
    }

    /// The WebDriver session.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Answers for the person whether the site that is open may reach programs on this computer: `granted`, `denied`, or
    /// `prompt` for a question.
    ///
    /// # Errors
    /// When chromedriver refuses.
    pub async fn set_permission(&self, state: &'static str) -> Result<()> {
        self.client.issue_cmd(SetPermission { state }).await?;
        Ok(())
    }

    /// Ends the session and the browser. Dropping the guard kills it instead.
    ///
    /// # Errors
    /// When chromedriver does not answer any more.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.clone().close().await?)
    }
}

/// The command that Permissions section 9.1 (W3C) adds to WebDriver.
#[derive(Debug)]
struct SetPermission {
    state: &'static str,
}

impl WebDriverCompatibleCommand for SetPermission {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/permissions", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _address: &Url) -> (Method, Option<String>) {
        let body = json!({ "descriptor": { "name": "loopback-network" }, "state": self.state });
        (Method::POST, Some(body.to_string()))
    }
}

/// Opens `url` in a Chromium window for a person to use. `display` is the environment that names the screen; what this
/// process inherited counts where it is silent. The window closes with the guard.
///
/// # Errors
/// When chromium is missing.
pub fn open_for_a_person(
    home: &TemporaryHome,
    display: &Environment,
    url: &str,
) -> Result<Process> {
    let mut command = Command::new(CHROMIUM);
    command.args(arguments(&home.path().join("browser")));
    if geteuid().is_root() {
        // Chromium refuses to start its sandbox as root.
        command.arg("--no-sandbox");
    }
    command.arg(url).envs(home.environment()).envs(display.iter().cloned());
    Process::start(command, &home.path().join("chromium.log"))
}

fn profile(home: &TemporaryHome) -> Result<TempDir> {
    Ok(tempfile::Builder::new().prefix("browser-").tempdir_in(home.path())?)
}

fn arguments(profile: &Path) -> Vec<String> {
    let mut arguments: Vec<String> = [
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--password-store=basic",
        "--lang=zh-TW",
        "--accept-lang=zh-TW,zh",
    ]
    .map(String::from)
    .into();
    arguments.push(format!("--user-data-dir={}", profile.display()));
    arguments
}

fn capabilities(arguments: &[String]) -> Capabilities {
    let mut capabilities = Capabilities::new();
    capabilities.insert("acceptInsecureCerts".into(), json!(false));
    capabilities.insert(
        "goog:chromeOptions".into(),
        json!({
            "binary": CHROMIUM,
            "args": arguments,
        }),
    );
    capabilities
}

const CHROMIUM: &str = "/usr/bin/chromium";
const CHROMEDRIVER: &str = "/usr/bin/chromedriver";
const START_TIME: Duration = Duration::from_secs(20);
