//! An honest card whose answers somebody changes on the way.

use ankong_card::{Transport, TransportError};

use crate::Choices;

/// One choice for each answer: to leave it as it is, or how to change it.
pub struct Tampered<'a> {
    card: Box<dyn virtual_card::Card + Send>,
    choices: Choices<'a>,
}

impl<'a> Tampered<'a> {
    /// Puts the card in.
    pub fn new(mut card: Box<dyn virtual_card::Card + Send>, bytes: &'a [u8]) -> Self {
        card.reset();
        Self { card, choices: Choices::new(bytes) }
    }

    /// Takes the card out.
    #[must_use]
    pub fn into_card(self) -> Box<dyn virtual_card::Card + Send> {
        self.card
    }
}

impl Transport for Tampered<'_> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let mut answer = self.card.answer(command).ok_or(TransportError::Removed)?;
        let Some(choice) = self.choices.byte() else { return Ok(answer) };
        let data = answer.len().saturating_sub(2);
        match choice {
            0xA0..=0xAF => replace(&mut answer, data.., self.choices.bytes(2)),
            0xB0..=0xBF => {
                replace(&mut answer, data.., &STATUS[usize::from(choice) % STATUS.len()])
            }
            0xC0..=0xCF => replace(&mut answer, .., &STATUS[usize::from(choice) % STATUS.len()]),
            0xD0..=0xDF => {
                while self.choices.byte().is_some_and(|more| more & 1 == 1) {
                    self.choices.edit(&mut answer);
                }
            }
            0xE0..=0xE7 => answer.truncate(usize::from(self.choices.number().unwrap_or_default())),
            0xE8..=0xEF => {
                answer.resize(usize::from(self.choices.number().unwrap_or_default()), choice)
            }
            0xF0..=0xFF => return Err(FAILURES[usize::from(choice) % FAILURES.len()]),
            _ => {}
        }
        Ok(answer)
    }
}

fn replace(answer: &mut Vec<u8>, range: impl std::ops::RangeBounds<usize>, by: &[u8]) {
    answer.splice(range, by.iter().copied());
}

/// Status words that make a driver go on: more to fetch, other lengths, other ways, ends of
/// files, verdicts on a PIN.
const STATUS: [[u8; 2]; 16] = [
    [0x90, 0x00],
    [0x61, 0x00],
    [0x61, 0x01],
    [0x6C, 0x00],
    [0x6C, 0x01],
    [0x62, 0x82],
    [0x63, 0xC0],
    [0x63, 0xC1],
    [0x67, 0x00],
    [0x69, 0x82],
    [0x69, 0x83],
    [0x69, 0x87],
    [0x6A, 0x82],
    [0x6A, 0x86],
    [0x6B, 0x00],
    [0x6F, 0x00],
];

/// Every way in which a carrier fails.
const FAILURES: [TransportError; 7] = [
    TransportError::Removed,
    TransportError::Reset,
    TransportError::ServiceStopped,
    TransportError::Held,
    TransportError::Silent,
    TransportError::Reader { code: 0x8010_0001 },
    TransportError::Garbled,
];
