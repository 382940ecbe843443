//! Which processes hold a socket: the links in `/proc/*/fd`, proc_pid_fd(5). The kernel shows those
//! of other users' processes to root alone.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use super::super::Program;

/// Programs looked at above a process.
const GENERATIONS: usize = 4;

/// The programs that hold the socket of this inode.
pub(super) fn of(inode: u32) -> io::Result<Vec<Program>> {
    let link = PathBuf::from(format!("socket:[{inode}]"));
    let holds = |process: &u32| {
        // Processes end while one looks, and some hide themselves.
        let open = fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().flatten();
        open.into_iter().any(|file| fs::read_link(file.path()).is_ok_and(|to| to == link))
    };
    Ok(processes()?.filter(holds).filter_map(program).collect())
}

fn processes() -> io::Result<impl Iterator<Item = u32>> {
    let entries = fs::read_dir("/proc")?.flatten();
    Ok(entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()))
}

fn program(process: u32) -> Option<Program> {
    let mut started_by = Vec::new();
    let mut above = parent(process);
    while let Some(id) = above.filter(|id| *id > 1 && started_by.len() < GENERATIONS) {
        let Some(file) = file(id) else { break };
        started_by.push(file);
        above = parent(id);
    }
    Some(Program { file: file(process)?, started_by })
}

/// A program that was replaced while it runs, as an update does, is said to be deleted.
fn file(process: u32) -> Option<PathBuf> {
    let file = fs::read_link(format!("/proc/{process}/exe")).ok()?;
    let bytes = file.as_os_str().as_bytes();
    let bytes = bytes.strip_suffix(b" (deleted)").unwrap_or(bytes);
    Some(OsStr::from_bytes(bytes).into())
}

/// The fourth field of proc_pid_stat(5). The second is the program's own words, in brackets.
fn parent(process: u32) -> Option<u32> {
    let line = fs::read(format!("/proc/{process}/stat")).ok()?;
    let line = String::from_utf8_lossy(&line);
    line.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}
