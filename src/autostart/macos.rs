//! A LaunchAgent of the user's, launchd.plist(5): started at login, and again when it crashed.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::{Autostart, remove, text_of};

/// The agent's label, and the name of its file.
const LABEL: &str = "tw.ankong.agent";
/// The installer starts the program by the same one.
const AGENT: &str = include_str!("../../installer/macos/agent.plist");

pub(super) fn is_on(start: &Autostart) -> io::Result<bool> {
    Ok(text_of(&file(start))?.is_some())
}

/// Counts from the next login: this session's program runs already, or was ended on purpose.
pub(super) fn switch(start: &Autostart, on: bool) -> io::Result<()> {
    if !on {
        return remove(&file(start));
    }
    fs::create_dir_all(&start.folder)?;
    fs::write(file(start), agent(&start.program)?)
}

fn file(start: &Autostart) -> PathBuf {
    start.folder.join(format!("{LABEL}.plist"))
}

/// An orderly end (code 0) is the person's and stays; anything else is started again, at most once
/// in ten seconds.
fn agent(program: &Path) -> io::Result<String> {
    let program = program.to_str().ok_or_else(|| io::Error::other("the path is no text"))?;
    let program = program.replace('&', "&amp;").replace('<', "&lt;");
    Ok(AGENT.replace("@PROGRAM@", &program))
}
