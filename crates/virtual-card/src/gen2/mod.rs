//! The second generation of the 自然人憑證 (MOICA) card: an application on a GlobalPlatform card.
//!
//! There is no public specification: this follows publicly observed behaviour, and where that is
//! silent the choice is named at the place it is made. Refuses to know the real master key; each
//! test PKI has its own.

mod channel;
mod keys;

pub use keys::MasterKey;

use ankong_card::StatusWord;
use ankong_card::apdu::Instruction;

use crate::moica::files::{FileId, FileTree};
use crate::moica::signing::SigningKeys;
use crate::moica::{
    FETCH_RESULT, PIN_LENGTH, PIN_REFERENCE, PRIVATE_KEY_OPERATION, Personal, personalise,
};
use crate::pin::PinObject;
use crate::{Card, CardImage, Command, Profile, UnusableImage, response};
use channel::SecureChannel;

/// A second-generation card. PIN tries outlive a reset and a change of reader, as on a real card;
/// they are not written back to the image.
pub struct Gen2 {
    selected: Option<Application>,
    files: FileTree,
    pin: PinObject,
    keys: SigningKeys,
    channel: SecureChannel,
    number: [u8; 10],
}

/// What can be selected by name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Application {
    Citizen,
    CardManager,
    IssuerDomain,
}

impl Gen2 {
    /// Makes the card that an image describes. Its number for the keys is the end of the card
    /// number; where a real card has it from is not known.
    ///
    /// # Errors
    /// Something in the image cannot be on such a card; see [`UnusableImage`].
    pub fn new(image: &CardImage) -> Result<Self, UnusableImage> {
        let master = MasterKey::from_hex(&image.secure_messaging)?;
        let Personal { files, pin, keys } =
            personalise(image, Profile::MoicaGen2, FileId::CURRENT_APPLICATION)?;
        let number = *image.card_number.as_bytes().last_chunk().ok_or(UnusableImage::CardNumber)?;
        let own = master.of_card(&number).map_err(UnusableImage::Cryptography)?;
        let channel = SecureChannel::new(own, number);
        Ok(Self { selected: None, files, pin, keys, channel, number })
    }

    fn process(&mut self, apdu: &[u8]) -> Result<Vec<u8>, StatusWord> {
        let command = Command::try_from(apdu)?;
        match (command.cla, command.ins, command.p1) {
            (CLASS_ISO, Instruction::SELECT, BY_NAME) => return self.select_by_name(&command),
            (CLASS_ISO | CLASS_OWN, Instruction::VERIFY, _) => return Err(self.refuse_clear_pin()),
            (CLASS_ISO | CLASS_OWN, _, _) if self.channel.is_open() => {
                self.close();
                return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
            }
            (CLASS_ISO | CLASS_OWN | CLASS_ISO_SECURE | CLASS_OWN_SECURE, _, _) => {}
            (_, _, _) => return Err(StatusWord::CLASS_NOT_SUPPORTED),
        }
        match self.selected {
            Some(Application::Citizen) => self.citizen(&command),
            Some(Application::CardManager) => get_data(&command, TAG_KEYS, &KEY_INFORMATION),
            Some(Application::IssuerDomain) => get_data(&command, TAG_NUMBER, &self.number),
            // What a real card has selected after power-on is unknown; here nothing.
            None => Err(StatusWord::CONDITIONS_NOT_SATISFIED),
        }
    }

    fn citizen(&mut self, command: &Command<'_>) -> Result<Vec<u8>, StatusWord> {
        match (command.cla, command.ins) {
            (CLASS_ISO, Instruction::SELECT) => self.select(command, command.data),
            (CLASS_ISO, Instruction::READ_BINARY) => self.files.read_binary(command),
            (CLASS_OWN, INITIALIZE_UPDATE) => {
                self.close();
                self.channel.initialize(command)
            }
            (CLASS_OWN_SECURE, EXTERNAL_AUTHENTICATE) => {
                self.channel.authenticate(command).map(|()| Vec::new())
            }
            (CLASS_ISO_SECURE | CLASS_OWN_SECURE, _) => self.secured(command),
            (CLASS_OWN, PRIVATE_KEY_OPERATION | FETCH_RESULT) => {
                Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED)
            }
            (_, _) => Err(StatusWord::INSTRUCTION_NOT_SUPPORTED),
        }
    }

    /// A command through the secure channel, whose faults end PIN and channel alike.
    fn secured(&mut self, command: &Command<'_>) -> Result<Vec<u8>, StatusWord> {
        let plain = match self.channel.unwrap(command) {
            Ok(plain) => plain,
            Err(status) => {
                self.close();
                return Err(status);
            }
        };
        let inner = Command { data: &plain, ..*command };
        match (command.cla, command.ins) {
            (CLASS_ISO_SECURE, Instruction::SELECT) => self.select(&inner, &plain),
            (CLASS_ISO_SECURE, Instruction::READ_BINARY) => self.files.read_binary(&inner),
            (CLASS_ISO_SECURE, Instruction::VERIFY) => self.verify(&inner, &plain),
            (CLASS_OWN_SECURE, PRIVATE_KEY_OPERATION) => self.private_key_operation(&inner),
            (CLASS_OWN_SECURE, FETCH_RESULT) => self.keys.fetch(&inner),
            (_, _) => Err(StatusWord::INSTRUCTION_NOT_SUPPORTED),
        }
    }

    /// SELECT by name, which ends whatever went on before. P2 says if control information is
    /// wanted; there is none but an empty template.
    fn select_by_name(&mut self, command: &Command<'_>) -> Result<Vec<u8>, StatusWord> {
        self.close();
        let wants = match command.p2 {
            0x00 => true,
            NO_ANSWER => false,
            _ => return Err(StatusWord::INCORRECT_P1_P2),
        };
        let named = [
            (Application::Citizen, &APPLICATION[..]),
            (Application::CardManager, &CARD_MANAGER),
            (Application::IssuerDomain, &ISSUER_DOMAIN),
        ];
        let found = named.into_iter().find(|(_, name)| *name == command.data);
        let (application, _) = found.ok_or(StatusWord::FILE_NOT_FOUND)?;
        self.selected = Some(application);
        self.files.select_root();
        Ok(if wants { vec![0x6F, 0x00] } else { Vec::new() })
    }

    /// SELECT by identifier, P2 04: answers with control parameters, of which a real card's are
    /// unknown; here the identifier.
    fn select(&mut self, command: &Command<'_>, data: &[u8]) -> Result<Vec<u8>, StatusWord> {
        if command.p1_p2() != 0x0004 {
            return Err(StatusWord::INCORRECT_P1_P2);
        }
        let [high, low] = self.files.select_by_identifier(data)?.0.to_be_bytes();
        Ok(command.le.map_or_else(Vec::new, |_| vec![0x62, 0x04, 0x83, 0x02, high, low]))
    }

    /// `04 20 00 01 18`; where in the tree the card stands does not matter.
    fn verify(&mut self, command: &Command<'_>, given: &[u8]) -> Result<Vec<u8>, StatusWord> {
        self.pin.forget();
        if command.p1 != 0 {
            return Err(StatusWord::INCORRECT_P1_P2);
        }
        if command.p2 != PIN_REFERENCE {
            return Err(StatusWord::REFERENCED_DATA_NOT_FOUND);
        }
        if given.len() != PIN_LENGTH {
            return Err(StatusWord::WRONG_LENGTH);
        }
        self.pin.compare(given, PIN_LENGTH)?;
        Ok(Vec::new())
    }

    /// The PIN counts for one operation: its last part takes it back.
    fn private_key_operation(&mut self, command: &Command<'_>) -> Result<Vec<u8>, StatusWord> {
        if !self.pin.is_verified() {
            return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
        }
        if !self.files.keys_selected() {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        let answer = self.keys.operate(command)?;
        if !answer.is_empty() {
            self.pin.forget();
        }
        Ok(answer)
    }

    /// A PIN in clear, whatever it says and whatever is selected: refused, and it costs a try.
    fn refuse_clear_pin(&mut self) -> StatusWord {
        self.close();
        self.pin.spend().err().unwrap_or(StatusWord::SM_OBJECTS_MISSING)
    }

    fn close(&mut self) {
        self.channel.close();
        self.pin.forget();
        self.keys.forget();
    }
}

impl Card for Gen2 {
    fn atr(&self) -> &[u8] {
        &ATR
    }

    fn reset(&mut self) {
        self.close();
        self.selected = None;
        self.files.select_root();
    }

    fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
        Some(response::bytes(self.process(apdu).map(|data| (data, StatusWord::OK))))
    }

    fn tries_left(&self) -> Option<u8> {
        Some(self.pin.tries_left())
    }
}

/// GET DATA in a domain that knows one object.
fn get_data(command: &Command<'_>, tag: u8, value: &[u8]) -> Result<Vec<u8>, StatusWord> {
    match (command.cla, command.ins) {
        (CLASS_OWN, GET_DATA) if command.p1_p2() == u16::from(tag) => {
            Ok(crate::der::element(tag, value))
        }
        (CLASS_OWN, GET_DATA) => Err(StatusWord::REFERENCED_DATA_NOT_FOUND),
        (_, _) => Err(StatusWord::INSTRUCTION_NOT_SUPPORTED),
    }
}

/// An ATR seen on a citizen's card, historical bytes `CHTGPKIJ`; that it is of this generation is
/// an inference.
const ATR: [u8; 19] = [
    0x3B, 0xD8, 0x96, 0x00, 0x81, 0xB1, 0xFE, 0x45, 0x1F, 0x07, 0x43, 0x48, 0x54, 0x47, 0x50, 0x4B,
    0x49, 0x4A, 0xDD,
];

/// Name of the application.
const APPLICATION: [u8; 16] = [
    0xA0, 0x00, 0x00, 0x02, 0x83, 0x00, 0x00, 0x06, 0x22, 0x01, 0x69, 0x64, 0x00, 0x01, 0x01, 0x01,
];
/// Name of the card manager's domain.
const CARD_MANAGER: [u8; 15] =
    [0xA0, 0x00, 0x00, 0x02, 0x83, 0xFF, 0x08, 0x86, 0x92, 0x53, 0x53, 0x89, 0xC0, 0x00, 0x14];
/// Name of GlobalPlatform's issuer security domain.
const ISSUER_DOMAIN: [u8; 7] = [0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00];

/// The class of ISO/IEC 7816-4 commands, and with GlobalPlatform's secure messaging.
const CLASS_ISO: u8 = 0x00;
const CLASS_ISO_SECURE: u8 = 0x04;
/// The class of GlobalPlatform's and the vendor's commands, and with secure messaging.
const CLASS_OWN: u8 = 0x80;
const CLASS_OWN_SECURE: u8 = 0x84;
/// P1 and P2 of SELECT.
const BY_NAME: u8 = 0x04;
const NO_ANSWER: u8 = 0x0C;

const INITIALIZE_UPDATE: Instruction = Instruction(0x50);
const EXTERNAL_AUTHENTICATE: Instruction = Instruction(0x82);
const GET_DATA: Instruction = Instruction(0xCA);
/// The key information template, which here tells of two AES-128 keys of version 01.
const TAG_KEYS: u8 = 0xE0;
const KEY_INFORMATION: [u8; 12] =
    [0xC0, 0x04, 0x01, 0x01, 0x88, 0x10, 0xC0, 0x04, 0x02, 0x01, 0x88, 0x10];
/// The card image number.
const TAG_NUMBER: u8 = 0x45;
