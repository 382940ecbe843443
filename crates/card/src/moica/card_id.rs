//! The number by which a second-generation card's keys are diversified. Two security domains know
//! it (GlobalPlatform Card Specification v2.3.1): one tells how long its keys are, the other the
//! number. Reads only; a session is never begun there, for cards may count those.

use super::diversification::CARD_ID;
use crate::apdu::{CommandApdu, Instruction, ResponseApdu};
use crate::tlv::{Tag, Tlv};
use crate::{CardError, Channel, StatusWord};

/// Asks the card; `None` when it does not tell, or has keys of a length nobody has described. A
/// card like that can still be read.
///
/// # Errors
/// The channel failed.
pub(super) fn read(channel: &mut Channel<'_>) -> Result<Option<[u8; CARD_ID]>, CardError> {
    let Some(keys) = ask(channel, &CARD_MANAGER, KEY_INFORMATION)? else { return Ok(None) };
    if key_length(&keys) != Some(AES_128) {
        return Ok(None);
    }
    let Some(number) = ask(channel, &ISSUER_DOMAIN, CARD_IMAGE_NUMBER)? else { return Ok(None) };
    Ok(card_image_number(&number))
}

/// SELECT of a domain (clause 11.9) and GET DATA there (clause 11.3).
fn ask(channel: &mut Channel<'_>, domain: &[u8], tag: u8) -> Result<Option<Vec<u8>>, CardError> {
    let select =
        CommandApdu::new(0x00, Instruction::SELECT, 0x04, 0x00).with_data(domain)?.expecting(256);
    if channel.send(&select)?.status != StatusWord::OK {
        return Ok(None);
    }
    let get = CommandApdu::new(0x80, GET_DATA, 0, tag).expecting(256);
    let ResponseApdu { data, status } = channel.send(&get)?;
    Ok((status == StatusWord::OK).then_some(data))
}

/// Of the first key in the template `E0 { C0 04 <id> <version> <type> <length> … }` (clause
/// 11.3.3.1); byte 7 of the answer.
fn key_length(answer: &[u8]) -> Option<u8> {
    let (template, _) = Tlv::parse(answer).ok()?;
    let first = template.child(Tag(0xC0))?;
    match (template.tag, first.value) {
        (Tag(0xE0), [_, _, _, length, ..]) => Some(*length),
        _ => None,
    }
}

/// `45 0A <number>` (clause 7.4.1.2).
fn card_image_number(answer: &[u8]) -> Option<[u8; CARD_ID]> {
    let (object, _) = Tlv::parse(answer).ok()?;
    (object.tag == Tag(0x45)).then_some(())?;
    object.value.try_into().ok()
}

/// GET DATA.
const GET_DATA: Instruction = Instruction(0xCA);
/// P2 of it: the key information template.
const KEY_INFORMATION: u8 = 0xE0;
/// P2 of it: the card image number.
const CARD_IMAGE_NUMBER: u8 = 0x45;
/// Bytes of the only kind of key known on such a card.
const AES_128: u8 = 16;
/// The card issuer's own security domain.
const CARD_MANAGER: [u8; 15] =
    [0xA0, 0x00, 0x00, 0x02, 0x83, 0xFF, 0x08, 0x86, 0x92, 0x53, 0x53, 0x89, 0xC0, 0x00, 0x14];
/// GlobalPlatform's issuer security domain.
const ISSUER_DOMAIN: [u8; 7] = [0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::{Transcript, hex};

    #[test]
    fn the_two_objects_are_understood_and_others_are_not() {
        assert_eq!(key_length(&hex("E00C C00401018810 C00402018810")), Some(16));
        assert_eq!(key_length(&hex("E006 C00401018820")), Some(32));
        for wrong in ["", "E0", "E002C000", "E006C10401018810", "6606C00401018810"] {
            assert_eq!(key_length(&hex(wrong)), None, "{wrong}");
        }
        let number = card_image_number(&hex("450A 00112233445566778899"));
        assert_eq!(number, Some([0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99]));
        for wrong in ["4509 001122334455667788", "420A 00112233445566778899"] {
            assert_eq!(card_image_number(&hex(wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn a_card_that_does_not_tell_is_asked_no_further() {
        let script = include_str!("../../tests/data/gen2-no-key-data.txt");
        let mut card = Transcript::parse(script);
        assert_eq!(read(&mut Channel::new(&mut card)).unwrap(), None);
        card.assert_finished();
    }
}
