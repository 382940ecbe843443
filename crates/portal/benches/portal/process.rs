//! The program itself, in a process of its own, and what that process uses (proc(5)).

use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Instant,
};

use crate::{ground::Ground, visitor::Visitor};

pub(crate) struct Running {
    child: Child,
    pub(crate) port: u16,
    /// Where its files are.
    pub(crate) folder: PathBuf,
    /// From the start of the process to its first answer.
    pub(crate) start_ms: f64,
}

impl Running {
    pub(crate) fn start(ground: &Ground) -> Self {
        let begun = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_ankong-portal"))
            .arg("--config")
            .arg(ground.settings())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let folder = ground.folder.path().to_owned();
        let mut running = Self { child, port: ground.port, folder, start_ms: 0.0 };
        assert!(line.contains("listening"), "{line:?}");
        assert_eq!(Visitor::arrive(ground.port).get("/healthz").status, 200);
        running.start_ms = begun.elapsed().as_secs_f64() * 1e3;
        running
    }

    /// Its own memory and its share of what others use as well.
    pub(crate) fn pss_mib(&self) -> f64 {
        self.mib("smaps_rollup", "Pss:")
    }

    /// The most it has had.
    pub(crate) fn peak_mib(&self) -> f64 {
        self.mib("status", "VmHWM:")
    }

    pub(crate) fn seconds_of_work(&self) -> f64 {
        seconds_of_work(self.child.id())
    }

    fn mib(&self, file: &str, field: &str) -> f64 {
        let text = read(self.child.id(), file);
        let line = text.lines().find_map(|line| line.strip_prefix(field)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
    }
}

/// What processors have done for a process, in steps of 10 ms.
pub(crate) fn seconds_of_work(process: u32) -> f64 {
    let stat = read(process, "stat");
    let fields = stat.rsplit_once(')').unwrap().1.split_whitespace();
    fields.skip(11).take(2).map(|ticks| ticks.parse::<f64>().unwrap()).sum::<f64>() / 100.0
}

fn read(process: u32, file: &str) -> String {
    fs::read_to_string(format!("/proc/{process}/{file}")).unwrap()
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
