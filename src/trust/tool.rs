//! A program of the system's, asked with a deadline and without a terminal to ask back on.

use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// They look into local files; on macOS a person is asked for a password.
const PATIENCE: Duration = Duration::from_secs(if cfg!(target_os = "macos") { 300 } else { 20 });
/// Bytes of an answer.
const LONGEST: u64 = 4 * 1024 * 1024;

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// There is no such program.
    Missing,
    /// It ended badly, or too late, and said this last.
    Failed(String),
}

/// What the program printed, if it is there and ended well in time.
pub(super) fn output(command: &mut Command) -> Result<Vec<u8>, NoAnswer> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => NoAnswer::Missing,
        _ => NoAnswer::Failed(error.to_string()),
    })?;
    let (sender, receiver) = channel();
    let (output, errors) = (child.stdout.take(), child.stderr.take());
    let reader = sender.clone();
    thread::spawn(move || drop(reader.send((true, read(output)))));
    thread::spawn(move || drop(sender.send((false, read(errors)))));
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        match receiver.recv_timeout(PATIENCE) {
            Ok((true, bytes)) => output = bytes,
            Ok((false, bytes)) => errors = bytes,
            Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(NoAnswer::Failed("it does not end".into()));
            }
        }
    }
    let status = child.wait().map_err(|error| NoAnswer::Failed(error.to_string()))?;
    if status.success() {
        return Ok(output);
    }
    let said = last_line(&errors);
    // certutil says some of it on standard output.
    Err(NoAnswer::Failed(if said.is_empty() { last_line(&output) } else { said }))
}

fn read(pipe: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        let _ = pipe.take(LONGEST).read_to_end(&mut bytes);
    }
    bytes
}

fn last_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn only_a_program_that_is_there_and_ends_well_has_an_answer() {
        assert_eq!(output(Command::new("echo").arg("yes")), Ok(b"yes\n".to_vec()));
        assert_eq!(output(&mut Command::new("/nonexistent/program")), Err(NoAnswer::Missing));
        let mut failing = Command::new("sh");
        failing.args(["-c", "echo first >&2; echo why >&2; exit 3"]);
        assert_eq!(output(&mut failing), Err(NoAnswer::Failed("why".into())));
    }
}
