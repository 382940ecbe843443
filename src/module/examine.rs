//! One look into one module: what it denies itself, and its tokens with their certificates.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::ModuleError;
use super::child::Worker;
use super::program::Program;
use ankong_module::wire::{Answer, Order, ShutIn, Token};

/// Answers to one listing: more tokens and certificates than a person has.
const MAX_ANSWERS: usize = 256;

/// What a module shows without a PIN.
#[derive(Debug)]
pub struct Examined {
    /// The module's library.
    pub module: PathBuf,
    /// What it shows, or why it shows nothing.
    pub shown: Result<Shown, ModuleError>,
}

/// A module that works.
#[derive(Debug)]
pub struct Shown {
    /// What was denied to it.
    pub shut_in: ShutIn,
    /// Its tokens.
    pub tokens: Vec<Listed>,
}

/// A token and its certificates.
#[derive(Debug)]
pub struct Listed {
    /// The token.
    pub token: Token,
    /// DER as the module gave it; nobody looked at it.
    pub unverified_certificates: Vec<Vec<u8>>,
}

/// Starts the module, has it list everything, and ends it.
pub(super) fn examine(
    program: &Program,
    library: &Path,
    until: Instant,
) -> Result<Shown, ModuleError> {
    let (mut worker, shut_in) = Worker::start(program, library, until)?;
    let mut tokens: Vec<Listed> = Vec::new();
    let mut answer = worker.ask(&Order::List, until, listed)?;
    for _ in 0..MAX_ANSWERS {
        match (answer, tokens.last_mut()) {
            (Answer::Token(token), _) => {
                tokens.push(Listed { token, unverified_certificates: Vec::new() });
            }
            (Answer::Certificate(der), Some(last)) => last.unverified_certificates.push(der),
            (Answer::Done, _) => return Ok(Shown { shut_in, tokens }),
            _senseless => return Err(ModuleError::Garbled),
        }
        answer = worker.next(until, listed)?;
    }
    Err(ModuleError::Garbled)
}

fn listed(answer: Answer) -> Result<Answer, Answer> {
    match answer {
        Answer::Token(_) | Answer::Certificate(_) | Answer::Done => Ok(answer),
        Answer::Opened(_) | Answer::Signature(_) | Answer::Failed(_) => Err(answer),
    }
}
