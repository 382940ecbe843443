//! A card that is nothing but its files: what an honest card answered while it was read once, with
//! the files changed. Reading one takes no key and no cryptography, so a fuzzer reads many.

use std::collections::BTreeMap;

use ankong_card::card::{self, Family};
use ankong_card::{Channel, Transport, TransportError};
use virtual_card::InProcess;

use crate::{ATR, Choices, Subject, issuer_keys};

/// The last two bytes of what SELECT was given.
type FileName = [u8; 2];

/// A card's files, and its answers to everything but READ BINARY.
#[derive(Clone, Default)]
pub(crate) struct OnFile {
    answers: BTreeMap<Vec<u8>, Vec<u8>>,
    files: BTreeMap<FileName, Vec<u8>>,
    selected: FileName,
}

impl OnFile {
    /// Reads the card once and keeps what it said.
    pub(crate) fn of(subject: Subject) -> Self {
        let mut recorder = Recorder { card: InProcess::new(subject.card()), kept: Self::default() };
        let opened = card::open(&mut Channel::new(&mut recorder), &ATR, &issuer_keys());
        assert!(opened.is_ok_and(|opened| opened.card.family() != Family::Piv), "it has files");
        recorder.kept
    }

    /// Changes files until nothing more is decided: a byte that says which one, and an edit.
    pub(crate) fn edit(&mut self, choices: &mut Choices<'_>) {
        let count = self.files.len();
        while let Some(which) = choices.byte() {
            if let Some(file) = self.files.values_mut().nth(usize::from(which) % count) {
                let _ = choices.edit(file);
            }
        }
    }

    fn note(&mut self, command: &[u8]) {
        if let [_, SELECT, _, _, length, rest @ ..] = command
            && let Some(name) = rest.get(..usize::from(*length)).and_then(<[u8]>::last_chunk)
        {
            self.selected = *name;
        }
    }
}

impl Transport for OnFile {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        self.note(command);
        if let [_, READ_BINARY, high, low, length] = command
            && let Some(file) = self.files.get(&self.selected)
        {
            let at = usize::from(u16::from_be_bytes([*high, *low]));
            let Some(rest) = file.get(at..) else { return Ok(vec![0x6B, 0x00]) };
            let length = if *length == 0 { 256 } else { usize::from(*length) };
            return Ok([&rest[..length.min(rest.len())], &[0x90, 0x00]].concat());
        }
        Ok(self.answers.get(command).cloned().unwrap_or_else(|| vec![0x6A, 0x82]))
    }
}

struct Recorder {
    card: InProcess<Box<dyn virtual_card::Card + Send>>,
    kept: OnFile,
}

impl Transport for Recorder {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let answer = self.card.transmit(command)?;
        self.kept.note(command);
        if let ([_, READ_BINARY, high, low, _], Some((data, [0x90, 0x00]))) =
            (command, answer.split_last_chunk())
        {
            let at = usize::from(u16::from_be_bytes([*high, *low]));
            let file = self.kept.files.entry(self.kept.selected).or_default();
            file.resize(file.len().max(at + data.len()), 0);
            file[at..at + data.len()].copy_from_slice(data);
        } else {
            self.kept.answers.insert(command.to_vec(), answer.clone());
        }
        Ok(answer)
    }
}

const SELECT: u8 = 0xA4;
const READ_BINARY: u8 = 0xB0;
