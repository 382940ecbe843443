//! The two pipes from and to the resident program.
//!
//! Refuses to understand what is said on them.

use std::fs::File;
use std::io;
use std::thread;
use std::time::Duration;

use ankong_dialog::{Answer, FrameError, Order, Panel, Prompt, read_order, write_answer};

/// So long the window has to close when the parent is gone, before the process is ended the hard
/// way.
const GRACE: Duration = Duration::from_millis(500);

/// What can go wrong before there is a window.
#[derive(Debug, thiserror::Error)]
pub enum PipeError {
    /// The standard streams are closed, or cannot be duplicated.
    #[error("the standard streams cannot be taken over; start this program with two pipes")]
    Streams(#[source] io::Error),
    /// The first frame cannot be read.
    #[error("the first order cannot be read")]
    Order(#[source] FrameError),
    /// Nobody listens.
    #[error("the resident program is gone")]
    Gone(#[source] FrameError),
    /// The first order is neither a question nor the panel.
    #[error("the first order shows nothing")]
    NotAQuestion,
}

/// What the window is opened for.
#[derive(Debug)]
pub enum First {
    /// A question to the person.
    Question(Box<Prompt>),
    /// The panel.
    Panel(Box<Panel>),
}

/// Both pipes. Unbuffered, so that no buffer keeps a copy of what has passed.
#[derive(Debug)]
pub struct Pipes {
    orders: File,
    answers: File,
}

impl Pipes {
    /// Takes over standard input and output. Children that are started afterwards do not inherit
    /// the copies.
    ///
    /// # Errors
    /// A stream is closed, or the process has no file descriptors left.
    pub fn take() -> Result<Self, PipeError> {
        let orders = copy_of(&io::stdin()).map_err(PipeError::Streams)?;
        let answers = copy_of(&io::stdout()).map_err(PipeError::Streams)?;
        Ok(Self { orders, answers })
    }

    /// Waits for what is to be shown; `None` if the resident program has gone or has changed its
    /// mind.
    ///
    /// # Errors
    /// What came is nothing to begin with.
    pub fn first(&mut self) -> Result<Option<First>, PipeError> {
        match read_order(&mut self.orders) {
            Ok(Order::Ask(prompt)) => Ok(Some(First::Question(prompt))),
            Ok(Order::Panel(panel)) => Ok(Some(First::Panel(panel))),
            Ok(Order::End(_)) => Ok(None),
            Ok(Order::WrongPin(_)) => Err(PipeError::NotAQuestion),
            Err(FrameError::Pipe(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Ok(None)
            }
            Err(error) => Err(PipeError::Order(error)),
        }
    }

    /// Tells that a window is on its way.
    ///
    /// # Errors
    /// The resident program is gone.
    pub fn announce(&mut self) -> Result<(), PipeError> {
        write_answer(&mut self.answers, &Answer::Coming).map_err(PipeError::Gone)
    }

    /// Reads orders on a thread of its own from now on, and gives what answers are written to.
    /// `tell` gets each order, and `None` once when nothing more can come; the process does not
    /// live much longer after that.
    #[must_use]
    pub fn follow(self, tell: impl Fn(Option<Order>) + Send + 'static) -> Answers {
        let mut orders = self.orders;
        thread::spawn(move || {
            while let Ok(order) = read_order(&mut orders) {
                tell(Some(order));
            }
            tell(None);
            thread::sleep(GRACE);
            std::process::abort();
        });
        Answers { pipe: self.answers }
    }
}

/// Where answers go.
#[derive(Debug)]
pub struct Answers {
    pipe: File,
}

impl Answers {
    /// Sends an answer.
    ///
    /// # Errors
    /// The resident program is gone.
    pub fn send(&mut self, answer: &Answer) -> Result<(), FrameError> {
        write_answer(&mut self.pipe, answer)
    }
}

#[cfg(unix)]
fn copy_of(stream: &impl std::os::fd::AsFd) -> io::Result<File> {
    Ok(File::from(stream.as_fd().try_clone_to_owned()?))
}

#[cfg(windows)]
fn copy_of(stream: &impl std::os::windows::io::AsHandle) -> io::Result<File> {
    Ok(File::from(stream.as_handle().try_clone_to_owned()?))
}
