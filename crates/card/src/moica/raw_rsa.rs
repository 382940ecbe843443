//! The private-key operation of both generations: 256 bytes go in as two halves, and whatever of
//! the result does not come back by itself is fetched by its offset. The host pads.

use crate::algorithm::Digest;
use crate::apdu::{CommandApdu, Instruction, ResponseApdu};
use crate::{CardError, StatusWord, pkcs1};

/// Class byte, before any secure messaging.
const CLASS: u8 = 0x80;
/// The private-key operation.
const SIGN: Instruction = Instruction(0xEA);
/// P1 of [`SIGN`] while more follows, and for the last part.
const MORE: u8 = 0x82;
const LAST: u8 = 0x02;
/// Reads the result of [`SIGN`].
const READ_RESULT: Instruction = Instruction(0xC1);
/// Modulus length of every key seen, bytes.
const MODULUS: usize = 256;
/// Half of it fits one short command.
const HALF: usize = MODULUS / 2;

/// Signs with the key of that reference; `send` is the way to the card, protected or not.
///
/// # Errors
/// What `send` reports, or the card refused or answered nonsense.
pub(super) fn sign(
    key_reference: u8,
    digest: &Digest,
    mut send: impl FnMut(&CommandApdu) -> Result<ResponseApdu, CardError>,
) -> Result<Vec<u8>, CardError> {
    let block = pkcs1::signature_block(digest, MODULUS);
    let (first, last) = block.split_at(HALF);
    let mut signature = Vec::with_capacity(MODULUS);
    for (p1, part) in [(MORE, first), (LAST, last)] {
        let command = CommandApdu::new(CLASS, SIGN, p1, key_reference).with_data(part)?;
        let answer = send(&command)?;
        match answer.status {
            StatusWord::OK => signature.extend(answer.data),
            status => return Err(CardError::Refused { instruction: SIGN, status }),
        }
    }
    while signature.len() < MODULUS {
        // Which part of the result comes by itself differs; the rest is fetched by its offset.
        let [high, low] = u16::try_from(signature.len()).unwrap_or_default().to_be_bytes();
        let answer = send(&CommandApdu::new(CLASS, READ_RESULT, high, low).expecting(0x80))?;
        match answer.status {
            StatusWord::OK if !answer.data.is_empty() => signature.extend(answer.data),
            StatusWord::OK => return Err(CardError::Malformed("signature")),
            status => return Err(CardError::Refused { instruction: READ_RESULT, status }),
        }
    }
    if signature.len() > MODULUS {
        return Err(CardError::Malformed("signature"));
    }
    Ok(signature)
}
