//! EF.AOD: the PINs, and how the card wants them sent; ISO/IEC 7816-15 clause 8.9.

use zeroize::Zeroizing;

use super::CLASS;
use super::directory::{
    BIT_STRING, Path, common_attributes, has_bit, objects, one_byte, type_attributes,
};
use crate::apdu::{CommandApdu, Instruction};
use crate::card::PinRule;
use crate::pin::tries_told;
use crate::pin_pad::{PadCommand, PadEncoding};
use crate::tlv::{Tag, Tlv};
use crate::{CardError, Channel, Pin};

/// A PIN that this driver can send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Password {
    id: Vec<u8>,
    /// P2 of VERIFY.
    pub(super) reference: u8,
    /// The directory in which VERIFY is sent; `None` for the application's own.
    pub(super) directory: Option<Vec<u8>>,
    /// Its record says that it is set and by what reference, so that VERIFY without data is a
    /// question about this PIN and about no other.
    tells_tries: bool,
    encoding: Encoding,
    min: u8,
    max: u8,
    /// The byte to fill up with, and how many bytes the card stores.
    padding: Option<(u8, usize)>,
}

/// PasswordType, as far as it is the same on all cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    /// Two digits in a byte, an odd one before the filling of a half byte.
    Bcd,
    /// One digit in a byte.
    AsciiNumeric,
    Utf8,
}

/// The PINs a holder uses. Left out: those of a security officer, those that unblock, those that
/// need secure messaging, and those laid out in ways this driver does not know.
pub(super) fn records(list: &[u8]) -> Result<Vec<Password>, CardError> {
    let mut found = Vec::new();
    for object in objects(list, "PIN directory") {
        found.extend(password(&object?));
    }
    Ok(found)
}

/// The PIN that a key names; for a key that names none, the first.
pub(super) fn of_key<'p>(passwords: &'p [Password], named: Option<&[u8]>) -> Option<&'p Password> {
    match named {
        Some(id) => passwords.iter().find(|password| password.id == id),
        None => passwords.first(),
    }
}

impl Password {
    /// How many characters it has.
    pub(super) fn rule(&self) -> PinRule {
        PinRule { min: self.min, max: self.max }
    }

    /// The tries left, by a VERIFY without data, to which ISO/IEC 7816-4:2020 clause 11.6.6 gives
    /// no other meaning; `None` where the PIN's record leaves open which PIN that would ask about.
    /// The PIN's directory has to be selected.
    pub(super) fn ask_for_tries(&self, channel: &mut Channel<'_>) -> Result<Option<u8>, CardError> {
        if !self.tells_tries {
            return Ok(None);
        }
        let ask = CommandApdu::new(CLASS, Instruction::VERIFY, 0, self.reference);
        Ok(tries_told(channel.send(&ask)?.status))
    }

    /// The data field of VERIFY.
    ///
    /// # Errors
    /// The characters cannot be this PIN.
    pub(super) fn laid_out(&self, pin: &Pin) -> Result<Zeroizing<Vec<u8>>, CardError> {
        if !self.rule().admits(pin) {
            return Err(CardError::PinLength { min: self.min, max: self.max });
        }
        let typed = pin.expose();
        let digits = typed.iter().all(u8::is_ascii_digit);
        // Its final size at once, so that no copy is left behind.
        let mut data = Zeroizing::new(Vec::with_capacity(MAX_STORED));
        match self.encoding {
            Encoding::Utf8 => data.extend_from_slice(typed),
            Encoding::AsciiNumeric | Encoding::Bcd if !digits => return Err(CardError::PinDigits),
            Encoding::AsciiNumeric => data.extend_from_slice(typed),
            Encoding::Bcd => {
                let filling = self.padding.map_or(0x0F, |(byte, _)| byte & 0x0F);
                data.extend(typed.chunks(2).map(|pair| match pair {
                    [high, low] => (high & 0x0F) << 4 | low & 0x0F,
                    [high] => (high & 0x0F) << 4 | filling,
                    _ => filling,
                }));
            }
        }
        if let Some((byte, stored)) = self.padding {
            let length = data.len().max(stored);
            data.resize(length, byte);
        }
        Ok(data)
    }

    /// VERIFY for a reader whose keys the PIN is typed on. Those are digits, so `None` for a PIN
    /// that may have letters: its holder could not type it. And `None` for one that is not filled
    /// up to a fixed length, or to a longer one than readers know, for they differ in what they make of it.
    pub(super) fn on_pad(&self) -> Option<PadCommand> {
        let encoding = match self.encoding {
            Encoding::Bcd => PadEncoding::Bcd,
            Encoding::AsciiNumeric => PadEncoding::Ascii,
            Encoding::Utf8 => return None,
        };
        let header = [CLASS, Instruction::VERIFY.0, 0, self.reference];
        let (byte, stored) = self.padding.filter(|(_, stored)| *stored <= MAX_ON_PAD)?;
        let template = vec![byte; stored];
        Some(PadCommand { header, template, encoding, rule: self.rule() })
    }
}

/// PasswordAttributes: flags, type, minLength, storedLength, maxLength?, `[0]` reference, padding
/// byte?, last change?, path?.
fn password(object: &Tlv<'_>) -> Option<Password> {
    if object.tag != Tag::SEQUENCE {
        return None; // a key or a fingerprint
    }
    let (_, common) = common_attributes(object)?;
    let attributes = type_attributes(object)?;
    let flags = attributes.child(BIT_STRING)?;
    if UNUSABLE.iter().any(|flag| has_bit(&flags, *flag)) {
        return None;
    }
    let encoding = match attributes.child(ENUMERATED)?.value {
        [0] => Encoding::Bcd,
        [1] => Encoding::AsciiNumeric,
        [2] => Encoding::Utf8,
        _ => return None, // half-nibble BCD and ISO 9564-1 blocks, which no card of ours has
    };
    let mut lengths = attributes
        .children()
        .map_while(Result::ok)
        .filter(|child| child.tag == Tag::INTEGER)
        .map(|length| length.unsigned().and_then(|length| u8::try_from(length).ok()));
    let min = lengths.next()??.max(1);
    let stored = usize::from(lengths.next()??);
    let in_a_byte = if encoding == Encoding::Bcd { 2 } else { 1 };
    let fits = u8::try_from(stored * in_a_byte).ok().filter(|_| stored <= MAX_STORED)?;
    let max = match lengths.next() {
        Some(max) => max?.min(fits),
        None => fits,
    };
    let padding = match (has_bit(&flags, NEEDS_PADDING), attributes.child(Tag::OCTET_STRING)) {
        (true, Some(Tlv { value: [byte], .. })) => Some((*byte, stored)),
        (true, _) => return None,
        (false, _) => None,
    };
    let reference = attributes.child(Tag::CONTEXT_0);
    (min <= max).then_some(Password {
        id: common.child(Tag::OCTET_STRING)?.value.to_vec(),
        tells_tries: reference.is_some() && has_bit(&flags, INITIALIZED),
        reference: match reference {
            Some(reference) => one_byte(&reference)?,
            None => 0,
        },
        directory: attributes.child(Tag::SEQUENCE).and_then(|p| Path::parse(&p)).map(|p| p.file),
        encoding,
        min,
        max,
        padding,
    })
}

/// X.680: ENUMERATED.
const ENUMERATED: Tag = Tag(0x0A);
/// PasswordFlags: unblockingPassword, soPassword, integrity- and confidentiality-protected.
const UNUSABLE: [usize; 4] = [6, 7, 9, 10];
const INITIALIZED: usize = 4;
const NEEDS_PADDING: usize = 5;
/// Bytes of a stored PIN, at most.
const MAX_STORED: usize = 64;
/// And of one that a reader can type: PC/SC part 10, bmPINBlockString.
const MAX_ON_PAD: usize = 15;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::hex;

    fn listed() -> Vec<Password> {
        records(&hex(include_str!("../../tests/data/iso7816-15-aod.hex"))).unwrap()
    }

    fn data(password: &Password, pin: &str) -> Result<Vec<u8>, String> {
        let pin = Pin::from_bytes(pin.as_bytes()).ok().unwrap();
        password.laid_out(&pin).map(|data| data.to_vec()).map_err(|error| error.to_string())
    }

    #[test]
    fn only_the_holders_pins_are_taken_and_a_key_finds_its_own() {
        let passwords = listed();
        let ids: Vec<_> = passwords.iter().map(|password| password.id.as_slice()).collect();
        assert_eq!(ids, [[1], [2], [3]]);
        assert_eq!(of_key(&passwords, Some(&[2])).unwrap().reference, 0x82);
        assert_eq!(of_key(&passwords, None).unwrap().reference, 0x81);
        assert_eq!(of_key(&passwords, Some(&[9])), None);
        assert_eq!(passwords[0].directory.as_deref(), Some(&[0x3F, 0x00, 0x50, 0x15][..]));
    }

    #[test]
    fn only_a_pin_whose_record_says_that_it_is_set_and_which_it_is_is_asked_about() {
        let tells: Vec<_> = listed().iter().map(|password| password.tells_tries).collect();
        assert_eq!(tells, [true, true, false]); // the third has no reference
    }

    #[test]
    fn each_encoding_and_padding_is_laid_out_as_its_record_says() {
        let [utf8, bcd, ascii] = &listed()[..] else { panic!("three") };
        assert_eq!(data(utf8, "A1b2C3").unwrap(), *b"A1b2C3\xFF\xFF");
        assert_eq!(data(bcd, "12345").unwrap(), [0x12, 0x34, 0x5F, 0xFF]);
        assert_eq!(data(bcd, "123456").unwrap(), [0x12, 0x34, 0x56, 0xFF]);
        assert_eq!(data(ascii, "1234").unwrap(), *b"1234");
    }

    #[test]
    fn what_cannot_be_the_pin_is_refused_before_anything_is_sent() {
        let [utf8, bcd, ascii] = &listed()[..] else { panic!("three") };
        assert_eq!(data(utf8, "12345").unwrap_err(), "a PIN of this card has 6 to 8 characters");
        assert_eq!(data(bcd, "12345678").unwrap(), [0x12, 0x34, 0x56, 0x78]);
        assert_eq!(data(bcd, "123456789").unwrap_err(), "a PIN of this card has 4 to 8 characters");
        assert_eq!(data(ascii, "12a4").unwrap_err(), "a PIN of this card has digits only");
    }
}
