//! A list's bytes as they come, field by field, and the signature over some of them.

use std::io::{ErrorKind, Read};

use openssl::{error::ErrorStack, sign::Verifier};

use super::ListError;
use crate::der;

/// How much is read at once.
const CHUNK: usize = 64 * 1024;
/// Most bytes of identifier and length, as far as they are accepted.
const MAX_HEADER: usize = 6;

/// Reads ahead by at most one chunk and one field. Positions are counted from the first byte.
pub(super) struct Stream<'k, R> {
    from: R,
    limit: u64,
    /// Bytes read and not yet given out begin at `start`.
    buffer: Vec<u8>,
    start: usize,
    /// Position of `buffer[start]`.
    position: u64,
    /// Where what is signed begins in the buffer, while something is.
    signed_from: Option<usize>,
    verifier: Option<Verifier<'k>>,
}

impl<'k, R: Read> Stream<'k, R> {
    pub(super) fn new(from: R, limit: u64) -> Self {
        let buffer = Vec::with_capacity(2 * CHUNK);
        Self { from, limit, buffer, start: 0, position: 0, signed_from: None, verifier: None }
    }

    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Enters an element: the position where its content ends.
    pub(super) fn begin(&mut self, tag: u8) -> Result<u64, ListError> {
        let (found, header, length) = self.header()?;
        if found != tag {
            return Err(self.malformed());
        }
        let end = self.position + header as u64 + length as u64;
        if end > self.limit {
            return Err(ListError::TooLarge { limit: self.limit });
        }
        self.consume(header);
        Ok(end)
    }

    /// The same; from its first byte on, what is read is signed.
    pub(super) fn begin_signed(&mut self, tag: u8) -> Result<u64, ListError> {
        self.signed_from = Some(self.start);
        self.begin(tag)
    }

    /// The signed part is fed to this from now on, and what has passed of it at once.
    pub(super) fn feed(&mut self, verifier: Verifier<'k>) -> Result<(), ErrorStack> {
        self.verifier = Some(verifier);
        self.hand_over()
    }

    /// The signed part is over.
    pub(super) fn end_signed(&mut self) -> Option<Verifier<'k>> {
        let handed = self.hand_over();
        self.signed_from = None;
        self.verifier.take().filter(|_| handed.is_ok())
    }

    /// The next element, whole; it stays in the buffer until the next one is asked for.
    pub(super) fn field(&mut self, most: usize) -> Result<&[u8], ListError> {
        let (_, header, length) = self.header()?;
        let whole = header.saturating_add(length);
        if whole > most || self.fill(whole)? < whole {
            return Err(self.malformed());
        }
        let start = self.start;
        self.consume(whole);
        self.buffer.get(start..start + whole).ok_or(ListError::Malformed { at: self.position })
    }

    /// The identifier of the next element, if it lies before `end`.
    pub(super) fn tag_before(&mut self, end: u64) -> Result<Option<u8>, ListError> {
        if self.position < end { self.peek() } else { Ok(None) }
    }

    pub(super) fn peek(&mut self) -> Result<Option<u8>, ListError> {
        self.fill(1)?;
        Ok(self.buffer.get(self.start).copied())
    }

    /// An element ends here.
    pub(super) fn end(&self, end: u64) -> Result<(), ListError> {
        if self.position == end { Ok(()) } else { Err(self.malformed()) }
    }

    pub(super) fn end_of_input(&mut self) -> Result<(), ListError> {
        if self.peek()?.is_none() { Ok(()) } else { Err(self.malformed()) }
    }

    fn header(&mut self) -> Result<(u8, usize, usize), ListError> {
        self.fill(MAX_HEADER)?;
        let bytes = self.buffer.get(self.start..).unwrap_or_default();
        der::header(bytes).map_err(|_| self.malformed())
    }

    fn consume(&mut self, bytes: usize) {
        self.start += bytes;
        self.position += bytes as u64;
    }

    /// Sees to it that so many bytes are there, if they come at all: how many are.
    fn fill(&mut self, wanted: usize) -> Result<usize, ListError> {
        let mut there = self.buffer.len() - self.start;
        if there < wanted {
            self.make_room()?;
        }
        while there < wanted {
            let end = self.buffer.len();
            self.buffer.resize(end + CHUNK, 0);
            let read = match self.from.read(self.buffer.get_mut(end..).unwrap_or_default()) {
                Err(error) if error.kind() == ErrorKind::Interrupted => Ok(None),
                other => other.map(Some),
            };
            self.buffer.truncate(end + read.as_ref().map_or(0, |read| read.unwrap_or(0)));
            if read? == Some(0) {
                break;
            }
            there = self.buffer.len() - self.start;
        }
        Ok(there)
    }

    /// Forgets what was given out; what of it is signed goes to the verifier first.
    fn make_room(&mut self) -> Result<(), ListError> {
        if self.signed_from.is_some() && self.verifier.is_none() {
            return Ok(()); // The head of a list is short, and its algorithm comes second in it.
        }
        self.hand_over()?;
        self.buffer.drain(..self.start);
        self.start = 0;
        self.signed_from = self.signed_from.map(|_| 0);
        Ok(())
    }

    fn hand_over(&mut self) -> Result<(), ErrorStack> {
        if let (Some(from), Some(verifier)) = (self.signed_from, &mut self.verifier) {
            verifier.update(self.buffer.get(from..self.start).unwrap_or_default())?;
            self.signed_from = Some(self.start);
        }
        Ok(())
    }

    fn malformed(&self) -> ListError {
        ListError::Malformed { at: self.position }
    }
}
