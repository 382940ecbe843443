//! A card with the cryptographic information application of ISO/IEC 7816-15:2016: one signature
//! key, RSA of 2048 to 4096 bits or P-256 or P-384, behind one PIN.
//!
//! Commands follow ISO/IEC 7816-4:2020 and 7816-8:2021, short form. Strict on purpose: the PIN is
//! good for one signature, and leaving the application forgets it. Refuses to know deciphering
//! and changing the PIN; the encryption certificate is there to be read, its key is not.

mod files;
mod layout;
mod personalise;
mod signing;

use ankong_card::StatusWord;
use ankong_card::apdu::Instruction;

use crate::pin::PinObject;
use crate::response::{self, Pending, Response};
use crate::{Card, CardImage, Command, UnusableImage};
use files::{FileTree, Selection};
use signing::SigningKey;

/// A card after ISO/IEC 7816-15. PIN tries outlive a reset; they are not written back to the image.
pub struct Iso7816Part15 {
    files: FileTree,
    pin: PinObject,
    key: SigningKey,
    /// What GET RESPONSE can still fetch.
    pending: Pending,
}

impl Iso7816Part15 {
    /// Makes the card that an image describes; what is under `keys.signature` decides the algorithm.
    ///
    /// # Errors
    /// Something in the image cannot be on such a card; see [`UnusableImage`].
    pub fn new(image: &CardImage) -> Result<Self, UnusableImage> {
        personalise::personalise(image)
    }

    fn process(&mut self, apdu: &[u8]) -> Result<Response, StatusWord> {
        let command = Command::try_from(apdu)?;
        if command.cla != CLASS {
            return Err(StatusWord::CLASS_NOT_SUPPORTED);
        }
        let pending = self.pending.take();
        let answer = match command.ins {
            Instruction::SELECT => self.select(&command)?,
            Instruction::READ_BINARY => return self.read_binary(&command),
            Instruction::VERIFY => self.verify(&command)?,
            MANAGE_SECURITY_ENVIRONMENT => self.key.prepare(&command)?,
            PERFORM_SECURITY_OPERATION => self.key.sign(&command, &mut self.pin)?,
            // Clause 11.7.1: only directly after a 61xx.
            Instruction::GET_RESPONSE if !pending.is_empty() => pending,
            Instruction::GET_RESPONSE => return Err(StatusWord::CONDITIONS_NOT_SATISFIED),
            _ => return Err(StatusWord::INSTRUCTION_NOT_SUPPORTED),
        };
        Ok(self.pending.deliver(answer, command.le))
    }

    /// SELECT, clause 11.2.2. P2 asks for control parameters as FCI or FCP template, or for none.
    fn select(&mut self, command: &Command<'_>) -> Result<Vec<u8>, StatusWord> {
        let template = match command.p2 {
            0x00 => Some(FCI_TEMPLATE),
            0x04 => Some(FCP_TEMPLATE),
            0x0C => None,
            _ => return Err(StatusWord::INCORRECT_P1_P2),
        };
        if self.files.select(Selection { how: command.p1, what: command.data })? {
            self.pin.forget();
            self.key.forget();
        }
        Ok(template.map_or_else(Vec::new, |tag| self.files.control_parameters(tag)))
    }

    /// READ BINARY, clause 11.3.3, of the current file or of one by its short identifier.
    fn read_binary(&mut self, command: &Command<'_>) -> Result<Response, StatusWord> {
        let length = usize::from(command.le.ok_or(StatusWord::WRONG_LENGTH)?);
        if !command.data.is_empty() {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let offset = if command.p1 & 0x80 == 0 {
            command.p1_p2()
        } else if command.p1 & 0x60 == 0 {
            self.files.select_short(command.p1 & 0x1F)?;
            u16::from(command.p2)
        } else {
            return Err(StatusWord::INCORRECT_P1_P2);
        };
        let rest = self.files.rest(offset)?;
        // Le 00 asks for whatever there is; any other length must be there.
        match rest.get(..length) {
            Some(piece) => Ok((piece.to_vec(), StatusWord::OK)),
            None if length == 256 => Ok((rest.to_vec(), StatusWord::OK)),
            None => Ok((rest.to_vec(), END_OF_FILE)),
        }
    }

    /// VERIFY, clause 11.6.6; without data it only asks.
    fn verify(&mut self, command: &Command<'_>) -> Result<Vec<u8>, StatusWord> {
        if command.p1 != 0 {
            return Err(StatusWord::INCORRECT_P1_P2);
        }
        if command.p2 != layout::PIN_REFERENCE || !self.files.in_application() {
            return Err(StatusWord::REFERENCED_DATA_NOT_FOUND);
        }
        match command.data.len() {
            0 => self.pin.verdict()?,
            layout::PIN_LENGTH => self.pin.compare(command.data, layout::PIN_LENGTH)?,
            _ => return Err(StatusWord::WRONG_LENGTH),
        }
        Ok(Vec::new())
    }
}

impl Card for Iso7816Part15 {
    fn atr(&self) -> &[u8] {
        &ATR
    }

    fn reset(&mut self) {
        self.files.select_root();
        self.pin.forget();
        self.key.forget();
        self.pending.forget();
    }

    fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
        Some(response::bytes(self.process(apdu)))
    }

    fn tries_left(&self) -> Option<u8> {
        Some(self.pin.tries_left())
    }
}

/// T=1, IFSC 254, no historical bytes: nothing to tell the card by but its behaviour.
const ATR: [u8; 7] = [0x3B, 0x80, 0x81, 0x31, 0xFE, 0x45, 0x8B];

/// The interindustry class without chaining, secure messaging or channels (clause 5.4.1).
const CLASS: u8 = 0x00;
/// ISO/IEC 7816-4 clause 11.6.11.
const MANAGE_SECURITY_ENVIRONMENT: Instruction = Instruction(0x22);
/// ISO/IEC 7816-8 clause 11.
const PERFORM_SECURITY_OPERATION: Instruction = Instruction(0x2A);
/// File control information and file control parameters, clause 7.4.
const FCI_TEMPLATE: u8 = 0x6F;
const FCP_TEMPLATE: u8 = 0x62;
/// The file ended before Le bytes were read (table 6).
const END_OF_FILE: StatusWord = StatusWord(0x6282);
