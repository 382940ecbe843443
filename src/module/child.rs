//! The child process from this side: started with two pipes, asked with a deadline, ended at the
//! first fault.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ankong_frame::FrameError;

use super::ModuleError;
use super::program::Program;
use super::shut_in::{self, Child, Started};
use ankong_module::wire::{Answer, Order, ShutIn, read_answer, write_order};

/// For logging out and finalising at the end.
const GRACE: Duration = Duration::from_secs(2);

/// A child with a module in it. Dropping it lets the module finish and ends it.
pub(super) struct Worker {
    child: Arc<Mutex<Child>>,
    orders: Option<File>,
    answers: Receiver<Result<Answer, FrameError>>,
}

impl Worker {
    /// Starts a child and has it load the module.
    pub(super) fn start(
        program: &Program,
        library: &Path,
        until: Instant,
    ) -> Result<(Self, ShutIn), ModuleError> {
        let mut worker = start(program.clone()).map_err(ModuleError::Start)?;
        let shut_in =
            worker.ask(&Order::Open(library.to_owned()), until, |answer| match answer {
                Answer::Opened(shut_in) => Ok(shut_in),
                other => Err(other),
            })?;
        if shut_in != ShutIn::WHOLLY {
            tracing::warn!(module = %library.display(), ?shut_in, "a module that is not shut in");
        }
        Ok((worker, shut_in))
    }

    /// Sends an order and waits for its answer.
    pub(super) fn ask<T>(
        &mut self,
        order: &Order,
        until: Instant,
        pick: impl FnOnce(Answer) -> Result<T, Answer>,
    ) -> Result<T, ModuleError> {
        let sent = self.orders.as_mut().map(|pipe| write_order(pipe, order));
        if !matches!(sent, Some(Ok(()))) {
            return Err(self.end(ModuleError::Crashed));
        }
        self.next(until, pick)
    }

    /// Waits for one more answer to the last order. Any answer but the expected one is the end.
    pub(super) fn next<T>(
        &mut self,
        until: Instant,
        pick: impl FnOnce(Answer) -> Result<T, Answer>,
    ) -> Result<T, ModuleError> {
        let patience = until.saturating_duration_since(Instant::now());
        match self.answers.recv_timeout(patience).map(|read| read.map(pick)) {
            Ok(Ok(Ok(picked))) => Ok(picked),
            Ok(Ok(Err(Answer::Failed(fault)))) => Err(fault.into()),
            Ok(Ok(Err(_other))) => Err(self.end(ModuleError::Garbled)),
            Ok(Err(FrameError::Pipe(_))) => Err(self.end(ModuleError::Crashed)),
            Ok(Err(FrameError::Kind(_) | FrameError::Payload(_) | FrameError::TooLong(_))) => {
                Err(self.end(ModuleError::Garbled))
            }
            Err(RecvTimeoutError::Timeout) => Err(self.end(ModuleError::TimedOut)),
            Err(RecvTimeoutError::Disconnected) => Err(self.end(ModuleError::Crashed)),
        }
    }

    /// Ends the child at once; it is trusted no more.
    fn end(&mut self, why: ModuleError) -> ModuleError {
        self.orders = None;
        end(&self.child);
        why
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // The pipe's end asks the child to finish.
        if self.orders.take().is_some() {
            let until = Instant::now() + GRACE;
            while let Ok(Ok(_late)) =
                self.answers.recv_timeout(until.saturating_duration_since(Instant::now()))
            {
            }
        }
        end(&self.child);
    }
}

/// Starts the child on a thread that lives as long as it does: on Linux the child asks to die with
/// its parent, and its parent is the thread.
fn start(program: Program) -> io::Result<Worker> {
    let (started, wait) = channel();
    thread::Builder::new().name("module".into()).spawn(move || {
        // One answer ahead: whoever floods this program waits.
        let (sender, answers) = sync_channel(1);
        match shut_in::start(&program) {
            Ok(Started { child, orders, answers: pipe }) => {
                let child = Arc::new(Mutex::new(child));
                let worker = Worker { child: Arc::clone(&child), orders: Some(orders), answers };
                let _ = started.send(Ok(worker));
                listen(pipe, &sender);
                end(&child);
            }
            Err(error) => {
                let _ = started.send(Err(error));
            }
        }
    })?;
    wait.recv().map_err(io::Error::other)?
}

/// Passes answers on until the pipe ends, one makes no sense, or nobody listens.
fn listen(mut pipe: impl io::Read, sender: &SyncSender<Result<Answer, FrameError>>) {
    loop {
        let answer = read_answer(&mut pipe);
        let last = answer.is_err();
        if sender.send(answer).is_err() || last {
            return;
        }
    }
}

fn end(child: &Mutex<Child>) {
    let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
    // Both fail only where the process has ended and was waited for already.
    let _ = child.kill();
    let _ = child.wait();
}
