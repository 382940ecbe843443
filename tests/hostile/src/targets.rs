//! What a fuzzer calls, each with any bytes.

use std::sync::LazyLock;

use ankong_card::algorithm::Digest;
use ankong_card::card::{self, Card, Family};
use ankong_card::tlv::{Records, Tlv};
use ankong_card::{CardError, Channel, LastTry, Pin, Transport};

use crate::made_up::MadeUp;
use crate::on_file::OnFile;
use crate::{ATR, Choices, PIN, Subject, Tampered, Witness, issuer_keys};

/// The bytes as data objects: no value reaches beyond them.
pub fn tlv(bytes: &[u8]) {
    let read: usize = Records::new(bytes).flatten().map(|object| object.value.len()).sum();
    assert!(read <= bytes.len());
    if let Ok((object, rest)) = Tlv::parse(bytes) {
        assert!(object.value.len() + rest.len() < bytes.len());
        let _ = (object.unsigned(), object.children().count());
    }
}

/// A card of this kind whose answers are changed: read, asked, and used twice.
pub fn tampered(subject: Subject, bytes: &[u8]) -> Outcome {
    let mut card = Tampered::new(subject.take_card(), bytes);
    let outcome = use_twice(&mut card, &ATR);
    subject.give_back(card.into_card());
    outcome
}

/// A card that makes up all its answers. The first byte chooses whom its ATR speaks for.
pub fn made_up(bytes: &[u8]) -> Outcome {
    let mut choices = Choices::new(bytes);
    let atr = ATRS[usize::from(choices.byte().unwrap_or_default()) % ATRS.len()];
    use_twice(&mut MadeUp(choices), atr)
}

/// A card whose certificate, key and PIN directories and other files are changed. The first byte
/// chooses the kind of card.
pub fn files(bytes: &[u8]) -> Outcome {
    let mut choices = Choices::new(bytes);
    let which = usize::from(choices.byte().unwrap_or_default());
    let mut card = ON_FILE[which % ON_FILE.len()].clone();
    card.edit(&mut choices);
    match card::open(&mut Channel::new(&mut card), &ATR, &issuer_keys()) {
        Ok(opened) => {
            holds(opened.card.as_ref());
            Outcome::Read
        }
        Err(_) => Outcome::NotRead,
    }
}

/// How far it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub enum Outcome {
    /// No driver took the card.
    NotRead,
    /// The card was read, and no PIN accepted.
    Read,
    /// A PIN was accepted.
    Verified,
    /// It signed, whatever that is worth: who asked for it checks that.
    Signed,
}

/// Reads the card, then enters the PIN twice, and each time it is accepted asks for a signature.
fn use_twice(carrier: &mut dyn Transport, atr: &[u8]) -> Outcome {
    let mut carrier = Witness::new(carrier);
    let opened = card::open(&mut Channel::new(&mut carrier), atr, &issuer_keys());
    assert_eq!(carrier.verifies(), 0, "a PIN sent while reading");
    let Ok(opened) = opened else { return Outcome::NotRead };
    let card = opened.card.as_ref();
    holds(card);
    let _ = card.tries_left(&mut Channel::new(&mut carrier));
    assert_eq!(carrier.verifies(), 0, "a PIN sent by asking for its tries");

    let mut outcome = Outcome::Read;
    let pin = Pin::from_bytes(PIN.as_bytes()).unwrap();
    for (entry, last_try) in [(1, LastTry::Keep), (2, LastTry::Risk)] {
        let sent = carrier.verifies();
        let channel = &mut Channel::new(&mut carrier);
        let verified = card.verify(channel, &pin, last_try, &mut |bytes| bytes.fill(entry));
        let signed = verified.as_ref().ok().map(|()| card.sign(channel, &DIGEST));
        let sent = carrier.verifies() - sent;
        assert!(sent <= 1, "{sent} PINs sent for one entry");
        match verified {
            Ok(()) => assert_eq!(sent, 1, "accepted, and never sent"),
            Err(CardError::WrongPin { tries_left }) => {
                assert!(sent == 1 && tries_left != Some(0), "{tries_left:?}");
            }
            Err(CardError::AnotherCard | CardError::WrongIssuerKeys) => {
                assert_eq!(sent, 0, "a PIN for another card");
            }
            Err(CardError::LastTry) => {
                assert!(sent == 0 && last_try == LastTry::Keep, "a last try somebody said yes to");
            }
            Err(_) => {}
        }
        let unasked = last_try == LastTry::Keep && carrier.on_last_try() > 0;
        assert!(!unasked, "a PIN for the last try, and nobody was asked");
        outcome = match (outcome, signed) {
            (_, Some(Ok(_))) => Outcome::Signed,
            (Outcome::Read, Some(Err(_))) => Outcome::Verified,
            (so_far, _) => so_far,
        };
    }
    if matches!(card.family(), Family::MoicaGen1 | Family::MoicaGen2) {
        assert_eq!(carrier.pin_in_clear(), 0, "such a card is never sent a PIN in the clear");
    }
    outcome
}

/// Of every card that was read.
fn holds(card: &dyn Card) {
    let rule = card.pin_rule();
    assert!(0 < rule.min && rule.min <= rule.max, "{rule:?}");
    assert!(!card.certificates().signing.is_empty());
}

const DIGEST: Digest = Digest::Sha256([0xA5; 32]);

/// None, and those of the two generations of MOICA.
const ATRS: [&[u8]; 3] = [&ATR, b"\x3B\x08CHTMOICA", b"\x3B\x07CHTGPKI"];

static ON_FILE: LazyLock<[OnFile; 3]> = LazyLock::new(|| {
    [Subject::MoicaGen1, Subject::MoicaGen2, Subject::Iso7816Part15].map(OnFile::of)
});
