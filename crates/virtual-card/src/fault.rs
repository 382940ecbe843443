//! A card that goes wrong on purpose, by plan.
//!
//! Knows commands by their instruction byte only, so it works over any card.

use std::str::FromStr;

use ankong_card::StatusWord;
use ankong_card::apdu::Instruction;

use crate::Card;

/// One thing that goes wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The card is pulled once it has answered the `nth` command (from 1) with this instruction.
    PullAfter {
        /// The instruction counted.
        ins: Instruction,
        /// Which of them, from 1.
        nth: u32,
    },
    /// The card is pulled before it can answer the `nth` command with this instruction; it has
    /// acted on the command, and a PIN try may be spent.
    PullDuring {
        /// The instruction counted.
        ins: Instruction,
        /// Which of them, from 1.
        nth: u32,
    },
    /// Every command with this instruction gets this status; the card does not see it.
    Answer {
        /// The instruction answered.
        ins: Instruction,
        /// The status given.
        status: StatusWord,
    },
}

/// The text names no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no fault; write pull-after=INS, pull-after=INS:N, pull-during=INS:N or \
     answer=INS:STATUS, INS and STATUS in hexadecimal, N from 1"
)]
pub struct NotAFault(String);

impl FromStr for Fault {
    type Err = NotAFault;

    fn from_str(text: &str) -> Result<Self, NotAFault> {
        parse(text).ok_or_else(|| NotAFault(text.to_owned()))
    }
}

/// A card with a plan of faults.
pub struct Faulty<C> {
    card: C,
    plan: Vec<Planned>,
    left: bool,
}

struct Planned {
    fault: Fault,
    seen: u32,
}

impl<C: Card> Faulty<C> {
    /// Wraps a card. An empty plan changes nothing. Counting goes on over resets, so that a pull
    /// happens once.
    pub fn new(card: C, plan: impl IntoIterator<Item = Fault>) -> Self {
        let plan = plan.into_iter().map(|fault| Planned { fault, seen: 0 }).collect();
        Self { card, plan, left: false }
    }

    /// The card underneath.
    pub fn into_card(self) -> C {
        self.card
    }
}

impl<C: Card> Card for Faulty<C> {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    /// Whoever resets the card has it in the reader again.
    fn reset(&mut self) {
        self.left = false;
        self.card.reset();
    }

    fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
        if self.left {
            return None;
        }
        let ins = apdu.get(1).copied().map(Instruction);
        let (mut mute, mut instead) = (false, None);
        for planned in &mut self.plan {
            let (Fault::PullAfter { ins: watched, .. }
            | Fault::PullDuring { ins: watched, .. }
            | Fault::Answer { ins: watched, .. }) = planned.fault;
            if ins != Some(watched) {
                continue;
            }
            planned.seen = planned.seen.saturating_add(1);
            match planned.fault {
                Fault::PullAfter { nth, .. } => self.left |= planned.seen == nth,
                Fault::PullDuring { nth, .. } => mute |= planned.seen == nth,
                Fault::Answer { status, .. } => instead = Some(status),
            }
        }
        self.left |= mute;
        let answer = match instead {
            Some(status) => Some(status.0.to_be_bytes().to_vec()),
            None => self.card.answer(apdu),
        };
        answer.filter(|_| !mute)
    }

    fn left_reader(&self) -> bool {
        self.left || self.card.left_reader()
    }
}

fn parse(text: &str) -> Option<Fault> {
    let (kind, rest) = text.split_once('=')?;
    let (ins, detail) = match rest.split_once(':') {
        Some((ins, detail)) => (ins, Some(detail)),
        None => (rest, None),
    };
    let ins = Instruction(u8::from_str_radix(ins, 16).ok()?);
    let nth = || detail.unwrap_or("1").parse().ok().filter(|nth| *nth > 0);
    match kind {
        "pull-after" => Some(Fault::PullAfter { ins, nth: nth()? }),
        "pull-during" => Some(Fault::PullDuring { ins, nth: nth()? }),
        "answer" => {
            let status = StatusWord(u16::from_str_radix(detail?, 16).ok()?);
            Some(Fault::Answer { ins, status })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InProcess;
    use ankong_card::{Transport, TransportError};

    struct Yes;

    impl Card for Yes {
        fn atr(&self) -> &[u8] {
            &[0x3B, 0]
        }

        fn reset(&mut self) {}

        fn answer(&mut self, _: &[u8]) -> Option<Vec<u8>> {
            Some(vec![0x90, 0])
        }
    }

    const VERIFY: [u8; 4] = [0x80, 0x20, 0, 1];
    const SELECT: [u8; 4] = [0x80, 0xA4, 0, 0];

    fn card(plan: &str) -> InProcess<Faulty<Yes>> {
        InProcess::new(Faulty::new(Yes, [plan.parse().unwrap()]))
    }

    #[test]
    fn the_written_forms_are_read_and_anything_else_is_refused() {
        let ins = Instruction(0x20);
        assert_eq!("pull-after=20".parse(), Ok(Fault::PullAfter { ins, nth: 1 }));
        assert_eq!("pull-during=20:3".parse(), Ok(Fault::PullDuring { ins, nth: 3 }));
        let status = StatusWord(0x6F00);
        assert_eq!("answer=20:6F00".parse(), Ok(Fault::Answer { ins, status }));
        for wrong in ["", "pull-after", "pull-after=2G", "pull-after=20:0", "answer=20", "burn=20"]
        {
            assert_eq!(wrong.parse::<Fault>(), Err(NotAFault(wrong.to_owned())));
        }
    }

    #[test]
    fn a_card_pulled_after_a_command_has_answered_it() {
        let mut reader = card("pull-after=20:2");
        assert_eq!(reader.transmit(&VERIFY), Ok(vec![0x90, 0]));
        assert_eq!(reader.transmit(&SELECT), Ok(vec![0x90, 0]));
        assert_eq!(reader.transmit(&VERIFY), Ok(vec![0x90, 0]));
        assert_eq!(reader.transmit(&SELECT), Err(TransportError::Removed));
    }

    #[test]
    fn a_card_pulled_during_a_command_answers_nothing_until_put_in_again() {
        let mut reader = card("pull-during=20");
        assert_eq!(reader.transmit(&VERIFY), Err(TransportError::Removed));
        assert_eq!(reader.transmit(&SELECT), Err(TransportError::Removed));
        let mut reader = InProcess::new(reader.into_card());
        assert_eq!(reader.transmit(&VERIFY), Ok(vec![0x90, 0]));
    }

    #[test]
    fn a_planned_status_is_given_for_that_instruction_only() {
        let mut reader = card("answer=20:6F00");
        assert_eq!(reader.transmit(&VERIFY), Ok(vec![0x6F, 0]));
        assert_eq!(reader.transmit(&SELECT), Ok(vec![0x90, 0]));
    }
}
