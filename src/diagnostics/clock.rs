//! Whether the computer's clock can be right, as far as files tell. A clock that is ahead shows in
//! no file, but in certificates that have expired.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::outcome::Clock;

/// Clocks drift, and files come from other computers.
const TOLERANCE: Duration = Duration::from_secs(24 * 60 * 60);

/// Compares `now` with the time of the build and of the `witnesses`.
pub(super) fn look(now: SystemTime, built: SystemTime, witnesses: &[SystemTime]) -> Clock {
    let earlier_than = |time: &SystemTime| now + TOLERANCE < *time;
    if earlier_than(&built) {
        Clock::BeforeProgram
    } else if witnesses.iter().any(earlier_than) {
        Clock::BeforeFiles
    } else {
        Clock::Plausible
    }
}

/// When this program was built.
pub(super) fn built() -> SystemTime {
    let seconds = env!("ANKONG_BUILT").parse().unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// When things were made that this computer's clock was asked for.
pub(super) fn witnesses(data: &Path, localhost_since: Option<SystemTime>) -> Vec<SystemTime> {
    let program = std::env::current_exe().ok();
    let files = program.iter().map(std::path::PathBuf::as_path).chain([data]);
    files
        .filter_map(|path| fs::metadata(path).and_then(|found| found.modified()).ok())
        .chain(localhost_since)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_before_the_program_or_its_files_is_wrong() {
        let day = |day| SystemTime::UNIX_EPOCH + TOLERANCE * day;
        assert_eq!(look(day(10), day(10), &[day(9), day(11)]), Clock::Plausible);
        assert_eq!(look(day(10), day(12), &[]), Clock::BeforeProgram);
        assert_eq!(look(day(10), day(9), &[day(12)]), Clock::BeforeFiles);
        assert!(built() > day(20_000), "the build tells its time");
    }
}
