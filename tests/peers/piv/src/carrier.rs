//! Short commands to the card's application: chained parts are put together, long answers wait
//! for GET RESPONSE (ISO/IEC 7816-4:2020 clauses 5.3.3 and 5.3.4).

use ankong_card::{Transport, TransportError};
use iso7816::command::CommandView;
use piv_authenticator::Authenticator;
use trussed::virt::Client;

use crate::Keeper;

/// The card with what surrounds its application.
pub struct Carrier<'a> {
    card: Authenticator<Client<'a, Keeper>>,
    parts: Vec<u8>,
    waiting: Vec<u8>,
    /// PINs the card has been sent.
    pub pins: usize,
}

impl<'a> Carrier<'a> {
    pub(crate) fn new(card: Authenticator<Client<'a, Keeper>>) -> Self {
        Self { card, parts: Vec::new(), waiting: Vec::new(), pins: 0 }
    }

    /// A command in extended form, so of any length.
    fn whole(&mut self, header: [u8; 4], data: &[u8]) -> Vec<u8> {
        let mut bytes = header.to_vec();
        if !data.is_empty() {
            bytes.push(0);
            bytes.extend((data.len() as u16).to_be_bytes());
            bytes.extend(data);
        }
        let mut reply = heapless::Vec::<u8, 4096>::new();
        let command = CommandView::try_from(bytes.as_slice()).unwrap();
        match self.card.respond(command, &mut reply) {
            Ok(()) => {
                self.waiting = reply.to_vec();
                self.deliver()
            }
            Err(status) => u16::from(status).to_be_bytes().to_vec(),
        }
    }

    fn deliver(&mut self) -> Vec<u8> {
        let later = self.waiting.split_off(self.waiting.len().min(256));
        let mut answer = std::mem::replace(&mut self.waiting, later);
        match self.waiting.len() {
            0 => answer.extend([0x90, 0x00]),
            left => answer.extend([0x61, u8::try_from(left).unwrap_or(0)]),
        }
        answer
    }
}

impl Transport for Carrier<'_> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let [class, instruction, p1, p2, body @ ..] = command else {
            panic!("no command: {command:02X?}");
        };
        let data = match body {
            [] | [_] => &[],
            [length, rest @ ..] => &rest[..usize::from(*length)],
        };
        if *instruction == 0xC0 {
            return Ok(self.deliver());
        }
        self.waiting.clear();
        self.pins += usize::from(*instruction == 0x20 && !data.is_empty());
        self.parts.extend(data);
        if class & 0x10 != 0 {
            return Ok(vec![0x90, 0x00]);
        }
        let data = std::mem::take(&mut self.parts);
        Ok(self.whole([*class, *instruction, *p1, *p2], &data))
    }
}
