//! What stands on the screen, read by a small Windows program as a screen reader would.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::Windows;

impl Windows {
    /// What the visible windows and their controls say, a line for each text; not what is typed into them.
    ///
    /// # Errors
    /// When mingw's compiler is missing, or Wine does not start.
    pub fn texts(&self) -> Result<String> {
        let eyes = self.path().join("texts.exe");
        if !eyes.exists() {
            self.compile("x86_64", &["eyes/texts.c"], &[], &eyes)?;
        }
        Ok(self.run(eyes, &[])?.text)
    }

    /// Lets the tray's menu open, for which Wine lacks a function (hands/mend.c).
    ///
    /// # Errors
    /// When no program of this Windows has a tray icon.
    pub fn mend_tray(&self) -> Result<()> {
        let mend = self.path().join("mend.exe");
        self.compile("x86_64", &["hands/mend.c"], &[], &mend)?;
        let said = self.run(mend, &[])?;
        ensure!(said.well, "{}", said.text);
        Ok(())
    }

    /// Has mingw make a program or library of C for a processor, `x86_64` or `i686`, from files here.
    ///
    /// # Errors
    /// When the compiler is missing or refuses.
    pub fn compile(
        &self,
        processor: &str,
        sources: &[&str],
        options: &[&str],
        out: &Path,
    ) -> Result<()> {
        let mut compiler = Command::new(format!("{processor}-w64-mingw32-gcc"));
        compiler.current_dir(env!("CARGO_MANIFEST_DIR"));
        compiler.args(["-O2", "-s", "-Wall", "-o"]).arg(out).args(sources).args(options);
        let made = compiler.output().context("cannot start mingw's gcc")?;
        ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Ok(())
    }
}
