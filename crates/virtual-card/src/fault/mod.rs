//! What goes wrong on purpose: a [`Fault`] is one thing ([`What`]) at one moment ([`When`]), and a
//! [`Faulty`] card has a [`Plan`] of them. A [`Flaw`] is in the card from the start.
//!
//! Knows commands by their number and their instruction byte only, so it works over any card.

mod faulty;
mod flaw;
mod plan;
mod text;

pub use faulty::Faulty;
pub use flaw::{Flaw, NotAFlaw};
pub use plan::Plan;
pub use text::NotAFault;

use std::time::Duration;

use ankong_card::StatusWord;
use ankong_card::apdu::Instruction;

/// One thing that goes wrong. Its written form is `WHAT=WHEN`; see [`NotAFault`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fault {
    /// At which command.
    pub when: When,
    /// What happens there.
    pub what: What,
}

/// At which commands something happens. Commands are counted from 1, from the moment the fault
/// was planned, and over resets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// At every command.
    Every,
    /// At the so-manieth command, whatever it is.
    Nth(u32),
    /// At every command with this instruction.
    EveryWith(Instruction),
    /// At the so-manieth command with this instruction.
    NthWith(Instruction, u32),
}

/// What happens at a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// The card answers and is pulled then.
    PullAfter,
    /// The card is pulled before it can answer; it has acted, and a PIN try may be spent.
    PullDuring,
    /// Another program resets the card before it sees the command: what was selected or verified
    /// is lost. Only a carrier in process can say so; in a real reader the card is found fresh.
    Reset,
    /// The card acts, and neither answers nor takes another command until it is reset.
    Mute,
    /// The card acts and answers so much later.
    Slow(Duration),
    /// The card does not see the command; this status is the answer. `6C01` is a lie about Le.
    Answer(StatusWord),
    /// The card acts and answers its data under this status. `61FF` promises bytes that are not
    /// there, `FFFF` is no status at all (ISO/IEC 7816-4:2020 clause 5.6: SW1 is 6x or 9x).
    Status(StatusWord),
    /// The card acts and answers nothing, not even a status.
    Empty,
    /// The card acts and answers [`LONG_ANSWER`] bytes: its data, zeros, its status.
    Long,
    /// The card acts and answers the first half of its answer.
    Half,
}

/// Bytes of [`What::Long`]: more than the 258 of a short response.
pub const LONG_ANSWER: usize = 300;
