//! The process of a window: started with a pipe each way, and waited for.

use std::io;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ankong_dialog as wire;

use super::native;

/// The child's input, the child, and what it answers.
pub(super) type Started = (ChildStdin, Arc<Mutex<Child>>, Receiver<wire::Answer>);

/// What shows something to a person: the rungs of a ladder, the best one first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rung {
    /// The window's program, which is this file.
    Window(PathBuf),
    /// Boxes of the system's own, shown by this program.
    Boxes,
}

impl Rung {
    /// Starts it.
    ///
    /// # Errors
    /// The system does not start it, or does not say where this program is.
    pub(super) fn start(&self) -> io::Result<Started> {
        start(match self {
            Self::Window(program) => Command::new(program),
            Self::Boxes => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg(native::COMMAND);
                command
            }
        })
    }
}

/// Starts the program on a thread that lives as long as it does: on Linux the child asks to die
/// with its parent, and its parent is the thread.
fn start(mut command: Command) -> io::Result<Started> {
    let (started, wait) = channel();
    thread::Builder::new().name("window".into()).spawn(move || {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        // Else WebKit compiles shaders at every start where there is no graphics hardware.
        command.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
        let (sender, answers) = channel();
        let spawned =
            command.spawn().and_then(|mut child| match (child.stdin.take(), child.stdout.take()) {
                (Some(orders), Some(pipe)) => Ok((orders, Arc::new(Mutex::new(child)), pipe)),
                _ => Err(io::Error::other("the window has no pipes")),
            });
        let (child, mut pipe) = match spawned {
            Ok((orders, child, pipe)) => {
                let _ = started.send(Ok((orders, Arc::clone(&child), answers)));
                (child, pipe)
            }
            Err(error) => {
                let _ = started.send(Err(error));
                return;
            }
        };
        while let Ok(answer) = wire::read_answer(&mut pipe) {
            if sender.send(answer).is_err() {
                break;
            }
        }
        // Its last words are on their way to the log.
        let begun = Instant::now();
        while begun.elapsed() < LAST_WORDS && runs(&child) {
            thread::sleep(LAST_WORDS / 20);
        }
        end(&child);
    })?;
    wait.recv().map_err(io::Error::other)?
}

/// What it answers first, but for the steps it tells of on the way.
///
/// # Errors
/// It has ended, or nothing happened in time.
pub(super) fn first(answers: &Receiver<wire::Answer>) -> Result<wire::Answer, RecvTimeoutError> {
    for _ in 0..STEPS {
        match answers.recv_timeout(PAINT) {
            Ok(wire::Answer::Coming) => {}
            other => return other,
        }
    }
    answers.recv_timeout(PAINT)
}

/// So long nothing may happen before the first picture. A machine that is busy or reads from a cold
/// disk is slow at every step, so each step of the window's has this time; a person looks at
/// nothing for [`STEPS`] times that at most.
const PAINT: Duration = Duration::from_secs(5);
/// Steps that a window tells of: it has its question, it has a web view, the page runs.
const STEPS: usize = 3;

/// For a process that has closed its pipe to end by itself.
const LAST_WORDS: Duration = Duration::from_millis(400);

fn runs(child: &Mutex<Child>) -> bool {
    let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
    matches!(child.try_wait(), Ok(None))
}

/// Ends the process, if it has not ended by itself.
pub(super) fn end(child: &Mutex<Child>) {
    let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
    // Both fail only where the process has ended and was waited for already.
    let _ = child.kill();
    let _ = child.wait();
}
