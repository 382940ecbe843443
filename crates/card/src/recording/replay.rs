//! A recording in place of a card: it answers what it was asked when it was made, in that order.

use super::{Exchange, Hex};
use crate::{Protocol, Transport, TransportError};

/// The exchanges still to come.
pub(super) struct Replay<'a> {
    exchanges: std::slice::Iter<'a, Exchange>,
    protocol: Protocol,
    extended: bool,
    strayed: Option<Strayed>,
}

/// The drivers ask otherwise than they did when the recording was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the recording is of another version: {recorded} was sent then, {sent} now")]
pub struct Strayed {
    recorded: String,
    sent: String,
}

impl<'a> Replay<'a> {
    pub(super) fn new(exchanges: &'a [Exchange], protocol: Protocol, extended: bool) -> Self {
        Self { exchanges: exchanges.iter(), protocol, extended, strayed: None }
    }

    /// Whether everything was asked, and nothing else.
    pub(super) fn finish(mut self) -> Result<(), Strayed> {
        match (self.strayed.take(), self.exchanges.next()) {
            (Some(strayed), _) => Err(strayed),
            (None, Some(more)) => Err(strayed(Some(more), None)),
            (None, None) => Ok(()),
        }
    }
}

impl Transport for Replay<'_> {
    fn protocol(&mut self) -> Protocol {
        self.protocol
    }

    fn takes_extended_length(&mut self) -> bool {
        self.extended
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        if self.strayed.is_some() {
            return Err(TransportError::Removed);
        }
        match self.exchanges.next() {
            Some(exchange) if exchange.command == command => Ok(exchange.answer.clone()),
            other => {
                self.strayed = Some(strayed(other, Some(command)));
                Err(TransportError::Removed)
            }
        }
    }
}

fn strayed(recorded: Option<&Exchange>, sent: Option<&[u8]>) -> Strayed {
    let text = |command: Option<&[u8]>| command.map(|bytes| Hex(bytes).to_string());
    let nothing = || "nothing".to_owned();
    Strayed {
        recorded: text(recorded.map(|exchange| exchange.command.as_slice()))
            .unwrap_or_else(nothing),
        sent: text(sent).unwrap_or_else(nothing),
    }
}

#[cfg(test)]
mod tests {
    use crate::recording::Recording;

    #[test]
    fn a_recording_that_the_drivers_have_outgrown_says_so() {
        let replay = |text| Recording::parse(text).unwrap().replay().map(|_| ());
        let other = replay("! atr 3B 00\n> 00 A4 04 00\n< 90 00\n").unwrap_err();
        assert!(other.to_string().contains("00 A4 04 00 was sent then, 00 A4 04 00 09"), "{other}");
        let short = replay("! atr 3B 00\n").unwrap_err();
        assert!(short.to_string().contains("nothing was sent then"), "{short}");
    }
}
