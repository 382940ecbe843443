//! The installer, used silently, as an administrator would.

use std::path::PathBuf;
use std::time::Duration;

use ankong_stage::eventually;
use anyhow::{Result, ensure};

use crate::{Windows, built};

/// Where it installs for one user, below drive C.
pub const FOR_THE_USER: &str = r"users\root\AppData\Local\Programs\Ankong";
/// Where it installs for everybody.
pub const FOR_ALL: &str = r"Program Files\Ankong";

const PATIENCE: Duration = Duration::from_secs(60);

/// The installer as package.sh made it for tests.
///
/// # Errors
/// When it has not been made.
pub fn setup() -> Result<PathBuf> {
    built(concat!("../ankong-setup-", env!("CARGO_PKG_VERSION"), "-wide.exe"))
}

/// Installs, or installs over what is there.
///
/// # Errors
/// When the installer says so, or does not end.
pub fn install(windows: &Windows, options: &[&str]) -> Result<()> {
    // What it starts lives on and keeps its output.
    let mut setup = windows.start(setup()?, &[&["/S"], options].concat())?;
    ensure!(setup.wait(PATIENCE)?.success(), "the installer failed");
    Ok(())
}

/// Removes what was installed into the folder. An uninstaller copies itself elsewhere and goes on there.
///
/// # Errors
/// When the folder stays.
pub fn uninstall(windows: &Windows, folder: &str, options: &[&str]) -> Result<()> {
    let program = windows.file(folder).join("uninstall.exe");
    windows.run(&program, &[options, &["/S"]].concat())?;
    eventually("the end of the uninstaller", PATIENCE, || {
        Ok((!windows.file(folder).exists()).then_some(()))
    })
}
