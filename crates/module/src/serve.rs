//! The child's side: reads orders from its input, shuts itself in before it loads the module, and
//! answers. It ends when the pipe does.
//!
//! Refuses to know deadlines: whoever started it ends it.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use crate::loaded::Loaded;
use crate::return_code::fault;
use crate::wire::{Answer, Fault, Order, ShutIn, read_order, write_answer};

/// Serves one module until the orders end. `shut_in` is called before the module is loaded.
///
/// # Errors
/// The pipe failed.
pub fn serve(mut orders: File, mut answers: File, shut_in: impl Fn() -> ShutIn) -> io::Result<()> {
    let mut worker = Worker { loaded: None, shut_in };
    // A malformed order and the pipe's end mean the same: nobody wants anything any more.
    while let Ok(order) = read_order(&mut orders) {
        worker.carry_out(order, &mut answers)?;
    }
    if let Some(loaded) = worker.loaded {
        loaded.finish();
    }
    Ok(())
}

struct Worker<S> {
    loaded: Option<Loaded>,
    shut_in: S,
}

impl<S: Fn() -> ShutIn> Worker<S> {
    fn carry_out(&mut self, order: Order, answers: &mut impl Write) -> io::Result<()> {
        let mut say = |answer: &Answer| write_answer(answers, answer).map_err(io::Error::other);
        let done = match (order, &mut self.loaded) {
            (Order::Open(library), None) => self.open(&library),
            (Order::List, Some(loaded)) => loaded.list(&mut say)?.map(|()| Answer::Done),
            (Order::Choose(key, der), Some(loaded)) => loaded.choose(key, &der).map(Answer::Token),
            (Order::Login(pin), Some(loaded)) => loaded.login(&pin).map(|()| Answer::Done),
            (Order::Sign(bytes), Some(loaded)) => loaded.sign(&bytes).map(Answer::Signature),
            (Order::Open(_), Some(_)) | (_, None) => Err(Fault::OutOfTurn),
        };
        say(&done.unwrap_or_else(Answer::Failed))
    }

    fn open(&mut self, library: &Path) -> Result<Answer, Fault> {
        let shut_in = (self.shut_in)();
        self.loaded = Some(Loaded::load(library).map_err(|error| fault(&error))?);
        Ok(Answer::Opened(shut_in))
    }
}
