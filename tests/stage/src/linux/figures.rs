//! Figures of a running program, read from the outside.

use std::fs::read_to_string;
use std::path::Path;

use anyhow::{Context, Result};

use super::administrator::read_as_root;

/// Commands in a virtual card's trace so far: one line beginning with `>` each.
///
/// # Errors
/// When the trace cannot be read.
pub fn commands(trace: &Path) -> Result<Vec<String>> {
    let text = read_to_string(trace).with_context(|| format!("no trace {}", trace.display()))?;
    Ok(text.lines().filter_map(|line| line.strip_prefix("> ")).map(str::to_owned).collect())
}

/// How many of those were a VERIFY (instruction 20), in whatever class.
pub fn verifies(commands: &[String]) -> usize {
    commands.iter().filter(|line| line.split(' ').nth(1) == Some("20")).count()
}

/// Proportional set size of a process in KiB: its own pages, and its share of those it shares.
/// Of a process that may not be dumped the kernel tells root alone.
///
/// # Errors
/// When the kernel does not tell, or this user is not root and may not become it.
pub fn pss_kib(process: u32) -> Result<u64> {
    let text = read_as_root(&format!("/proc/{process}/smaps_rollup"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:")).context("no Pss line")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}
