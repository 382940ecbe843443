//! A card that follows a written exchange: `> ` what it must be sent, `< ` what it answers.
//! `< removed` and `< reset` are the two ways an exchange breaks off. `! t=0` before all else is
//! the protocol, where it is not T=1. `#` begins a comment.

use crate::transport::{Protocol, Transport, TransportError};

type Exchange = (Vec<u8>, Result<Vec<u8>, TransportError>);

/// The exchanges still to come.
pub(crate) struct Transcript {
    exchanges: std::vec::IntoIter<Exchange>,
    protocol: Protocol,
}

impl Transcript {
    /// Reads the two-line format; panics on anything else, for this is test data.
    pub(crate) fn parse(text: &str) -> Self {
        let mut exchanges = Vec::new();
        let mut lines =
            text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')).peekable();
        let over_t0 = lines.next_if_eq(&"! t=0").is_some();
        let protocol = if over_t0 { Protocol::T0 } else { Protocol::T1 };
        while let (Some(command), answer) = (lines.next(), lines.next()) {
            let command = hex(command.strip_prefix('>').expect("a line beginning with >"));
            let answer = match answer.and_then(|l| l.strip_prefix('<')).expect("a < line").trim() {
                "removed" => Err(TransportError::Removed),
                "reset" => Err(TransportError::Reset),
                bytes => Ok(hex(bytes)),
            };
            exchanges.push((command, answer));
        }
        Self { exchanges: exchanges.into_iter(), protocol }
    }

    /// Panics when the transcript expected more commands.
    pub(crate) fn assert_finished(mut self) {
        assert_eq!(self.exchanges.next(), None, "commands that were never sent");
    }
}

/// Bytes from hexadecimal digits, blanks ignored; panics on anything else.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    assert!(digits.len().is_multiple_of(2), "odd number of digits in {text:?}");
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal digits"))
        .collect()
}

impl Transport for Transcript {
    fn protocol(&mut self) -> Protocol {
        self.protocol
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let (expected, answer) = self.exchanges.next().expect("a command beyond the transcript");
        assert_eq!(command, expected, "sent {command:02X?}, expected {expected:02X?}");
        answer
    }
}
