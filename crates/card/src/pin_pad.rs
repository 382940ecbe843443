//! A PIN typed on the reader's own keys: what the card's side tells the reader, and what a reader
//! says in the card's place (PC/SC specification, part 10, clause 2.6).
//!
//! Refuses to know how a reader is told: that is the carrier's business.

use crate::card::PinRule;
use crate::{CardError, StatusWord};

/// A VERIFY that the reader completes with what is typed on its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PadCommand {
    /// CLA, INS, P1, P2.
    pub header: [u8; 4],
    /// The data field as it is without a PIN, padding only; empty when the PIN is sent as long as
    /// it is.
    pub template: Vec<u8>,
    /// How digits become bytes.
    pub encoding: PadEncoding,
    /// How many digits.
    pub rule: PinRule,
}

/// What one typed digit is on its way to the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PadEncoding {
    /// Two digits in a byte.
    Bcd,
    /// One digit in a byte.
    Ascii,
}

/// What an answer to a [`PadCommand`] means when it is the reader's and not the card's. Nothing
/// was sent to the card then.
pub(crate) fn reader_said(status: StatusWord, rule: PinRule) -> Option<CardError> {
    match status {
        TIMED_OUT => Some(CardError::PadTimedOut),
        CANCELLED => Some(CardError::PadCancelled),
        LENGTH => Some(CardError::PinLength { min: rule.min, max: rule.max }),
        _card => None,
    }
}

/// Nobody typed in time.
const TIMED_OUT: StatusWord = StatusWord(0x6400);
/// The cancel key.
const CANCELLED: StatusWord = StatusWord(0x6401);
/// Too few digits, or too many.
const LENGTH: StatusWord = StatusWord(0x6403);
