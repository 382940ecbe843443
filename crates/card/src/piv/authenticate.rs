//! GENERAL AUTHENTICATE as a signature, NIST SP 800-73-4 part 2 clause 3.2.4 and appendix A.4:
//! `7C { 82 00, 81 <what to sign> }` goes in, chained where it is longer than a command, and
//! `7C { 82 <signature> }` comes out.

use super::CLASS;
use super::key::{Key, Slot};
use crate::apdu::{CommandApdu, Instruction};
use crate::tlv::{Tag, Tlv};
use crate::{CardError, Channel, StatusWord};

/// Has the key sign `input` as it is; returns what the card answers, in the key's own format.
pub(super) fn sign(
    channel: &mut Channel<'_>,
    key: Key,
    slot: Slot,
    input: &[u8],
) -> Result<Vec<u8>, CardError> {
    let request = [data_object(RESPONSE, &[]), data_object(CHALLENGE, input)].concat();
    let request = data_object(TEMPLATE, &request);
    let part = if channel.is_extended() { request.len() } else { MOST_DATA };
    let mut parts = request.chunks(part).peekable();
    let mut answer = Vec::new();
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        let class = if last { CLASS } else { CLASS | CHAINED };
        let command =
            CommandApdu::new(class, AUTHENTICATE, key.reference(), slot.0).with_long_data(part)?;
        let command = if last { command.expecting_long(channel.longest_answer()) } else { command };
        let response = channel.send(&command)?;
        if response.status != StatusWord::OK {
            let status = response.status;
            return Err(CardError::Refused { instruction: AUTHENTICATE, status });
        }
        answer = response.data;
    }
    let template = match Tlv::parse(&answer) {
        Ok((found, _)) if found.tag == TEMPLATE => found,
        Ok(_) | Err(_) => return Err(CardError::Malformed("signature")),
    };
    let signature = template.child(RESPONSE).ok_or(CardError::Malformed("signature"))?;
    Ok(signature.value.to_vec())
}

/// A data object with a one-byte tag; no value here is longer than 65,535 bytes.
fn data_object(tag: Tag, value: &[u8]) -> Vec<u8> {
    let [.., kind] = tag.0.to_be_bytes();
    let [.., high, low] = value.len().to_be_bytes();
    let mut bytes = match (high, low) {
        (0, 0..=0x7F) => vec![kind, low],
        (0, 0x80..) => vec![kind, 0x81, low],
        (1.., _) => vec![kind, 0x82, high, low],
    };
    bytes.extend_from_slice(value);
    bytes
}

/// The instruction, part 2 table 2.
const AUTHENTICATE: Instruction = Instruction(0x87);
/// Bit 5 of the class byte: more of this command follows, ISO/IEC 7816-4 clause 5.4.1.
const CHAINED: u8 = 0x10;
/// Bytes of data in a short command.
const MOST_DATA: usize = 255;
/// Dynamic authentication template, part 2 table 7.
const TEMPLATE: Tag = Tag(0x7C);
/// Its challenge, what is to be signed …
const CHALLENGE: Tag = Tag(0x81);
/// … and its response: empty in the command it says what is wanted.
const RESPONSE: Tag = Tag(0x82);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_take_the_fewest_bytes() {
        assert_eq!(data_object(RESPONSE, &[]), [0x82, 0]);
        assert_eq!(data_object(CHALLENGE, &[0; 128])[..3], [0x81, 0x81, 128]);
        assert_eq!(data_object(TEMPLATE, &[0; 256])[..4], [0x7C, 0x82, 1, 0]);
    }
}
