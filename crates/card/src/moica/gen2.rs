//! The second generation: an application on a GlobalPlatform card, PIN and signature under SCP03.
//!
//! | command | meaning |
//! |---|---|
//! | `00 A4 04 0C 10 AID` | SELECT; only this generation knows the application |
//! | `00 A4 00 04 02 FID 00`, `00 B0 off Le` | SELECT, READ BINARY; see [`super::files`] |
//! | `80 CA 00 E0 00`, `80 CA 00 45 00` | what the keys are diversified by; see [`super::card_id`] |
//! | `80 50 01 00 08 …`, `84 82 03 00 10 …` | opens SCP03; see [`crate::scp03`] |
//! | `04 20 00 01 18 …` | VERIFY, encrypted and with a MAC |
//! | `04 A4 …`, `84 EA 82/02 key 98 …`, `84 C1 00 80 …` | SELECT 5030 and 0810, and the signature |
//!
//! The card forgets PIN and secure channel with every operation, so each signature needs both.

use std::sync::{Mutex, PoisonError};

use super::contents::Contents;
use super::files::{FileId, Files, GEN2};
use super::{IssuerKeys, card_id, pin, raw_rsa};
use crate::algorithm::{Algorithm, Digest};
use crate::apdu::{CommandApdu, Instruction};
use crate::card::{Card, CardNumber, Family, PinRule};
use crate::certificate::Certificates;
use crate::pin::verdict;
use crate::scp03::{self, NotOpened, Session, StaticKeys};
use crate::{CardError, Channel, LastTry, Pin, StatusWord};

/// The application's identifier.
pub(super) const APPLICATION: [u8; 16] = [
    0xA0, 0x00, 0x00, 0x02, 0x83, 0x00, 0x00, 0x06, 0x22, 0x01, 0x69, 0x64, 0x00, 0x01, 0x01, 0x01,
];
/// Version of the keys that SCP03 is opened with.
const KEY_VERSION: u8 = 0x01;
/// P1 of SELECT: by name; P2: no answer wanted (ISO/IEC 7816-4 table 39 and 40).
const BY_NAME: u8 = 0x04;
const NO_ANSWER: u8 = 0x0C;

/// A second-generation card that has been read.
struct Gen2 {
    contents: Contents,
    keys: CardKeys,
    /// From the PIN to the signature it was entered for.
    session: Mutex<Option<Session>>,
}

/// Whether this program can open a secure channel.
enum CardKeys {
    /// Nobody supplied the issuer's key.
    NotSupplied,
    /// The card did not tell what its keys are made from.
    Unknown,
    Derived(StaticKeys),
}

/// Reads what needs no PIN, and with the issuer's key also what the card's keys are made from.
/// `None` when the card in the channel is no second-generation card.
///
/// # Errors
/// The channel failed or a file makes no sense.
pub(crate) fn open(
    channel: &mut Channel<'_>,
    keys: &IssuerKeys,
) -> Result<Option<Box<dyn Card>>, CardError> {
    if !select_application(channel)? {
        return Ok(None);
    }
    let contents = Contents::read(&mut Files::at_root(channel, GEN2))?;
    let keys = match &keys.gen2 {
        None => CardKeys::NotSupplied,
        Some(master) => match card_id::read(channel)? {
            None => CardKeys::Unknown,
            Some(id) => CardKeys::Derived(master.card_keys(&id)?),
        },
    };
    Ok(Some(Box::new(Gen2 { contents, keys, session: Mutex::new(None) })))
}

impl Card for Gen2 {
    fn family(&self) -> Family {
        Family::MoicaGen2
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
        matches!(self.keys, CardKeys::Derived(_))
    }

    /// That it is still the same card is proved by its cryptogram: its keys are its own, made from
    /// the number it told when it was read.
    fn verify(
        &self,
        channel: &mut Channel<'_>,
        pin: &Pin,
        _last_try: LastTry, // such a card tells its tries only when one was spent
        random: &mut dyn FnMut(&mut [u8]),
    ) -> Result<(), CardError> {
        self.keep(None);
        let keys = match &self.keys {
            CardKeys::NotSupplied => return Err(CardError::NoIssuerKeys),
            CardKeys::Unknown => return Err(CardError::Malformed("key data")),
            CardKeys::Derived(keys) => keys,
        };
        let field = pin::field(pin)?;
        if !select_application(channel)? {
            return Err(CardError::AnotherCard);
        }
        let mut challenge = [0; scp03::S8];
        random(&mut challenge);
        let mut session = match Session::open(channel, keys, KEY_VERSION, challenge) {
            Ok(session) => session,
            Err(NotOpened::ForeignCryptogram) => return Err(self.foreign_cryptogram(channel)),
            Err(NotOpened::Card(error)) => return Err(error),
        };
        let verify = CommandApdu::new(0x00, Instruction::VERIFY, 0, pin::REFERENCE)
            .with_data(field.as_slice())?;
        verdict(session.send(channel, &verify)?.status)?;
        self.keep(Some(session));
        Ok(())
    }

    fn sign(&self, channel: &mut Channel<'_>, digest: &Digest) -> Result<Vec<u8>, CardError> {
        let mut session = self.keep(None).ok_or(CardError::PinNotVerified)?;
        for file in [FileId::PKI, FileId::PIN_AND_KEYS] {
            let status = session.send(channel, &GEN2.select(file)?)?.status;
            if status != StatusWord::OK {
                return Err(CardError::Refused { instruction: Instruction::SELECT, status });
            }
        }
        raw_rsa::sign(self.contents.key_reference, digest, |command| session.send(channel, command))
    }
}

impl Gen2 {
    /// Puts a session in the place of the one kept, which comes back.
    fn keep(&self, session: Option<Session>) -> Option<Session> {
        let mut kept = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut kept, session)
    }

    /// Why the card's cryptogram is not the expected one: another card or another issuer's key.
    fn foreign_cryptogram(&self, channel: &mut Channel<'_>) -> CardError {
        match select_application(channel) {
            Ok(true) => match self.contents.is_on(&mut Files::at_root(channel, GEN2)) {
                Ok(true) => CardError::WrongIssuerKeys,
                Ok(false) => CardError::AnotherCard,
                Err(error) => error,
            },
            Ok(false) => CardError::AnotherCard,
            Err(error) => error,
        }
    }
}

/// Selects the application; `false` when the card has none of that name.
fn select_application(channel: &mut Channel<'_>) -> Result<bool, CardError> {
    let select =
        CommandApdu::new(0x00, Instruction::SELECT, BY_NAME, NO_ANSWER).with_data(&APPLICATION)?;
    Ok(channel.send(&select)?.status == StatusWord::OK)
}
