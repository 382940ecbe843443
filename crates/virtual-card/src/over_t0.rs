//! A card that speaks T=0, ISO/IEC 7816-3:2006 clauses 10 and 12.2: every card here speaks T=1 by
//! itself, and this is how the commands of any of them look through the older protocol.

use std::time::Duration;

use ankong_card::apdu::Instruction;
use ankong_card::{StatusWord, atr};

use crate::{Card, Contact};

/// The card of another protocol behind T=0. Strict: a command with data and Le, or with another
/// length than its P3 says, is none.
pub struct OverT0<C> {
    card: C,
    atr: Vec<u8>,
    /// What GET RESPONSE can fetch, and the status word after it.
    waiting: Option<Answer>,
}

/// A whole answer: data and status word.
struct Answer {
    data: Vec<u8>,
    status: [u8; 2],
}

impl<C: Card> OverT0<C> {
    /// The same card with an answer to reset that offers T=0 alone: no interface bytes, the same
    /// historical bytes, no check byte.
    pub fn new(card: C) -> Self {
        let historical = atr::historical(card.atr()).unwrap_or_default();
        let count = u8::try_from(historical.len()).unwrap_or_default();
        let atr = [&[DIRECT, count], historical].concat();
        Self { card, atr, waiting: None }
    }

    /// A TPDU as the card behind understands it; P3 is Le where no data follows. `None` when the
    /// card gives no answer.
    fn process(&mut self, tpdu: &[u8]) -> Option<Vec<u8>> {
        let waiting = self.waiting.take();
        let [class, instruction, _p1, _p2, p3, data @ ..] = tpdu else {
            return Some(WRONG_LENGTH.to_vec());
        };
        let outgoing = data.is_empty();
        if !outgoing && data.len() != usize::from(*p3) {
            return Some(WRONG_LENGTH.to_vec());
        }
        if Instruction(*instruction) == Instruction::GET_RESPONSE
            && let Some(waiting) = waiting
        {
            return Some(self.deliver(waiting, *p3));
        }
        let answer = if outgoing {
            self.whole(*class, tpdu)?
        } else {
            self.whole(*class, &[tpdu, &[0]].concat())?
        };
        Some(match (outgoing, answer.data.len()) {
            (_, 0) => answer.status.to_vec(),
            (true, length) if length < length_of(*p3) => other_length(length),
            (true, _) => self.deliver(answer, *p3),
            (false, length) => {
                self.waiting = Some(answer);
                vec![MORE, short(length)]
            }
        })
    }

    /// So many bytes, and whether more wait; with P3 too large, how many there are.
    fn deliver(&mut self, mut answer: Answer, p3: u8) -> Vec<u8> {
        let wanted = length_of(p3);
        if wanted > answer.data.len() {
            let length = answer.data.len();
            self.waiting = Some(answer);
            return other_length(length);
        }
        let rest = answer.data.split_off(wanted);
        if rest.is_empty() {
            return [answer.data, answer.status.to_vec()].concat();
        }
        let piece = [answer.data, vec![MORE, short(rest.len())]].concat();
        self.waiting = Some(Answer { data: rest, status: answer.status });
        piece
    }

    /// The card's answer to an APDU, put together.
    fn whole(&mut self, class: u8, apdu: &[u8]) -> Option<Answer> {
        let mut whole = Vec::new();
        let mut answer = self.card.answer(apdu)?;
        loop {
            let status = answer.split_off(answer.len().saturating_sub(2));
            whole.append(&mut answer);
            match status.as_slice() {
                [MORE, _] => {
                    let get = [class & 0xF0, Instruction::GET_RESPONSE.0, 0, 0, 0];
                    answer = self.card.answer(&get)?;
                }
                [sw1, sw2] => return Some(Answer { data: whole, status: [*sw1, *sw2] }),
                _ => return None,
            }
        }
    }
}

impl<C: Card> Card for OverT0<C> {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn reset(&mut self) {
        self.waiting = None;
        self.card.reset();
    }

    fn answer(&mut self, tpdu: &[u8]) -> Option<Vec<u8>> {
        self.process(tpdu)
    }

    fn contact(&self) -> Contact {
        self.card.contact()
    }

    fn delay(&self) -> Duration {
        self.card.delay()
    }

    fn tries_left(&self) -> Option<u8> {
        self.card.tries_left()
    }
}

/// P3 as a length: 00 stands for 256.
fn length_of(p3: u8) -> usize {
    if p3 == 0 { 256 } else { usize::from(p3) }
}

/// A length as SW2 says it: 00 stands for 256 and more.
fn short(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(0)
}

/// `6Cxx`: the length to ask for.
fn other_length(length: usize) -> Vec<u8> {
    vec![0x6C, short(length)]
}

/// TS: direct convention, clause 8.1.
const DIRECT: u8 = 0x3B;
/// SW1 of `61xx`.
const MORE: u8 = 0x61;
const WRONG_LENGTH: [u8; 2] = StatusWord::WRONG_LENGTH.0.to_be_bytes();
