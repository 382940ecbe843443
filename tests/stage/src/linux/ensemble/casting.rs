//! Who plays, and on what stage.

use std::fs::write;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::Environment;

/// Who plays, and where.
#[derive(Debug, Clone, Default)]
pub struct Casting {
    /// The screen for the windows.
    pub display: Environment,
    /// The resident program sits in the tray too.
    pub tray: bool,
    /// Its port; any free one if left out.
    pub helper_port: Option<u16>,
    /// The portal's port; any free one if left out.
    pub portal_port: Option<u16>,
    /// The portal's name, at what browsers are told is a public address; localhost if left out.
    pub public_name: Option<&'static str>,
    /// The virtual card is in a reader of the resident program's own, not in one of pcscd's.
    pub in_process: bool,
    /// The resident program of another system, in place of the one that was built for this.
    pub foreign: Option<Foreign>,
    /// What is wrong with the card, as `virtual-card issue --condition` names it; nothing if left out.
    pub condition: Option<&'static str>,
    /// The name on the card; the member's if left out.
    pub holder: Option<&'static str>,
}

/// How a resident program of another system is started here.
#[derive(Debug, Clone)]
pub struct Foreign {
    /// What runs it.
    pub runner: PathBuf,
    /// The program, as the runner knows it.
    pub program: String,
    /// What the runner wants in its environment.
    pub environment: Environment,
    /// Where the program's root lies, seen from here.
    pub root: PathBuf,
    /// The user's list of sites, seen from here. The administrator's file is that system's own matter.
    pub origins: PathBuf,
}

impl Foreign {
    /// The call of the program, which may serve this site.
    pub(super) fn command(&self, origin: &str) -> Result<Command> {
        std::fs::create_dir_all(self.origins.parent().context("a list in no folder")?)?;
        write(&self.origins, format!("allowed-origins = [{origin:?}]\n"))?;
        let mut command = Command::new(&self.runner);
        // What it is told of the files here is read from the root of this file system.
        command.arg(&self.program).current_dir("/").arg("serve");
        command.envs(self.environment.iter().cloned());
        Ok(command)
    }
}
