//! Shows the pages that are kept for the tests in the real window, one after another, and
//! photographs them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use ankong_dialog::{Ending, Order, Prompt, WrongPin, write_order};
use ankong_stage::{Environment, TemporaryHome, VirtualDisplay, built, eventually};
use anyhow::{Context, Result};
use serde::Deserialize;

const PATIENCE: Duration = Duration::from_secs(60);
/// Points: as wide as the panel opens, and as tall as the virtual display shows.
const WIDE: u16 = 720;
const TALL: u16 = 860;

/// A picture's name, and what the window is told for it, in order.
struct Scene {
    name: String,
    orders: Vec<Order>,
}

/// Takes every picture whose name begins so into the folder.
pub(crate) fn fill(folder: &Path, only: &str) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut scenes = panels()?;
    scenes.extend(questions()?);
    scenes.retain(|scene| scene.name.starts_with(only));
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
    let (wrong, at_once): (Vec<_>, Vec<_>) =
        scene.orders.iter().partition(|order| matches!(order, Order::WrongPin(_)));
    for order in at_once {
        write_order(&mut pipe, order)?;
    }
    let number = display.wait_for_window(".", PATIENCE)?;
    if matches!(scene.orders.first(), Some(Order::Panel(_))) {
        display.resize(&number, WIDE, TALL)?;
    }
    // The second until keys count is enough to draw it anew.
    display.wait_until_ready()?;
    for order in wrong {
        refuse(display, &mut pipe, order)?;
    }
    display.screenshot_of(&number, file)?;
    drop(window);
    display.wait_until_gone(".", PATIENCE)
}

/// The card's word on a PIN comes after the question was seen; waits until it stands there.
fn refuse(display: &VirtualDisplay, pipe: &mut ChildStdin, order: &Order) -> Result<()> {
    write_order(&mut *pipe, order)?;
    let Order::WrongPin(wrong) = order else { return Ok(()) };
    eventually("the line on the tries that are left", PATIENCE, || {
        Ok(display.read_consent("read")?.contains(&wrong.tries).then_some(()))
    })
}

/// The panel's pages, as the resident program writes them.
fn panels() -> Result<Vec<Scene>> {
    kept("tests/data/panel", |file| Ok(vec![Order::Panel(serde_json::from_slice(file)?)]))
}

/// What is kept of a question: what the window is told, in this order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    ask: Prompt,
    text: Option<String>,
    wrong_pin: Option<WrongPin>,
    end: Option<Ending>,
}

/// The questions and their ends, as the resident program writes them.
fn questions() -> Result<Vec<Scene>> {
    kept("tests/data/consent", |file| {
        let Told { mut ask, text, wrong_pin, end } = serde_json::from_slice(file)?;
        if let (Some(content), Some(text)) = (&mut ask.content, text) {
            content.text = text;
        }
        let mut orders = vec![Order::Ask(Box::new(ask))];
        orders.extend(wrong_pin.map(Order::WrongPin));
        orders.extend(end.map(Order::End));
        Ok(orders)
    })
}

fn kept(folder: &str, orders: impl Fn(&[u8]) -> Result<Vec<Order>>) -> Result<Vec<Scene>> {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(data(folder))? {
        files.push(entry?.path());
    }
    files.sort();
    let scene = |file: &PathBuf| {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Scene { name, orders: orders(&fs::read(file)?)? })
    };
    files.iter().map(scene).collect()
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
