//! A program on a terminal of its own, by way of `script` (bsdutils): what it shows, and keys.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use ankong_stage::eventually;

const PATIENCE: Duration = Duration::from_secs(30);

pub struct OnTerminal {
    script: Child,
    keys: ChildStdin,
    screen: Arc<Mutex<Vec<u8>>>,
    /// Who writes to it.
    writer: Option<JoinHandle<()>>,
    read: usize,
}

impl OnTerminal {
    /// Starts `program`, whose words have no quotation marks, in the environment of `like`; `and`
    /// goes on the same command line, for a look at the terminal afterwards.
    pub fn start(like: &Command, and: &str) -> Self {
        let words = std::iter::once(like.get_program()).chain(like.get_args());
        let words = words.map(|word| format!("'{}'", word.to_str().unwrap()));
        let line = words.collect::<Vec<_>>().join(" ") + and;
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--flush", "--command", &line, "/dev/null"]);
        for (name, value) in like.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let mut script =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("script");
        let (keys, mut shown) = (script.stdin.take().unwrap(), script.stdout.take().unwrap());
        let screen = Arc::<Mutex<Vec<u8>>>::default();
        let written = Arc::clone(&screen);
        let writer = spawn(move || {
            let mut buffer = [0; 1024];
            while let Ok(count @ 1..) = shown.read(&mut buffer) {
                written.lock().unwrap().extend_from_slice(&buffer[..count]);
            }
        });
        Self { script, keys, screen, writer: Some(writer), read: 0 }
    }

    /// Waits for a text after the last one that was waited for.
    pub fn wait_for(&mut self, text: &str) {
        let end = eventually(&format!("{text:?} on the screen"), PATIENCE, || {
            let screen = self.screen.lock().unwrap();
            let rest = String::from_utf8_lossy(&screen[self.read..]).into_owned();
            Ok(rest.find(text).map(|at| self.read + at + text.len()))
        });
        self.read = end.unwrap_or_else(|error| panic!("{error:#}; it shows {}", self.screen()));
    }

    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Everything shown, once the program has ended, and how it ended.
    pub fn end(mut self) -> (Option<i32>, String) {
        let status = eventually("the end", PATIENCE, || Ok(self.script.try_wait()?));
        let status = status.unwrap_or_else(|error| panic!("{error}; {}", self.screen()));
        if let Some(writer) = self.writer.take() {
            writer.join().unwrap();
        }
        (status.code(), self.screen())
    }

    fn screen(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().unwrap()).replace('\r', "")
    }
}

impl Drop for OnTerminal {
    fn drop(&mut self) {
        let _ = self.script.kill();
        let _ = self.script.wait();
    }
}
