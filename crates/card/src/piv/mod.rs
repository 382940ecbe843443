//! PIV, NIST SP 800-73-4: the card application of part 1, its commands of part 2.
//!
//! | command | meaning |
//! |---|---|
//! | `00 A4 04 00 09 <AID>` | SELECT, part 2 clause 3.1.1 |
//! | `00 CB 3F FF 05 5C 03 <tag>` | GET DATA, clause 3.1.2; see [`object`] |
//! | `00 20 00 80 08 <PIN>` | VERIFY, clause 3.2.1; empty it tells the tries left |
//! | `00 87 <algorithm> <key> <template>` | GENERAL AUTHENTICATE, clause 3.2.4; see [`authenticate`] |
//!
//! Refuses to know the card's management: no command here writes, and none changes or unblocks a
//! PIN. Does not use the global PIN, biometrics, the contactless interface or its virtual contact
//! interface.

mod authenticate;
mod key;
mod object;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};

use zeroize::Zeroizing;

use self::key::{Key, Slot};
use self::object::Object;
use crate::algorithm::{Algorithm, Digest};
use crate::apdu::{CommandApdu, Instruction};
use crate::card::{Card, CardNumber, Family, PinRule};
use crate::certificate::Certificates;
use crate::pin::{may_go, tries_told, verdict};
use crate::pin_pad::{PadCommand, PadEncoding, reader_said};
use crate::tlv::{Tag, Tlv};
use crate::{CardError, Channel, LastTry, Pin, StatusWord};

/// A PIV card that has been read.
struct Piv {
    certificates: Certificates,
    slot: Slot,
    key: Key,
    /// The signature certificate as the card keeps it, to know the card again by.
    object: Object,
    /// The card takes commands of extended length.
    extended: bool,
    /// Nothing was sent since the card was read, so its application may still be selected.
    fresh: AtomicBool,
    /// The card took the last PIN that was sent, and with it all tries were left again.
    all_tries: AtomicBool,
}

/// Reads the certificate of the key that signs: 9A, the holder's for authentication, if its usage
/// is to sign, else 9C, the one for documents. `None` when the card has no PIV application.
///
/// # Errors
/// The channel failed, or neither key has a certificate that can be used.
pub(crate) fn open(channel: &mut Channel<'_>) -> Result<Option<Box<dyn Card>>, CardError> {
    if !select(channel)? {
        return Ok(None);
    }
    for slot in [Slot::PIV_AUTHENTICATION, Slot::DIGITAL_SIGNATURE] {
        let Some(object) = Object::read(channel, slot.certificate())? else { continue };
        let Some(signing) = object.certificate() else { continue };
        let Some(key) = Key::that_signs(&signing) else { continue };
        return Ok(Some(Box::new(Piv {
            certificates: Certificates { signing, issuers: Vec::new() },
            slot,
            key,
            object,
            extended: channel.is_extended(),
            fresh: AtomicBool::new(true),
            all_tries: AtomicBool::new(false),
        })));
    }
    Err(CardError::Malformed("signature certificate"))
}

impl Card for Piv {
    fn family(&self) -> Family {
        Family::Piv
    }

    fn number(&self) -> Option<&CardNumber> {
        None
    }

    fn certificates(&self) -> &Certificates {
        &self.certificates
    }

    fn pin_rule(&self) -> PinRule {
        PIN
    }

    fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    /// SELECT comes first: an empty VERIFY may cost a try on a card that is none of these.
    fn tries_left(&self, channel: &mut Channel<'_>) -> Result<Option<u8>, CardError> {
        if !select(channel)? {
            return Ok(None);
        }
        ask_for_tries(channel)
    }

    fn can_sign(&self) -> bool {
        true
    }

    fn verify(
        &self,
        channel: &mut Channel<'_>,
        pin: &Pin,
        last_try: LastTry,
        _random: &mut dyn FnMut(&mut [u8]),
    ) -> Result<(), CardError> {
        if !PIN.admits(pin) {
            return Err(CardError::PinLength { min: PIN.min, max: PIN.max });
        }
        self.recognise(channel)?;
        self.spare_the_last(channel, last_try)?;
        let mut padded = Zeroizing::new([0xFF; PIN_BYTES]);
        for (to, from) in padded.iter_mut().zip(pin.expose()) {
            *to = *from;
        }
        let verify = CommandApdu::new(CLASS, Instruction::VERIFY, 0, PIN_REFERENCE)
            .with_data(padded.as_slice())?;
        self.taken(verdict(channel.send(&verify)?.status))
    }

    fn takes_pin_pad(&self) -> bool {
        true
    }

    fn verify_on_pad(&self, channel: &mut Channel<'_>, last_try: LastTry) -> Result<(), CardError> {
        self.recognise(channel)?;
        self.spare_the_last(channel, last_try)?;
        let status = channel.verify_on_pad(&PadCommand {
            header: [CLASS, Instruction::VERIFY.0, 0, PIN_REFERENCE],
            template: vec![0xFF; PIN_BYTES],
            encoding: PadEncoding::Ascii,
            rule: PIN,
        })?;
        self.taken(reader_said(status, PIN).map_or_else(|| verdict(status), Err))
    }

    /// Nothing is sent before the signature itself: 9C forgets the PIN with any other command.
    fn sign(&self, channel: &mut Channel<'_>, digest: &Digest) -> Result<Vec<u8>, CardError> {
        channel.extend_if(self.extended);
        let answer = authenticate::sign(channel, self.key, self.slot, &self.key.input(digest))?;
        self.key.signature(answer).ok_or(CardError::Malformed("signature"))
    }
}

impl Piv {
    /// Leaves the application selected on the card that was read, or fails before a PIN is sent.
    ///
    /// `open` leaves it selected, so the first time the certificate is asked for at once: if
    /// somebody reset or replaced the card since, the answer is another one.
    fn recognise(&self, channel: &mut Channel<'_>) -> Result<(), CardError> {
        if self.fresh.swap(false, Ordering::Relaxed) && self.object.begins_as_in(channel)? {
            return Ok(());
        }
        if select(channel)? && self.object.begins_as_in(channel)? {
            return Ok(());
        }
        Err(CardError::AnotherCard)
    }

    /// Asks for the tries left before a PIN goes, once for each insertion and after each PIN the
    /// card did not take. After one that it took they are all there, short of what another program
    /// spends, and the command is saved.
    fn spare_the_last(
        &self,
        channel: &mut Channel<'_>,
        last_try: LastTry,
    ) -> Result<(), CardError> {
        if self.all_tries.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        may_go(ask_for_tries(channel)?, last_try)
    }

    fn taken(&self, verdict: Result<(), CardError>) -> Result<(), CardError> {
        self.all_tries.store(verdict.is_ok(), Ordering::Relaxed);
        verdict
    }
}

/// SELECT, part 2 clause 3.1.1. The AID goes without its version, and nothing is asked of the one
/// in the answer, for cards name it whole, shortened or by its PIX; but the application property
/// template (table 3) has to be there, because some cards answer 9000 to any name.
fn select(channel: &mut Channel<'_>) -> Result<bool, CardError> {
    let select = CommandApdu::new(CLASS, Instruction::SELECT, BY_NAME, 0)
        .with_data(&APPLICATION)?
        .expecting(256);
    let answer = channel.send(&select)?;
    let template = Tlv::parse(&answer.data).is_ok_and(|(found, _)| found.tag == PROPERTY_TEMPLATE);
    Ok(answer.status == StatusWord::OK && template)
}

/// The tries left, by an empty VERIFY, which costs none (part 2 clause 3.2.1).
fn ask_for_tries(channel: &mut Channel<'_>) -> Result<Option<u8>, CardError> {
    let ask = CommandApdu::new(CLASS, Instruction::VERIFY, 0, PIN_REFERENCE);
    Ok(tries_told(channel.send(&ask)?.status))
}

/// Class byte without secure messaging or chaining.
const CLASS: u8 = 0x00;
/// P1 of SELECT: by DF name.
const BY_NAME: u8 = 0x04;
/// The PIV Card Application without its version, part 1 clause 2.2.
const APPLICATION: [u8; 9] = [0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00];
/// Application property template, part 2 table 3.
const PROPERTY_TEMPLATE: Tag = Tag(0x61);
/// The PIV Card Application PIN, part 1 table 4b.
const PIN_REFERENCE: u8 = 0x80;
/// Bytes in which the PIN travels, FF-padded, part 2 clause 2.4.3.
const PIN_BYTES: usize = 8;
/// Digits by the same clause; cards that take letters exist, and none of them counts a refusal.
const PIN: PinRule = PinRule { min: 6, max: 8 };
