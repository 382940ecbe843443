//! A PIV card, NIST SP 800-73-4, seen over its contacts: two keys behind one PIN.
//!
//! Short commands, with chaining where the standard has it, and extended ones where the image says so. Strict on purpose: the digital
//! signature key wants the PIN in the command right before, and what does not belong to the
//! selected application is refused. Refuses to know the card's management (PUT DATA, generating
//! keys, changing PINs), biometrics, secure messaging and the contactless interface.

mod chain;
mod keys;
mod objects;
mod personalise;

use ankong_card::StatusWord;
use ankong_card::apdu::Instruction;

use crate::pin::PinObject;
use crate::response::{self, Pending, Response};
use crate::{Card, CardImage, Command, UnusableImage};
use chain::Chain;
use keys::{Keys, Permission};
use objects::Objects;

/// A PIV card. PIN tries outlive a reset; they are not written back to the image.
pub struct Piv {
    objects: Objects,
    pin: PinObject,
    keys: Keys,
    extended_length: bool,
    selected: bool,
    /// The command before this one verified the PIN.
    just_verified: bool,
    chain: Chain,
    /// What GET RESPONSE can still fetch.
    pending: Pending,
}

impl Piv {
    /// Makes the card that an image describes: the signature key in 9A, or where `piv` in the
    /// image says, and the encryption key in 9D.
    ///
    /// # Errors
    /// Something in the image cannot be on such a card; see [`UnusableImage`].
    pub fn new(image: &CardImage) -> Result<Self, UnusableImage> {
        personalise::personalise(image)
    }

    fn process(&mut self, apdu: &[u8]) -> Result<Response, StatusWord> {
        let pending = self.pending.take();
        let just_verified = std::mem::take(&mut self.just_verified);
        let command = if self.extended_length {
            Command::of_any_length(apdu)?
        } else {
            Command::try_from(apdu)?
        };
        if command.ins == Instruction::GET_RESPONSE {
            // Clause 11.7.1: only directly after a 61xx.
            if command.cla != CLASS || pending.is_empty() {
                return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
            }
            return Ok(self.pending.deliver(pending, command.le));
        }
        let Some(data) = self.chain.take(&command)? else {
            self.just_verified = just_verified; // the command has not ended yet
            return Ok((Vec::new(), StatusWord::OK));
        };
        let answer = match command.ins {
            Instruction::SELECT => self.select(&command, &data)?,
            _ if !self.selected => return Err(StatusWord::INSTRUCTION_NOT_SUPPORTED),
            GET_DATA => self.objects.get(&command, &data)?,
            Instruction::VERIFY => self.verify(&command, &data)?,
            GENERAL_AUTHENTICATE => {
                let permission = match (self.pin.is_verified(), just_verified) {
                    (false, _) => Permission::None,
                    (true, false) => Permission::Verified,
                    (true, true) => Permission::JustVerified,
                };
                self.keys.authenticate(&command, &data, permission)?
            }
            _ => return Err(StatusWord::INSTRUCTION_NOT_SUPPORTED),
        };
        Ok(self.pending.deliver(answer, command.le))
    }

    /// SELECT, part 2 clause 3.1.1, by the application's whole name or its beginning. Selecting it
    /// anew changes nothing about the PIN.
    fn select(&mut self, command: &Command<'_>, name: &[u8]) -> Result<Vec<u8>, StatusWord> {
        if (command.p1, command.p2) != (0x04, 0x00) {
            return Err(StatusWord::INCORRECT_P1_P2);
        }
        if name.len() < objects::PROVIDER || !objects::APPLICATION.starts_with(name) {
            return Err(StatusWord::FILE_NOT_FOUND);
        }
        self.selected = true;
        Ok(objects::property_template())
    }

    /// VERIFY, part 2 clause 3.2.1: with a PIN, without one as a question, and with P1 FF to forget
    /// that it was verified.
    fn verify(&mut self, command: &Command<'_>, data: &[u8]) -> Result<Vec<u8>, StatusWord> {
        if command.p2 != PIN_REFERENCE {
            return Err(StatusWord::REFERENCED_DATA_NOT_FOUND);
        }
        match (command.p1, data) {
            (0x00, []) => self.pin.verdict()?,
            (0x00, pin) if well_formed(pin) => {
                self.pin.compare(pin, PIN_LENGTH)?;
                self.just_verified = true;
            }
            // The clause lets the card choose between this and 63Cx; neither costs a try.
            (0x00, _) => return Err(INCORRECT_DATA),
            (0xFF, []) => self.pin.forget(),
            (_, _) => return Err(StatusWord::INCORRECT_P1_P2),
        }
        Ok(Vec::new())
    }
}

impl Card for Piv {
    fn atr(&self) -> &[u8] {
        if self.extended_length { &ATR_EXTENDED } else { &ATR }
    }

    fn reset(&mut self) {
        self.selected = false;
        self.just_verified = false;
        self.pin.forget();
        self.chain = Chain::default();
        self.pending.forget();
    }

    fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
        Some(response::bytes(self.process(apdu)))
    }

    fn tries_left(&self) -> Option<u8> {
        Some(self.pin.tries_left())
    }
}

/// 6 to 8 characters and FF up to 8 bytes, part 2 clause 2.4.3.
fn well_formed(pin: &[u8]) -> bool {
    let filled = pin.iter().rev().take_while(|byte| **byte == 0xFF).count();
    pin.len() == PIN_LENGTH && filled <= 2
}

/// T=1 and, in the historical bytes, the card capabilities (ISO/IEC 7816-4 clause 12.1.1.9):
/// selection by whole and shortened name, command chaining, no extended length.
const ATR: [u8; 9] = [0x3B, 0x85, 0x01, 0x80, 0x73, 0xC0, 0x01, 0x80, 0x36];
/// The same with extended length.
const ATR_EXTENDED: [u8; 9] = [0x3B, 0x85, 0x01, 0x80, 0x73, 0xC0, 0x01, 0xC0, 0x76];

/// The interindustry class.
const CLASS: u8 = 0x00;
/// GET DATA, part 2 table 2.
const GET_DATA: Instruction = Instruction(0xCB);
/// GENERAL AUTHENTICATE, part 2 table 2.
const GENERAL_AUTHENTICATE: Instruction = Instruction(0x87);
/// The PIV Card Application PIN, part 1 table 4b.
const PIN_REFERENCE: u8 = 0x80;
/// Bytes in which it travels, part 2 clause 2.4.3.
const PIN_LENGTH: usize = 8;
/// Incorrect parameters in the data field, part 2 table 2 of its status words.
const INCORRECT_DATA: StatusWord = StatusWord(0x6A80);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_atr_ends_with_its_check_byte() {
        for atr in [ATR, ATR_EXTENDED] {
            assert_eq!(atr.iter().skip(1).fold(0, |sum, byte| sum ^ byte), 0);
        }
    }

    #[test]
    fn a_pin_is_filled_up_from_six_characters_at_least() {
        assert!(well_formed(b"12345678") && well_formed(b"123456\xFF\xFF"));
        for wrong in [&b"12345\xFF\xFF\xFF"[..], b"123456", b"123456\xFF\xFF\xFF", b""] {
            assert!(!well_formed(wrong), "{wrong:02X?}");
        }
    }
}
