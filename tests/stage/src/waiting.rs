//! Waiting with a deadline for what other processes do in their own time.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Asks `question` again and again until it answers; `what` names the awaited thing in the error.
///
/// # Errors
/// When there is no answer after `within`, or the question itself fails.
pub fn eventually<T>(
    what: &str,
    within: Duration,
    mut question: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let deadline = Instant::now() + within;
    loop {
        if let Some(answer) = question()? {
            return Ok(answer);
        }
        if Instant::now() >= deadline {
            bail!("{what}: not after {within:?}");
        }
        std::thread::sleep(POLL);
    }
}

const POLL: Duration = Duration::from_millis(20);
