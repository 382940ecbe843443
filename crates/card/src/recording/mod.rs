//! What a card answered when it was read, so that it can be read again where the card is not.
//!
//! As text, an exchange is two lines of hexadecimal digits: `> ` what was sent, `< ` the answer with
//! its status word. `! atr ` comes first, then `! t=0` where that was the protocol, or `! extended` where more than short
//! commands got through;
//! `#` begins a comment. A [`Recording`] holds no person:
//! the only way from a card to one is [`record`], which takes out what belongs to somebody.

mod anonymous;
mod content;
mod packed;
mod pseudonyms;
mod replay;
mod wiretap;

use std::fmt;

pub use replay::Strayed;

use crate::card::{self, NotOpened, Opened};
use crate::moica::{Gen1Key, Gen2Key, IssuerKeys};
use crate::{Channel, Protocol, Transport};
use wiretap::Wiretap;

/// A card that was read, without the person it belongs to.
#[derive(Clone, PartialEq, Eq)]
pub struct Recording {
    atr: Vec<u8>,
    protocol: Protocol,
    /// Commands of extended length got through to the card.
    extended: bool,
    exchanges: Vec<Exchange>,
}

/// A command and its answer, status word included.
#[derive(Clone, PartialEq, Eq)]
struct Exchange {
    command: Vec<u8>,
    answer: Vec<u8>,
}

/// The text is no recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is not {expected}")]
pub struct NotARecording {
    /// Counted from 1.
    pub line: usize,
    /// What should stand there.
    pub expected: &'static str,
}

/// Reads the card in the channel as [`card::open`] does, and writes it down. Sends nothing but
/// SELECT, READ and GET DATA: no PIN, not even an empty VERIFY.
pub fn record(transport: &mut dyn Transport, atr: &[u8]) -> (Result<Opened, NotOpened>, Recording) {
    let protocol = transport.protocol();
    let mut wiretap = Wiretap::new(transport);
    let opened = card::open(&mut Channel::new(&mut wiretap), atr, &keys_of_nobody());
    let (exchanges, extended) = wiretap.into_exchanges();
    let exchanges = anonymous::exchanges(exchanges);
    (opened, Recording { atr: atr.to_vec(), protocol, extended, exchanges })
}

impl Recording {
    /// Has the drivers read the recording in place of the card.
    ///
    /// # Errors
    /// They send other commands than those that were recorded: it was made by another version.
    pub fn replay(&self) -> Result<Result<Opened, NotOpened>, Strayed> {
        let mut replay = replay::Replay::new(&self.exchanges, self.protocol, self.extended);
        let opened = card::open(&mut Channel::new(&mut replay), &self.atr, &keys_of_nobody());
        replay.finish().map(|()| opened)
    }

    /// Whether these bytes stand somewhere in the answers, as they are. For a last look before a
    /// recording leaves the computer.
    #[must_use]
    pub fn mentions(&self, bytes: &[u8]) -> bool {
        let data: Vec<u8> = self.exchanges.iter().flat_map(Exchange::data).copied().collect();
        !bytes.is_empty() && data.windows(bytes.len()).any(|window| window == bytes)
    }

    /// Reads the text.
    ///
    /// # Errors
    /// See [`NotARecording`].
    pub fn parse(text: &str) -> Result<Self, NotARecording> {
        let numbered = text.lines().map(str::trim).enumerate();
        let mut lines = numbered
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .map(|(number, line)| (number + 1, line))
            .peekable();
        let Some((line, atr)) = lines.next() else {
            return Err(NotARecording { line: 1, expected: ATR });
        };
        let atr = after("! atr", atr).ok_or(NotARecording { line, expected: ATR })?;
        let over_t0 = lines.next_if(|(_, line)| *line == OVER_T0).is_some();
        let protocol = if over_t0 { Protocol::T0 } else { Protocol::T1 };
        let extended = lines.next_if(|(_, line)| *line == EXTENDED).is_some();
        let mut exchanges = Vec::new();
        while let Some((line, command)) = lines.next() {
            let command = after(">", command).ok_or(NotARecording { line, expected: COMMAND })?;
            let (line, answer) = lines.next().unwrap_or((line + 1, ""));
            let answer = after("<", answer).ok_or(NotARecording { line, expected: ANSWER })?;
            exchanges.push(Exchange { command, answer });
        }
        Ok(Self { atr, protocol, extended, exchanges })
    }
}

impl fmt::Display for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "! atr {}", Hex(&self.atr))?;
        if self.protocol == Protocol::T0 {
            writeln!(f, "{OVER_T0}")?;
        }
        if self.extended {
            writeln!(f, "{EXTENDED}")?;
        }
        self.exchanges.iter().try_for_each(|exchange| {
            writeln!(f, "> {}\n< {}", Hex(&exchange.command), Hex(&exchange.answer))
        })
    }
}

impl Exchange {
    /// The answer without its status word.
    fn data(&self) -> &[u8] {
        self.answer.split_last_chunk::<2>().map_or(&[], |(data, _)| data)
    }

    fn data_mut(&mut self) -> &mut [u8] {
        self.answer.split_last_chunk_mut::<2>().map_or(&mut [], |(data, _)| data)
    }
}

/// Bytes as they stand in a line.
struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .enumerate()
            .try_for_each(|(at, byte)| write!(f, "{}{byte:02X}", if at == 0 { "" } else { " " }))
    }
}

/// The bytes after the mark that a line begins with.
fn after(mark: &str, line: &str) -> Option<Vec<u8>> {
    let byte = |digits: &str| u8::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 2);
    line.strip_prefix(mark)?.split_whitespace().map(byte).collect()
}

/// With keys at hand a driver also asks what a card's own keys are made from, which is worth
/// knowing of a real card. These open nothing.
fn keys_of_nobody() -> IssuerKeys {
    IssuerKeys { gen1: Some(Gen1Key::new([0; 16])), gen2: Some(Gen2Key::new([0; 16])) }
}

const ATR: &str = "the card's answer to reset: ! atr and hexadecimal digits";
const OVER_T0: &str = "! t=0";
const EXTENDED: &str = "! extended";
const COMMAND: &str = "a command: > and hexadecimal digits";
const ANSWER: &str = "an answer: < and hexadecimal digits";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_written_and_read_the_same() {
        let text = "! atr 3B 00\n> 00 A4 00 00\n< 90 00\n> 00 B0 00 00 00\n< 01 02 62 82\n";
        assert_eq!(Recording::parse(text).unwrap().to_string(), text);
        let extended = "! atr 3B 00\n! extended\n> 00 A4 00 00\n< 90 00\n";
        assert_eq!(Recording::parse(extended).unwrap().to_string(), extended);
        let over_t0 = "! atr 3B 00\n! t=0\n> 00 A4 00 00 00\n< 90 00\n";
        assert_eq!(Recording::parse(over_t0).unwrap().to_string(), over_t0);
        let spaced = "# a comment\n\n! atr 3B 00\n";
        assert_eq!(Recording::parse(spaced).unwrap().to_string(), "! atr 3B 00\n");
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        let line = |text| Recording::parse(text).err().map(|not| not.line);
        assert_eq!(line(""), Some(1));
        assert_eq!(line("> 00 A4\n< 90 00"), Some(1));
        assert_eq!(line("! atr 3B\n> 00 A4"), Some(3));
        assert_eq!(line("! atr 3B\n> 00 A4\n# …\n< 9000"), Some(4));
        assert_eq!(line("! atr 3B\n> 00 A4\n< removed"), Some(3));
    }
}
