//! How long each of a crowd waited, and what worked meanwhile.

use std::{
    fs,
    ops::Sub,
    time::{Duration, Instant},
};

use crate::{
    process::{Running, seconds_of_work},
    writer::Watch,
};

#[derive(Default)]
pub(crate) struct Load {
    waits: Vec<Duration>,
    /// From the moment all began until the last was answered, in seconds.
    elapsed: f64,
    work: Work,
    /// How often somebody looked whether the data base is written, and how often it was.
    looks: u32,
    writing: u32,
}

impl Load {
    /// Of this crowd, which begins when it is let go.
    pub(crate) fn of(portal: &Running, crowd: impl FnOnce() -> Vec<Duration>) -> Self {
        let (before, watch, begun) = (Work::of(portal), Watch::on(portal), Instant::now());
        let waits = crowd();
        let elapsed = begun.elapsed().as_secs_f64();
        let (looks, writing) = watch.end();
        Self { waits, elapsed, work: Work::of(portal) - before, looks, writing }
    }

    pub(crate) fn p99_ms(&self) -> f64 {
        let mut waits = self.waits.clone();
        waits.sort();
        waits[waits.len() * 99 / 100].as_secs_f64() * 1e3
    }

    pub(crate) fn per_second(&self) -> f64 {
        self.waits.len() as f64 / self.elapsed
    }

    pub(crate) fn cpu_ms(&self) -> f64 {
        self.work.portal * 1e3 / self.waits.len() as f64
    }

    /// In work for the portal, for the visitors, and for everything else on the computer.
    pub(crate) fn processors(&self) -> [f64; 3] {
        let Work { portal, visitors, computer } = self.work;
        [portal, visitors, computer - portal - visitors].map(|work| work / self.elapsed)
    }

    /// In so many of a hundred looks a transaction that writes was open.
    pub(crate) fn writing(&self) -> f64 {
        f64::from(self.writing) * 100.0 / f64::from(self.looks)
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.waits.extend(other.waits);
        self.elapsed += other.elapsed;
        self.work.portal += other.work.portal;
        self.work.visitors += other.work.visitors;
        self.work.computer += other.work.computer;
        self.looks += other.looks;
        self.writing += other.writing;
    }
}

/// What processors have done, in seconds.
#[derive(Clone, Copy, Default)]
struct Work {
    portal: f64,
    /// All of them are this process.
    visitors: f64,
    computer: f64,
}

impl Work {
    fn of(portal: &Running) -> Self {
        let visitors = seconds_of_work(std::process::id());
        Self { portal: portal.seconds_of_work(), visitors, computer: seconds_of_the_computer() }
    }
}

impl Sub for Work {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            portal: self.portal - before.portal,
            visitors: self.visitors - before.visitors,
            computer: self.computer - before.computer,
        }
    }
}

/// Of all processors (proc_stat(5)), but the fourth and the fifth, in which they had nothing to do.
fn seconds_of_the_computer() -> f64 {
    let stat = fs::read_to_string("/proc/stat").unwrap();
    let fields = stat.lines().next().unwrap().split_whitespace().skip(1).take(8).enumerate();
    let busy = fields.filter(|(n, _)| !matches!(n, 3 | 4));
    busy.map(|(_, ticks)| ticks.parse::<f64>().unwrap()).sum::<f64>() / 100.0
}
