//! The member's card, and the reader it is in.

use std::fs::{read_to_string, write};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command};

use anyhow::{Context, Result};

use super::casting::Casting;
use super::{Ensemble, START_TIME, run};
use crate::{Environment, PrivatePcscd, Process, built};

/// Makes a test authority in `pki` and a card of its own, and gives the card's file.
pub(super) fn issue(casting: &Casting, pki: &Path) -> Result<PathBuf> {
    let mut issue = Command::new(built("virtual-card")?);
    issue.args(["issue", "--name", casting.holder.unwrap_or(Ensemble::NAME)]);
    issue.args(["--id", Ensemble::NATIONAL_ID]);
    issue.args(casting.condition.iter().flat_map(|condition| ["--condition", condition]));
    issue.args(["--file", "member", "--out"]).arg(pki);
    if casting.foreign.is_some() {
        // The keys to a citizen's card are the administrator's to give.
        issue.args(["--profile", "piv"]);
    }
    run(issue, "")?;
    let image = pki.join("cards/member.toml");
    set_pin(&image, Ensemble::PIN)?;
    Ok(image)
}

/// Another PIN than the one every test card begins with, and on nobody's command line.
fn set_pin(image: &Path, pin: &str) -> Result<()> {
    let text = read_to_string(image)?;
    let begin = text.find("\npin = \"").context("no PIN in the card's file")?;
    let (before, after) = text.split_at(begin);
    let rest = after.get(1..).and_then(|after| after.split_once('\n')).map(|(_, rest)| rest);
    write(image, format!("{before}\npin = \"{pin}\"\n{}", rest.context("a torn file")?))?;
    Ok(())
}

/// A reader of a private pcscd, with the card in it or not.
pub(super) struct Reader {
    // Fields are dropped in this order: the card leaves before the reader goes.
    orders: ChildStdin,
    _card: Process,
    pcscd: PrivatePcscd,
    trace: PathBuf,
}

impl Reader {
    pub(super) fn start(image: &Path, folder: &Path, say: &mut dyn FnMut(&str)) -> Result<Self> {
        let pcscd = PrivatePcscd::start()?;
        let port = pcscd.vpcd_port();
        say(&format!("pcscd with a virtual reader on port {port} (open while this runs)"));
        let trace = folder.join("card.trace");
        let mut command = Command::new(built("virtual-card")?);
        command.arg("run").arg(image).args(["--port", &port.to_string(), "--trace"]).arg(&trace);
        let mut card = Process::start(command, &folder.join("card.log"))?;
        card.wait_for_line("has taken the card", START_TIME)?;
        say("the card is in the reader");
        let orders = card.take_input().context("no input")?;
        Ok(Self { orders, _card: card, pcscd, trace })
    }

    /// Has the card pulled (`pull`) or put in (`insert`), which happens soon afterwards.
    pub(super) fn order(&mut self, order: &str) -> Result<()> {
        Ok(writeln!(self.orders, "{order}")?)
    }

    pub(super) fn environment(&self) -> Environment {
        self.pcscd.environment()
    }

    /// The trace of the commands the card was sent.
    pub(super) fn trace(&self) -> &Path {
        &self.trace
    }
}
