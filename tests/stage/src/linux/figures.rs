//! Figures of a running program, read from the outside.

use std::fs::read_to_string;
use std::path::Path;

use anyhow::{Context, Result, ensure};

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

/// Memory of a process in KiB that no other one shares.
///
/// # Errors
/// As [`pss_kib`].
pub fn private_kib(process: u32) -> Result<u64> {
    rolled_up(process, "Private_")
}

/// Memory of a process in KiB that stands in no file: heap, stacks, what it has written to. Who
/// else uses the same libraries makes no difference to it, as it does to the other two.
///
/// # Errors
/// As [`pss_kib`].
pub fn anonymous_kib(process: u32) -> Result<u64> {
    rolled_up(process, "Anonymous:")
}

/// Proportional set size of a process in KiB: its own pages, and its share of those it shares.
/// Of a process that may not be dumped the kernel tells root alone.
///
/// # Errors
/// When the kernel does not tell, or this user is not root and may not become it.
pub fn pss_kib(process: u32) -> Result<u64> {
    rolled_up(process, "Pss:")
}

/// The sum of the lines that begin so (proc_pid_smaps(5)), in KiB.
fn rolled_up(process: u32, beginning: &str) -> Result<u64> {
    let text = read_as_root(&format!("/proc/{process}/smaps_rollup"))?;
    let lines: Vec<_> = text.lines().filter(|line| line.starts_with(beginning)).collect();
    ensure!(!lines.is_empty(), "no line {beginning}");
    let sizes = lines.iter().map(|line| line.split_whitespace().nth(1).context("no size"));
    sizes.map(|size| Ok(size?.parse::<u64>()?)).sum()
}

/// Processor time of a process so far, all threads, in clock ticks (proc(5): utime and stime).
///
/// # Errors
/// When there is no such process.
pub fn cpu_ticks(process: u32) -> Result<u64> {
    let stat = read_to_string(format!("/proc/{process}/stat"))?;
    // The name in parentheses may hold blanks; utime is the twelfth field behind it.
    let (_, behind) = stat.rsplit_once(')').context("no name in stat")?;
    let ticks = |nth| behind.split_whitespace().nth(nth).context("stat is too short");
    Ok(ticks(11)?.parse::<u64>()? + ticks(12)?.parse::<u64>()?)
}

/// How often the threads of a process went to sleep by themselves so far (proc(5):
/// voluntary_ctxt_switches). A thread that ended is no longer counted.
///
/// # Errors
/// When there is no such process.
pub fn context_switches(process: u32) -> Result<u64> {
    let mut sum = 0;
    for thread in std::fs::read_dir(format!("/proc/{process}/task"))? {
        let Ok(status) = read_to_string(thread?.path().join("status")) else { continue };
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        sum += line.context("no such line")?.trim().parse::<u64>()?;
    }
    Ok(sum)
}
