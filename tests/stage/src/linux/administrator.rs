//! A folder that counts as the administrator's: root's, and writable by nobody else.
//! Whoever is not root needs sudo for it. It refuses to touch `/etc`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use rustix::process::geteuid;

/// The folder; it is removed with the guard.
#[derive(Debug)]
pub struct AdministratorsFolder {
    path: PathBuf,
}

impl AdministratorsFolder {
    /// Makes the folder.
    ///
    /// # Errors
    /// When this user is not root and may not become it.
    pub fn create() -> Result<Self> {
        // /tmp is root's and sticky: nobody else can exchange what root puts there.
        let mut random = [0; 8];
        openssl::rand::rand_bytes(&mut random)?;
        let name = u64::from_be_bytes(random);
        let path = PathBuf::from(format!("/tmp/ankong-administrator-{name:016x}"));
        as_root(&["install", "-d", "-m", "755", utf8(&path)?], "")?;
        Ok(Self { path })
    }

    /// Writes a file into it, readable by everybody.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let file = self.path.join(name);
        as_root(&["install", "-m", "644", "/dev/stdin", utf8(&file)?], text)?;
        Ok(file)
    }
}

impl Drop for AdministratorsFolder {
    fn drop(&mut self) {
        if let Ok(path) = utf8(&self.path) {
            let _ = as_root(&["rm", "-r", path], "");
        }
    }
}

/// The text of a file that only root may read.
pub(crate) fn read_as_root(path: &str) -> Result<String> {
    if geteuid().is_root() {
        return std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"));
    }
    let output = Command::new("sudo").args(["cat", path]).output().context("cannot start sudo")?;
    ensure!(output.status.success(), "{path}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

fn as_root(command: &[&str], input: &str) -> Result<()> {
    let words: Vec<&str> =
        if geteuid().is_root() { command.to_vec() } else { [&["sudo"], command].concat() };
    let (program, arguments) = words.split_first().context("no command")?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {program}"))?;
    if let Some(mut pipe) = child.stdin.take() {
        pipe.write_all(input.as_bytes())?;
    }
    ensure!(child.wait()?.success(), "{words:?} failed; the administrator's file needs root");
    Ok(())
}

fn utf8(path: &Path) -> Result<&str> {
    path.to_str().context("a path that is not UTF-8")
}
