//! Shows the pages that are kept for the tests in the real window, one after another, and
//! photographs them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ankong_dialog::{Ending, Order, Prompt, write_order};
use ankong_stage::{Environment, TemporaryHome, VirtualDisplay, built};
use anyhow::{Context, Result};

const PATIENCE: Duration = Duration::from_secs(60);
/// Points: as wide as the panel opens, and as tall as the virtual display shows.
const WIDE: u16 = 720;
const TALL: u16 = 860;
const LANGUAGES: [&str; 2] = ["zh-TW", "en"];

/// A picture's name, and what the window is told for it, in order.
struct Scene {
    name: String,
    orders: Vec<Order>,
}

/// Takes every picture into the folder.
pub(crate) fn fill(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut scenes = panels()?;
    scenes.extend(questions()?);
    for (theme, variable) in [("light", "Adwaita"), ("dark", "Adwaita:dark")] {
        let home = TemporaryHome::create()?;
        let display = VirtualDisplay::start(&home.environment())?;
        let mut environment = home.environment();
        environment.extend(display.environment());
        environment.push(("GTK_THEME", variable.into()));
        for scene in &scenes {
            let file = folder.join(format!("{}-{theme}.png", scene.name));
            photograph(&display, &environment, scene, &file).with_context(|| scene.name.clone())?;
            writeln!(std::io::stdout(), "{}", file.display())?;
        }
    }
    Ok(())
}

fn photograph(
    display: &VirtualDisplay,
    environment: &Environment,
    scene: &Scene,
    file: &Path,
) -> Result<()> {
    let mut command = Command::new(built("ankong-window")?);
    command.envs(environment.iter().cloned()).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut window = Guest(command.spawn().context("cannot start ankong-window")?);
    let mut pipe = window.0.stdin.take().context("the window has no pipe")?;
    for order in &scene.orders {
        write_order(&mut pipe, order)?;
    }
    let number = display.wait_for_window(".", PATIENCE)?;
    if matches!(scene.orders.first(), Some(Order::Panel(_))) {
        display.resize(&number, WIDE, TALL)?;
    }
    // The second until keys count is enough to draw it anew.
    display.wait_until_ready()?;
    display.screenshot_of(&number, file)?;
    drop(window);
    display.wait_until_gone(".", PATIENCE)
}

/// The panel's pages, as the resident program writes them.
fn panels() -> Result<Vec<Scene>> {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(data("tests/data/panel"))? {
        files.push(entry?.path());
    }
    files.sort();
    let scene = |file: &PathBuf| {
        let panel = serde_json::from_slice(&fs::read(file)?)?;
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Scene { name, orders: vec![Order::Panel(panel)] })
    };
    files.iter().map(scene).collect()
}

/// The question, and an end that has something to say.
fn questions() -> Result<Vec<Scene>> {
    let mut scenes = Vec::new();
    for language in LANGUAGES {
        let file = data(&format!("crates/window/tests/data/prompt-{language}.json"));
        let prompt: Prompt = serde_json::from_slice(&fs::read(file)?)?;
        let ask = || Order::Ask(Box::new(prompt.clone()));
        let scene =
            |name: &str, orders| Scene { name: format!("consent{name}-{language}"), orders };
        scenes.push(scene("", vec![ask()]));
        scenes.push(scene("-ending", vec![ask(), Order::End(ending(language))]));
    }
    Ok(scenes)
}

fn ending(language: &str) -> Ending {
    let (message, remedy, place) = match language {
        "zh-TW" => (
            "這張卡片的 PIN 碼已鎖住。",
            "請到內政部憑證管理中心網站的「忘記 PIN 碼／鎖卡解碼」解鎖，再試一次。",
            "開啟 moica.nat.gov.tw",
        ),
        _ => (
            "The card's PIN is blocked.",
            "Unblock it at MOICA's site (“forgotten PIN / unblock”) and try again.",
            "Open moica.nat.gov.tw",
        ),
    };
    let code = "pin-blocked".to_owned();
    let place = Some(place.to_owned());
    Ending { silent: false, message: message.into(), remedy: remedy.into(), place, code }
}

fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// Ends the window with the guard.
struct Guest(Child);

impl Drop for Guest {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
