//! The child's side: reads orders from its input, shuts itself in before it loads the module, and
//! answers. It ends when the pipe does.
//!
//! Refuses to know deadlines: whoever started it ends it.

use std::io::{self, Write};
use std::path::Path;

use super::loaded::Loaded;
use super::return_code::fault;
use super::shut_in;
use super::wire::{Answer, Fault, Order, read_order, write_answer};
use crate::{as_child, hardening};

/// Serves one module on standard input and output until the input ends.
///
/// # Errors
/// The pipe failed.
pub fn serve() -> io::Result<()> {
    // Before anything else, so that nothing outlives the program that started this one.
    as_child::die_with_parent()?;
    hardening::keep_secrets();
    let (mut orders, mut answers) = as_child::take_pipes()?;
    let mut worker = Worker { loaded: None };
    // A malformed order and the pipe's end mean the same: nobody wants anything any more.
    while let Ok(order) = read_order(&mut orders) {
        worker.carry_out(order, &mut answers)?;
    }
    if let Some(loaded) = worker.loaded {
        loaded.finish();
    }
    Ok(())
}

struct Worker {
    loaded: Option<Loaded>,
}

impl Worker {
    fn carry_out(&mut self, order: Order, answers: &mut impl Write) -> io::Result<()> {
        let mut say = |answer: &Answer| write_answer(answers, answer).map_err(io::Error::other);
        let done = match (order, &mut self.loaded) {
            (Order::Open(library), None) => self.open(&library),
            (Order::List, Some(loaded)) => loaded.list(&mut say)?.map(|()| Answer::Done),
            (Order::Choose(der), Some(loaded)) => loaded.choose(&der).map(Answer::Token),
            (Order::Login(pin), Some(loaded)) => loaded.login(&pin).map(|()| Answer::Done),
            (Order::Sign(bytes), Some(loaded)) => loaded.sign(&bytes).map(Answer::Signature),
            (Order::Open(_), Some(_)) | (_, None) => Err(Fault::OutOfTurn),
        };
        say(&done.unwrap_or_else(Answer::Failed))
    }

    fn open(&mut self, library: &Path) -> Result<Answer, Fault> {
        let shut_in = shut_in::shut_in();
        self.loaded = Some(Loaded::load(library).map_err(|error| fault(&error))?);
        Ok(Answer::Opened(shut_in))
    }
}
