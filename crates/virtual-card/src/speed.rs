//! A card that takes its time: on the line (ISO/IEC 7816-3:2006) and for each command.
//!
//! Knows no clock. A carrier waits for [`Card::delay`], or counts it.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use ankong_card::apdu::Instruction;

use crate::{Card, Contact};

/// How fast a card is. The default takes no time at all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Speed {
    /// Bits a second on the line.
    pub baud: Option<NonZeroU32>,
    /// What a command takes beside the line.
    pub times: Vec<CommandTime>,
}

/// What every command with an instruction takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CommandTime {
    /// The instruction.
    pub ins: Instruction,
    /// The time.
    pub time: Duration,
}

/// The text names no command and its time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time of a command; write INS:MILLISECONDS, INS in hexadecimal")]
pub struct NotACommandTime(String);

impl FromStr for CommandTime {
    type Err = NotACommandTime;

    fn from_str(text: &str) -> Result<Self, NotACommandTime> {
        let parsed = text.split_once(':').and_then(|(ins, time)| {
            let ins = Instruction(u8::from_str_radix(ins, 16).ok()?);
            Some(Self { ins, time: Duration::from_millis(time.parse::<u32>().ok()?.into()) })
        });
        parsed.ok_or_else(|| NotACommandTime(text.to_owned()))
    }
}

impl Speed {
    /// As fast as the card of this ATR would be in a reader of 4 MHz: the line as the ATR offers
    /// it, and [`COMMAND_TIMES`], which are assumptions.
    #[must_use]
    pub fn as_real(atr: &[u8]) -> Self {
        let times = COMMAND_TIMES.map(|(ins, milliseconds)| CommandTime {
            ins: Instruction(ins),
            time: Duration::from_millis(milliseconds),
        });
        Self { baud: offered(atr), times: times.to_vec() }
    }

    /// What one exchange takes.
    #[must_use]
    pub fn of(&self, apdu: &[u8], answer_length: usize) -> Duration {
        let line = self.baud.map_or(Duration::ZERO, |baud| {
            let bytes = apdu.len() + answer_length + 2 * BLOCK_FRAME;
            let etu = u32::try_from(bytes).unwrap_or(u32::MAX).saturating_mul(CHARACTER);
            Duration::from_secs(etu.into()) / baud.get()
        });
        line + self.command(apdu)
    }

    /// A command whose chain goes on (ISO/IEC 7816-4:2020 clause 5.4.1, bit 5) is only stored.
    fn command(&self, apdu: &[u8]) -> Duration {
        let [cla, ins, ..] = *apdu else { return Duration::ZERO };
        let goes_on = cla & 0x90 == 0x10;
        let found = self.times.iter().find(|known| known.ins.0 == ins && !goes_on);
        found.map_or(Duration::ZERO, |known| known.time)
    }
}

/// A card of some speed.
pub struct Paced<C> {
    card: C,
    speed: Speed,
    delay: Duration,
}

impl<C: Card> Paced<C> {
    /// Wraps a card.
    pub fn new(card: C, speed: Speed) -> Self {
        Self { card, speed, delay: Duration::ZERO }
    }
}

impl<C: Card> Card for Paced<C> {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    fn reset(&mut self) {
        self.card.reset();
    }

    fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
        let answer = self.card.answer(apdu);
        let length = answer.as_ref().map_or(0, Vec::len);
        self.delay = self.card.delay() + self.speed.of(apdu, length);
        answer
    }

    fn contact(&self) -> Contact {
        self.card.contact()
    }

    fn delay(&self) -> Duration {
        self.delay
    }

    fn tries_left(&self) -> Option<u8> {
        self.card.tries_left()
    }
}

/// Bits a second that an ATR offers in a reader of 4 MHz, from TA1 or its default
/// (ISO/IEC 7816-3:2006 clause 8.3, tables 7 and 8). `None` for values that are reserved.
fn offered(atr: &[u8]) -> Option<NonZeroU32> {
    let ta1 = match *atr {
        [_, t0, ta1, ..] if t0 & 0x10 != 0 => ta1,
        _ => DEFAULT_TA1,
    };
    let clock_conversion: u32 = match ta1 >> 4 {
        0 | 1 => 372,
        2 => 558,
        3 => 744,
        4 => 1116,
        5 => 1488,
        6 => 1860,
        9 => 512,
        10 => 768,
        11 => 1024,
        12 => 1536,
        13 => 2048,
        _ => return None,
    };
    let adjustment: u32 = match ta1 & 0x0F {
        doubled @ 1..=7 => 1 << (doubled - 1),
        8 => 12,
        9 => 20,
        _ => return None,
    };
    NonZeroU32::new(CLOCK / clock_conversion * adjustment)
}

/// Hertz of the reader's clock.
const CLOCK: u32 = 4_000_000;
/// F 372, D 1 (ISO/IEC 7816-3:2006 clause 8.1).
const DEFAULT_TA1: u8 = 0x11;
/// Bits of a character with its guard time in T=1 (clause 11.3.3.2, N = 255).
const CHARACTER: u32 = 11;
/// Prologue and epilogue of a T=1 block (clause 11.3.2): three bytes and one.
const BLOCK_FRAME: usize = 4;

/// Milliseconds a command takes beside the line, by instruction. No measured figure of a real card
/// is published; these are what makes a proof take about as long as people tell of.
const COMMAND_TIMES: [(u8, u64); 6] = [
    (0xA4, 10),  // SELECT
    (0xB0, 5),   // READ BINARY
    (0x20, 60),  // VERIFY
    (0x2A, 700), // PERFORM SECURITY OPERATION
    (0x87, 700), // GENERAL AUTHENTICATE
    (0xEA, 350), // the MOICA cards' private-key operation, two commands each
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_as_fast_as_the_atr_offers() {
        let baud = |atr: &[u8]| offered(atr).map(NonZeroU32::get);
        assert_eq!(baud(&[0x3B, 0x80, 0x81, 0x31]), Some(10_752)); // no TA1
        assert_eq!(baud(&[0x3B, 0xB8, 0x13, 0x00]), Some(43_008));
        assert_eq!(baud(&[0x3B, 0xD8, 0x96, 0x00]), Some(249_984));
        assert_eq!(baud(&[0x3B, 0x10, 0x70]), None);
        assert_eq!(baud(&[]), Some(10_752));
    }

    #[test]
    fn an_exchange_takes_its_bytes_and_its_command() {
        let speed = Speed {
            baud: NonZeroU32::new(11_000),
            times: vec!["87:700".parse().unwrap(), "B0:5".parse().unwrap()],
        };
        assert_eq!(speed.of(&[0, 0xB0, 0, 0, 200], 202), Duration::from_millis(215 + 5));
        assert_eq!(speed.of(&[0, 0x87, 0, 0], 2), Duration::from_millis(14 + 700));
        assert_eq!(speed.of(&[0x10, 0x87, 0, 0], 2), Duration::from_millis(14));
        assert_eq!(speed.of(&[0x80, 0xCA, 0, 0], 2), Duration::from_millis(14));
        assert_eq!(Speed::default().of(&[0, 0xB0, 0, 0, 200], 202), Duration::ZERO);
    }

    #[test]
    fn a_time_that_is_none_is_refused() {
        for wrong in ["", "20", "20:", "2G:1", "20:-1", "120:1"] {
            assert_eq!(wrong.parse::<CommandTime>(), Err(NotACommandTime(wrong.to_owned())));
        }
    }
}
