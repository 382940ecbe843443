//! The private keys of both generations and the raw RSA operation, which takes and gives its 256
//! bytes in halves.
//!
//! Pads nothing and checks no padding: that is the host's part on this card.

use ankong_card::StatusWord;
use openssl::pkey::Private;
use openssl::rsa::{Padding, Rsa};
use zeroize::Zeroizing;

use crate::Command;

/// The number by which a command names a private key; an open set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct KeyReference(pub(crate) u8);

impl KeyReference {
    /// The key of the signature certificate.
    pub(crate) const SIGN: Self = Self(0x01);
    /// The key of the encryption certificate.
    pub(crate) const KEY_EXCHANGE: Self = Self(0x05);
}

/// Both keys and an operation in work.
pub(crate) struct SigningKeys {
    sign: Rsa<Private>,
    key_exchange: Rsa<Private>,
    begun: Option<(KeyReference, Zeroizing<Vec<u8>>)>,
    result: Option<Vec<u8>>,
}

/// The only size of key on this card, in bits.
pub(crate) const MODULUS_BITS: u16 = 2048;

impl SigningKeys {
    pub(crate) fn new(sign: Rsa<Private>, key_exchange: Rsa<Private>) -> Self {
        Self { sign, key_exchange, begun: None, result: None }
    }

    pub(crate) fn forget(&mut self) {
        self.begun = None;
        self.result = None;
    }

    /// `80 EA 82 <key> 80 <first half>`, then `80 EA 02 <key> 80 <second half>`, which answers
    /// the first half of the result.
    pub(crate) fn operate(&mut self, command: &Command<'_>) -> Result<Vec<u8>, StatusWord> {
        let begun = self.begun.take();
        self.result = None;
        let reference = KeyReference(command.p2);
        let key = match reference {
            KeyReference::SIGN => &self.sign,
            KeyReference::KEY_EXCHANGE => &self.key_exchange,
            KeyReference(_) => return Err(StatusWord::REFERENCED_DATA_NOT_FOUND),
        };
        if command.data.len() != HALF {
            return Err(StatusWord::WRONG_LENGTH);
        }
        match (command.p1, begun) {
            (FIRST, _) => {
                self.begun = Some((reference, Zeroizing::new(command.data.to_vec())));
                Ok(Vec::new())
            }
            (LAST, Some((same, mut input))) if same == reference => {
                input.extend_from_slice(command.data);
                let result = raw(key, &input)?;
                let first = result.get(..HALF).unwrap_or_default().to_vec();
                self.result = Some(result);
                Ok(first)
            }
            (LAST, Some(_) | None) => Err(StatusWord::CONDITIONS_NOT_SATISFIED),
            (_, _) => Err(StatusWord::INCORRECT_P1_P2),
        }
    }

    /// `80 C1 <offset> <Le>`: a part of the last result.
    pub(crate) fn fetch(&self, command: &Command<'_>) -> Result<Vec<u8>, StatusWord> {
        let result = self.result.as_deref().ok_or(StatusWord::CONDITIONS_NOT_SATISFIED)?;
        let length = command.le.ok_or(StatusWord::WRONG_LENGTH)?;
        match result.get(usize::from(command.p1_p2())..) {
            None | Some([]) => Err(StatusWord::WRONG_OFFSET),
            Some(rest) => Ok(rest.get(..usize::from(length)).unwrap_or(rest).to_vec()),
        }
    }
}

/// RSADP, RFC 8017 clause 5.1.2. A number not below the modulus is incorrect data.
fn raw(key: &Rsa<Private>, input: &[u8]) -> Result<Vec<u8>, StatusWord> {
    let mut output = vec![0; usize::from(MODULUS_BITS / 8)];
    key.private_encrypt(input, &mut output, Padding::NONE).map_err(|_| INCORRECT_DATA)?;
    Ok(output)
}

/// Bytes that travel at once.
const HALF: usize = 128;
/// P1: more of the input follows.
const FIRST: u8 = 0x82;
/// P1: the input ends here.
const LAST: u8 = 0x02;
/// Incorrect parameters in the data field, ISO/IEC 7816-4:2020 table 7.
const INCORRECT_DATA: StatusWord = StatusWord(0x6A80);
