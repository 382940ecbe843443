//! Listens on the way to a card while it is read. Lets reading commands through and no others.

use super::Exchange;
use crate::apdu::Instruction;
use crate::{Protocol, Transport, TransportError};

/// SELECT, READ BINARY, READ RECORD, GET RESPONSE, and GET DATA by either instruction: ISO/IEC
/// 7816-4:2020 table 4.
const READING: [Instruction; 6] = [
    Instruction::SELECT,
    Instruction::READ_BINARY,
    Instruction::READ_RECORD,
    Instruction::GET_RESPONSE,
    Instruction(0xCA),
    Instruction(0xCB),
];

/// A transport that keeps what passes.
pub(super) struct Wiretap<'a> {
    transport: &'a mut dyn Transport,
    exchanges: Vec<Exchange>,
    extended: bool,
}

impl<'a> Wiretap<'a> {
    pub(super) fn new(transport: &'a mut dyn Transport) -> Self {
        Self { transport, exchanges: Vec::new(), extended: false }
    }

    /// What has passed, and whether more than short commands could.
    pub(super) fn into_exchanges(self) -> (Vec<Exchange>, bool) {
        (self.exchanges, self.extended)
    }
}

impl Transport for Wiretap<'_> {
    /// Reading a card needs no other command. One would be a fault of a driver, and could carry a
    /// PIN: it ends the reading.
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        if !command.get(1).is_some_and(|ins| READING.contains(&Instruction(*ins))) {
            return Err(TransportError::Garbled);
        }
        let answer = self.transport.transmit(command)?;
        self.exchanges.push(Exchange { command: command.to_vec(), answer: answer.clone() });
        Ok(answer)
    }

    fn protocol(&mut self) -> Protocol {
        self.transport.protocol()
    }

    fn takes_extended_length(&mut self) -> bool {
        self.extended = self.transport.takes_extended_length();
        self.extended
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::Transcript;

    #[test]
    fn no_pin_and_no_other_verify_passes() {
        let mut card = Transcript::parse("> 00 A4 00 00\n< 90 00");
        let mut wiretap = Wiretap::new(&mut card);
        assert_eq!(wiretap.transmit(&[0, 0xA4, 0, 0]), Ok(vec![0x90, 0]));
        for command in [&[0, 0x20, 0, 0x80][..], &[0, 0x20, 0, 0x80, 1, b'1'], &[0x80, 0xEA], &[]] {
            assert_eq!(wiretap.transmit(command), Err(TransportError::Garbled));
        }
        assert_eq!(wiretap.into_exchanges().0.len(), 1);
        card.assert_finished();
    }
}
