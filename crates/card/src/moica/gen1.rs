//! The first generation: own commands under class 80, PIN under triple DES, raw RSA-2048.
//!
//! | command | meaning |
//! |---|---|
//! | `80 A4 00 00 02 FID`, `80 B0 off Le` | SELECT, READ BINARY; see [`super::files`] |
//! | `8C 20 00 01 20 <IV><cipher text>` | VERIFY; see [`super::secure_messaging`] |
//! | `80 EA 82 key 80 <128>`, `80 EA 02 key 80 <128>` | the padded block in two halves |
//! | `80 C1 offset Le` | what the second half did not return of the signature |

use super::contents::Contents;
use super::files::{FileId, Files, GEN1};
use super::secure_messaging::{BLOCK, Gen1Key, protected_pin};
use super::{IssuerKeys, pin, raw_rsa};
use crate::algorithm::{Algorithm, Digest};
use crate::apdu::{CommandApdu, Instruction};
use crate::card::{Card, CardNumber, Family, PinRule};
use crate::certificate::Certificates;
use crate::pin::verdict;
use crate::{CardError, Channel, LastTry, Pin};

/// How the text in 0905 begins on a card this driver works with.
const SUPPORTED: &str = "CHT V32N";
/// Versions that exist, and that nobody has described.
const UNSUPPORTED: [&str; 3] = ["CHT V21N", "CHT V22N", "CHT V31N"];
/// Class byte of VERIFY: proprietary, with secure messaging.
const CLASS_SECURED: u8 = 0x8C;

/// A first-generation card that has been read.
struct Gen1 {
    contents: Contents,
    issuer_key: Option<Gen1Key>,
}

/// Reads what needs no PIN: card number, directories, the signature certificate and its issuer's.
/// `None` when the card in the channel is no first-generation card.
///
/// # Errors
/// The channel failed, a file makes no sense, or it is a version nobody has a driver for.
pub(crate) fn open(
    channel: &mut Channel<'_>,
    keys: &IssuerKeys,
) -> Result<Option<Box<dyn Card>>, CardError> {
    let mut files = Files::new(channel, GEN1);
    if !recognise(&mut files)? {
        return Ok(None);
    }
    let contents = Contents::read(&mut files)?;
    Ok(Some(Box::new(Gen1 { contents, issuer_key: keys.gen1.clone() })))
}

impl Card for Gen1 {
    fn family(&self) -> Family {
        Family::MoicaGen1
    }

    fn number(&self) -> Option<&CardNumber> {
        Some(&self.contents.number)
    }

    fn certificates(&self) -> &Certificates {
        &self.contents.certificates
    }

    fn pin_rule(&self) -> PinRule {
        pin::RULE
    }

    fn algorithm(&self) -> Algorithm {
        Algorithm::Rs256 // no card with another kind of key has been seen
    }

    fn can_sign(&self) -> bool {
        self.issuer_key.is_some()
    }

    fn verify(
        &self,
        channel: &mut Channel<'_>,
        pin: &Pin,
        _last_try: LastTry, // such a card tells its tries only when one was spent
        random: &mut dyn FnMut(&mut [u8]),
    ) -> Result<(), CardError> {
        let key = self.issuer_key.as_ref().ok_or(CardError::NoIssuerKeys)?;
        let field = pin::field(pin)?;
        let mut files = Files::new(channel, GEN1);
        if !self.contents.is_on(&mut files)? {
            return Err(CardError::AnotherCard);
        }
        files.select(FileId::PKI, FileId::PIN_AND_KEYS)?;

        let mut iv = [0; BLOCK];
        random(&mut iv);
        let data = protected_pin(key, iv, &field)?;
        let verify = CommandApdu::new(CLASS_SECURED, Instruction::VERIFY, 0, pin::REFERENCE)
            .with_data(&data)?;
        verdict(files.channel.send(&verify)?.status)
    }

    fn sign(&self, channel: &mut Channel<'_>, digest: &Digest) -> Result<Vec<u8>, CardError> {
        raw_rsa::sign(self.contents.key_reference, digest, |command| Ok(channel.send(command)?))
    }
}

/// By file 3F00/0900/0905, which begins with the version of the card's operating system.
fn recognise(files: &mut Files<'_, '_>) -> Result<bool, CardError> {
    match files.select(FileId::CARD_INFORMATION, FileId::OPERATING_SYSTEM) {
        Ok(()) => {}
        Err(CardError::Refused { .. }) => return Ok(false),
        Err(other) => return Err(other),
    }
    let text = files.read(0, 0x14)?;
    match UNSUPPORTED.iter().find(|version| text.starts_with(version.as_bytes())) {
        Some(version) => Err(CardError::Unsupported(version)),
        None => Ok(text.starts_with(SUPPORTED.as_bytes())),
    }
}
