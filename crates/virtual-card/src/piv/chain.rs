//! Command chaining, ISO/IEC 7816-4:2020 clause 5.3.3: parts of one command, put together.

use ankong_card::StatusWord;
use ankong_card::apdu::Instruction;
use zeroize::Zeroizing;

use super::{CLASS, GENERAL_AUTHENTICATE};
use crate::Command;

/// The parts so far, under their common header; none between commands.
#[derive(Default)]
pub(super) struct Chain(Option<(Header, Zeroizing<Vec<u8>>)>);

type Header = (Instruction, u8, u8);

impl Chain {
    /// The whole data field with the last part of a command, `None` as long as more follows.
    pub(super) fn take(
        &mut self,
        command: &Command<'_>,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, StatusWord> {
        let header = (command.ins, command.p1, command.p2);
        let (begun, mut data) = match self.0.take() {
            Some((begun, _)) if begun != header => return Err(LAST_PART_EXPECTED),
            Some((_, data)) => (true, data),
            None => (false, Zeroizing::new(Vec::new())),
        };
        data.extend_from_slice(command.data);
        match command.cla {
            CLASS => Ok(Some(data)),
            CLASS_CHAINED if command.ins != GENERAL_AUTHENTICATE => Err(CHAINING_NOT_SUPPORTED),
            CLASS_CHAINED if data.len() > LONGEST => Err(StatusWord::WRONG_LENGTH),
            CLASS_CHAINED => {
                self.0 = Some((header, data));
                Ok(None)
            }
            _ if begun => Err(LAST_PART_EXPECTED),
            _ => Err(StatusWord::CLASS_NOT_SUPPORTED),
        }
    }
}

/// The class byte while more of the command follows, clause 5.4.1.
const CLASS_CHAINED: u8 = 0x10;
/// Bytes of data one command may bring; the longest template for RSA has 266.
const LONGEST: usize = 512;
/// Last command of the chain expected, table 7.
const LAST_PART_EXPECTED: StatusWord = StatusWord(0x6883);
/// Command chaining not supported, table 7.
const CHAINING_NOT_SUPPORTED: StatusWord = StatusWord(0x6884);
