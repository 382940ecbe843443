//! The card's end of a secure channel: SCP03 in mode S8, security level 03 and no other.
//! GlobalPlatform Card Specification v2.3 Amendment D v1.1.2. Knows neither files nor PIN.
//!
//! Whatever is wrong with a command closes the channel, and only INITIALIZE UPDATE begins another.

use ankong_card::StatusWord;
use openssl::error::ErrorStack;
use openssl::memcmp;
use openssl::symm::{Cipher, Crypter, Mode};
use zeroize::Zeroizing;

use super::keys::{KeyPair, cmac, first_half};
use crate::Command;

/// The card's keys and how far the channel is.
pub(super) struct SecureChannel {
    keys: KeyPair,
    /// Ten bytes that tell cards apart.
    number: [u8; 10],
    state: State,
}

enum State {
    Closed,
    /// Waits for EXTERNAL AUTHENTICATE with this cryptogram.
    Challenged(Session, [u8; 8]),
    Open(Session),
}

struct Session {
    keys: KeyPair,
    /// The last MAC, which begins the input of the next.
    chaining: [u8; 16],
    /// Commands since EXTERNAL AUTHENTICATE.
    counter: u128,
}

impl SecureChannel {
    pub(super) fn new(keys: KeyPair, number: [u8; 10]) -> Self {
        Self { keys, number, state: State::Closed }
    }

    pub(super) fn close(&mut self) {
        self.state = State::Closed;
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, State::Open(_))
    }

    /// INITIALIZE UPDATE, clause 7.1.1: `80 50 01 00 08 <challenge>`.
    pub(super) fn initialize(&mut self, command: &Command<'_>) -> Result<Vec<u8>, StatusWord> {
        self.close();
        if command.p2 != 0 {
            return Err(StatusWord::INCORRECT_P1_P2);
        }
        if command.p1 != KEY_VERSION {
            return Err(StatusWord::REFERENCED_DATA_NOT_FOUND);
        }
        let host: [u8; 8] = command.data.try_into().map_err(|_| StatusWord::WRONG_LENGTH)?;
        self.challenge(host).map_err(|_| StatusWord::NO_DIAGNOSIS)
    }

    fn challenge(&mut self, host: [u8; 8]) -> Result<Vec<u8>, ErrorStack> {
        let mut own = [0; 8];
        openssl::rand::rand_bytes(&mut own)?;
        let context = [host, own].concat();
        let keys = self.keys.derived(&context)?;
        let [card, host] = keys.cryptograms(&context)?;
        self.state = State::Challenged(Session { keys, chaining: [0; 16], counter: 0 }, host);
        Ok([&self.number[..], &[KEY_VERSION, PROTOCOL, RANDOM_CHALLENGE], &own, &card].concat())
    }

    /// EXTERNAL AUTHENTICATE, clause 7.1.2: `84 82 03 00 10 <cryptogram 8> <MAC 8>`.
    pub(super) fn authenticate(&mut self, command: &Command<'_>) -> Result<(), StatusWord> {
        let state = std::mem::replace(&mut self.state, State::Closed);
        let State::Challenged(mut session, expected) = state else {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        };
        if (command.p1, command.p2) != (LEVEL, 0) {
            return Err(StatusWord::INCORRECT_P1_P2);
        }
        let (cryptogram, _) = command.data.split_at_checked(8).ok_or(StatusWord::WRONG_LENGTH)?;
        if command.data.len() != 16 {
            return Err(StatusWord::WRONG_LENGTH);
        }
        if !memcmp::eq(cryptogram, &expected) {
            return Err(AUTHENTICATION_FAILED);
        }
        session.check(command)?;
        self.state = State::Open(session);
        Ok(())
    }

    /// The plain data of a command that came through the channel.
    pub(super) fn unwrap(
        &mut self,
        command: &Command<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, StatusWord> {
        let state = std::mem::replace(&mut self.state, State::Closed);
        let State::Open(mut session) = state else {
            return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
        };
        let plain = session.open(command)?;
        self.state = State::Open(session);
        Ok(plain)
    }
}

impl Session {
    /// Clause 6.2.6: MAC, then decryption, then the padding 80 00….
    fn open(&mut self, command: &Command<'_>) -> Result<Zeroizing<Vec<u8>>, StatusWord> {
        let encrypted = self.check(command)?;
        self.counter += 1; // a command without data counts too
        if encrypted.is_empty() {
            return Ok(Zeroizing::new(Vec::new()));
        }
        let mut plain = self.decrypt(encrypted).map_err(|_| StatusWord::SM_OBJECTS_INCORRECT)?;
        let end = plain.iter().rposition(|byte| *byte != 0);
        match end.filter(|end| plain.get(*end) == Some(&0x80)) {
            Some(end) => plain.truncate(end),
            None => return Err(StatusWord::SM_OBJECTS_INCORRECT),
        }
        Ok(plain)
    }

    /// Clause 6.2.4: what of the data the MAC at its end is over.
    fn check<'c>(&mut self, command: &Command<'c>) -> Result<&'c [u8], StatusWord> {
        let Some((data, mac)) = command.data.split_last_chunk::<8>() else {
            return Err(StatusWord::SM_OBJECTS_MISSING);
        };
        let length = u8::try_from(command.data.len()).map_err(|_| StatusWord::WRONG_LENGTH)?;
        let header = [command.cla, command.ins.0, command.p1, command.p2, length];
        let input = [&self.chaining, &header[..], data].concat();
        let own = cmac(&self.keys.mac, &input).map_err(|_| StatusWord::NO_DIAGNOSIS)?;
        if !memcmp::eq(&first_half(&own), mac) {
            return Err(StatusWord::SM_OBJECTS_INCORRECT);
        }
        self.chaining = own;
        Ok(data)
    }

    /// AES-CBC; the initial vector is the encrypted number of the command.
    fn decrypt(&self, encrypted: &[u8]) -> Result<Zeroizing<Vec<u8>>, ErrorStack> {
        let key = &self.keys.enc;
        let cipher = Cipher::aes_128_ecb();
        let vector = blocks(cipher, Mode::Encrypt, key, None, &self.counter.to_be_bytes())?;
        blocks(Cipher::aes_128_cbc(), Mode::Decrypt, key, Some(&vector), encrypted)
    }
}

/// A cipher over whole blocks; anything else is an error.
fn blocks(
    cipher: Cipher,
    mode: Mode,
    key: &[u8],
    vector: Option<&[u8]>,
    input: &[u8],
) -> Result<Zeroizing<Vec<u8>>, ErrorStack> {
    let mut crypter = Crypter::new(cipher, mode, key, vector.and_then(|v| v.get(..16)))?;
    crypter.pad(false);
    let mut output = Zeroizing::new(vec![0; input.len() + cipher.block_size()]);
    let mut length = crypter.update(input, &mut output)?;
    length += crypter.finalize(output.get_mut(length..).unwrap_or_default())?;
    output.truncate(length);
    Ok(output)
}

const KEY_VERSION: u8 = 0x01;
/// Of the secure channel protocol.
const PROTOCOL: u8 = 0x03;
/// The option i (Amendment D table 5-1): random challenges, nothing about answers.
const RANDOM_CHALLENGE: u8 = 0x00;
/// Security level: C-MAC and C-DECRYPTION.
const LEVEL: u8 = 0x03;
/// Authentication of the host cryptogram failed (table 7-7).
const AUTHENTICATION_FAILED: StatusWord = StatusWord(0x6300);
