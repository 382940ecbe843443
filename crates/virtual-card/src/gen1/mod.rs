//! The first generation of the 自然人憑證 (MOICA) card, contact interface.
//!
//! There is no public specification: this follows publicly observed behaviour, and where that is
//! silent the choice is named at the place it is made. ISO/IEC 7816-4:2020 is the vocabulary, not
//! the rule. Refuses to know the real secure-messaging key; each test PKI has its own.

mod pin;
mod secure_messaging;

pub use crate::moica::NotAKey;
pub use secure_messaging::SecureMessagingKey;

use ankong_card::StatusWord;
use ankong_card::apdu::Instruction;

use crate::moica::files::{FileId, FileTree};
use crate::moica::signing::SigningKeys;
use crate::moica::{FETCH_RESULT, PRIVATE_KEY_OPERATION, Personal, personalise};
use crate::{Card, CardImage, Command, Profile, UnusableImage, response};
use pin::SecuredPin;

/// A first-generation card. PIN tries outlive a reset and a change of reader, as on a real card;
/// they are not written back to the image.
pub struct Gen1 {
    files: FileTree,
    pin: SecuredPin,
    keys: SigningKeys,
}

impl Gen1 {
    /// Makes the card that an image describes.
    ///
    /// # Errors
    /// Something in the image cannot be on such a card; see [`UnusableImage`].
    pub fn new(image: &CardImage) -> Result<Self, UnusableImage> {
        let messaging = SecureMessagingKey::from_hex(&image.secure_messaging)?;
        let Personal { files, pin, keys } =
            personalise(image, Profile::MoicaGen1, FileId::MASTER_FILE)?;
        Ok(Self { files, pin: SecuredPin::new(pin, messaging), keys })
    }

    fn process(&mut self, apdu: &[u8]) -> Result<Vec<u8>, StatusWord> {
        // Class 00 is refused before anything else is looked at, even the length.
        if apdu.first() == Some(&0x00) {
            return Err(StatusWord::CLASS_NOT_SUPPORTED);
        }
        let command = Command::try_from(apdu)?;
        match (command.cla, command.ins) {
            (CLASS, Instruction::SELECT) => self.select(&command),
            (CLASS, Instruction::READ_BINARY) => self.files.read_binary(&command),
            (CLASS, Instruction::VERIFY) => Err(self.pin.refuse_clear_text()),
            (CLASS_SECURE, Instruction::VERIFY) => self.verify(&command),
            (CLASS, PRIVATE_KEY_OPERATION) => self.private_key_operation(&command),
            (CLASS, FETCH_RESULT) => self.keys.fetch(&command),
            (CLASS_SECURE, _) => Err(StatusWord::SM_NOT_SUPPORTED),
            (CLASS, _) => Err(StatusWord::INSTRUCTION_NOT_SUPPORTED),
            (_, _) => Err(StatusWord::CLASS_NOT_SUPPORTED),
        }
    }

    /// SELECT by file identifier, clause 11.1.1; the answer carries no control parameters.
    fn select(&mut self, command: &Command<'_>) -> Result<Vec<u8>, StatusWord> {
        if command.p1_p2() != 0 {
            return Err(StatusWord::INCORRECT_P1_P2);
        }
        self.files.select_by_identifier(command.data)?;
        Ok(Vec::new())
    }

    fn verify(&mut self, command: &Command<'_>) -> Result<Vec<u8>, StatusWord> {
        // Which status a real card answers with another file selected is unknown.
        if !self.files.keys_selected() {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        self.pin.verify(command)?;
        Ok(Vec::new())
    }

    fn private_key_operation(&mut self, command: &Command<'_>) -> Result<Vec<u8>, StatusWord> {
        if !self.pin.is_verified() {
            return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
        }
        if !self.files.keys_selected() {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        self.keys.operate(command)
    }
}

impl Card for Gen1 {
    fn atr(&self) -> &[u8] {
        &ATR
    }

    /// The PIN stays verified until here; that a real card forgets it earlier is not known.
    fn reset(&mut self) {
        self.files.select_root();
        self.pin.forget();
        self.keys.forget();
    }

    fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
        Some(response::bytes(self.process(apdu).map(|data| (data, StatusWord::OK))))
    }

    fn tries_left(&self) -> Option<u8> {
        Some(self.pin.tries_left())
    }
}

/// The ATR of the contact card: T=1, IFSC 250, historical bytes `CHTMOICA`.
const ATR: [u8; 17] = [
    0x3B, 0xB8, 0x13, 0x00, 0x81, 0x31, 0xFA, 0x52, 0x43, 0x48, 0x54, 0x4D, 0x4F, 0x49, 0x43, 0x41,
    0xA5,
];

/// The proprietary class of plain commands.
const CLASS: u8 = 0x80;
/// The same with secure messaging (clause 5.4.1, bits 4 and 3).
const CLASS_SECURE: u8 = 0x8C;
