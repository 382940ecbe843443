//! Opening a session and sending through it.

use openssl::error::ErrorStack;
use openssl::memcmp;
use zeroize::{Zeroize, Zeroizing};

use super::S8;
use super::aes::{self, BLOCK};
use super::keys::{Constant, Key, StaticKeys, derive, derive_key};
use crate::apdu::{CommandApdu, Instruction, ResponseApdu, TooLong};
use crate::{CardError, Channel, StatusWord, TransportError};

/// An open session; its keys are wiped when it is dropped.
pub(crate) struct Session {
    enc: Key,
    mac: Key,
    /// The whole last MAC, which begins the input of the next (clause 6.2.3).
    chaining: [u8; BLOCK],
    /// Commands sent (clause 6.2.6); none here sends a second 65,535.
    counter: u16,
}

/// Why there is no session. Nothing secret was sent.
pub(crate) enum NotOpened {
    /// The card's cryptogram comes from other keys: another card, or keys of another issuer.
    ForeignCryptogram,
    /// The exchange failed.
    Card(CardError),
}

impl Session {
    /// INITIALIZE UPDATE and EXTERNAL AUTHENTICATE with the selected application (clauses 7.1.1
    /// and 7.1.2). The challenge is eight fresh random bytes.
    pub(crate) fn open(
        channel: &mut Channel<'_>,
        keys: &StaticKeys,
        key_version: u8,
        challenge: [u8; S8],
    ) -> Result<Self, NotOpened> {
        let initialize = CommandApdu::new(CLASS, INITIALIZE_UPDATE, key_version, 0)
            .with_data(&challenge)?
            .expecting(256);
        let answer = channel.send(&initialize)?;
        if answer.status != StatusWord::OK {
            return Err(refused(INITIALIZE_UPDATE, answer.status).into());
        }
        let card = InitializeUpdateAnswer::parse(&answer.data)?;

        let context = [challenge, card.challenge].concat();
        let mac = derive_key(&keys.mac, Constant::MAC, &context)?;
        let expected = derive(&mac, Constant::CARD_CRYPTOGRAM, 64, &context)?;
        if !expected.get(..S8).is_some_and(|expected| memcmp::eq(expected, &card.cryptogram)) {
            return Err(NotOpened::ForeignCryptogram);
        }
        let enc = derive_key(&keys.enc, Constant::ENC, &context)?;
        let mut session = Self { enc, mac, chaining: [0; BLOCK], counter: 0 };

        let host = derive(&session.mac, Constant::HOST_CRYPTOGRAM, 64, &context)?;
        let authenticate = session.signed(
            &CommandApdu::new(CLASS, EXTERNAL_AUTHENTICATE, LEVEL, 0),
            host.get(..S8).unwrap_or_default(),
        )?;
        match channel.send(&authenticate)?.status {
            StatusWord::OK => Ok(session),
            status => Err(refused(EXTERNAL_AUTHENTICATE, status).into()),
        }
    }

    /// Sends a command encrypted and with a MAC.
    ///
    /// # Errors
    /// The channel failed, or the command is longer than 239 bytes. Its data, which may be a PIN,
    /// never leaves in the clear.
    pub(crate) fn send(
        &mut self,
        channel: &mut Channel<'_>,
        command: &CommandApdu,
    ) -> Result<ResponseApdu, CardError> {
        let wrapped = self.wrap(command)?;
        Ok(channel.send(&wrapped)?)
    }

    /// Clause 6.2.6: the data is filled up with 80 00… to whole blocks and encrypted; a command
    /// without data gets a MAC only, and counts all the same.
    fn wrap(&mut self, command: &CommandApdu) -> Result<CommandApdu, CardError> {
        self.counter = self.counter.saturating_add(1);
        if command.data().is_empty() {
            return self.signed(command, &[]);
        }
        let mut counter = [0; BLOCK];
        if let Some(last) = counter.last_chunk_mut() {
            *last = self.counter.to_be_bytes();
        }
        // One allocation, so that no copy of a PIN is left behind by a second.
        let mut plain = Zeroizing::new(Vec::with_capacity(command.data().len() + BLOCK));
        plain.extend_from_slice(command.data());
        plain.push(0x80);
        let whole = plain.len().next_multiple_of(BLOCK);
        plain.resize(whole, 0);
        let encrypted = aes::encrypt(&self.enc, counter, &plain)?;
        self.signed(command, &encrypted)
    }

    /// Clause 6.2.4: the command with `data` and the MAC over chaining value, header, the length
    /// including the MAC, and data. The class says that secure messaging is on; Le is not covered.
    fn signed(&mut self, command: &CommandApdu, data: &[u8]) -> Result<CommandApdu, CardError> {
        let class = command.cla | SECURE_MESSAGING;
        let header = [class, command.ins.0, command.p1, command.p2];
        let length = u8::try_from(data.len() + S8).unwrap_or(u8::MAX); // refused below when cut
        let input = [&self.chaining, &header[..], &[length], data].concat();
        self.chaining = *aes::cmac(&self.mac, &input)?;
        let mac = self.chaining.get(..S8).unwrap_or_default();
        let signed = CommandApdu::new(class, command.ins, command.p1, command.p2)
            .with_data(&[data, mac].concat())?;
        Ok(match command.le() {
            Some(le) => signed.expecting_long(le),
            None => signed,
        })
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.chaining.zeroize();
    }
}

/// What a card answers to INITIALIZE UPDATE (table 7-3): ten bytes of key diversification data,
/// key version, 03, the option i, challenge, cryptogram, and perhaps a sequence counter of three.
struct InitializeUpdateAnswer {
    challenge: [u8; S8],
    cryptogram: [u8; S8],
}

impl InitializeUpdateAnswer {
    fn parse(data: &[u8]) -> Result<Self, CardError> {
        let part = |at: usize| data.get(at..).and_then(|rest| rest.first_chunk::<S8>()).copied();
        match (data.len(), data.get(11), part(13), part(21)) {
            (29 | 32, Some(&PROTOCOL), Some(challenge), Some(cryptogram)) => {
                Ok(Self { challenge, cryptogram })
            }
            _ => Err(CardError::Malformed("answer to INITIALIZE UPDATE")),
        }
    }
}

fn refused(instruction: Instruction, status: StatusWord) -> CardError {
    CardError::Refused { instruction, status }
}

impl From<CardError> for NotOpened {
    fn from(error: CardError) -> Self {
        Self::Card(error)
    }
}

impl From<TransportError> for NotOpened {
    fn from(error: TransportError) -> Self {
        Self::Card(error.into())
    }
}

impl From<TooLong> for NotOpened {
    fn from(error: TooLong) -> Self {
        Self::Card(error.into())
    }
}

impl From<ErrorStack> for NotOpened {
    fn from(error: ErrorStack) -> Self {
        Self::Card(error.into())
    }
}

/// Class of GlobalPlatform's own commands.
const CLASS: u8 = 0x80;
/// The class bit of GlobalPlatform secure messaging.
const SECURE_MESSAGING: u8 = 0x04;
const INITIALIZE_UPDATE: Instruction = Instruction(0x50);
const EXTERNAL_AUTHENTICATE: Instruction = Instruction(0x82);
/// Security level (table 7-5): C-DECRYPTION and C-MAC.
const LEVEL: u8 = 0x03;
/// The protocol's number in the card's key description.
const PROTOCOL: u8 = 0x03;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::{Transcript, hex};

    fn keys(enc: &str, mac: &str) -> StaticKeys {
        let key = |digits| Key::try_from(&*hex(digits)).unwrap();
        StaticKeys { enc: key(enc), mac: key(mac) }
    }

    fn published_keys() -> StaticKeys {
        keys("000102030405060708090A0B0C0D0E0F", "101112131415161718191A1B1C1D1E1F")
    }

    fn challenge(digits: &str) -> [u8; S8] {
        hex(digits).try_into().unwrap()
    }

    #[test]
    fn a_published_session_with_a_real_card_is_repeated_byte_by_byte() {
        let mut card = Transcript::parse(include_str!("../../tests/data/scp03-published.txt"));
        let mut channel = Channel::new(&mut card);
        let opened =
            Session::open(&mut channel, &published_keys(), 0x30, challenge("8E1552D0513C60F3"));
        let mut session = opened.ok().unwrap();
        let store_data = CommandApdu::new(0x80, Instruction(0xE2), 0x91, 0)
            .with_data(&hex("BF3E035C015A"))
            .unwrap();
        let answer = session.send(&mut channel, &store_data).unwrap();
        assert_eq!(answer.data, hex("BF3E125A1089882119900000000000000000000005"));
        card.assert_finished();
    }

    #[test]
    fn chaining_and_counter_go_on_as_computed_apart_from_this_code() {
        let mut card = Transcript::parse(include_str!("../../tests/data/scp03-chained.txt"));
        let mut channel = Channel::new(&mut card);
        let opened =
            Session::open(&mut channel, &published_keys(), 0x01, challenge("0001020304050607"));
        let mut session = opened.ok().unwrap();
        let command = |cla, ins, p1, p2| CommandApdu::new(cla, Instruction(ins), p1, p2);
        for command in [
            command(0x00, 0x20, 0, 1).with_data(b"123456\xFF\xFF\xFF\xFF").unwrap(),
            command(0x00, 0xA4, 0, 4).with_data(&[0x50, 0x30]).unwrap().expecting(256),
            command(0x80, 0xC1, 0, 0x80).expecting(0x80),
            command(0x80, 0xEA, 0x02, 1).with_data(&[0x5A; 128]).unwrap(),
        ] {
            assert_eq!(session.send(&mut channel, &command).unwrap().status, StatusWord::OK);
        }
        card.assert_finished();
    }

    #[test]
    fn a_card_with_other_keys_is_left_before_anything_secret_is_sent() {
        let script = include_str!("../../tests/data/scp03-published.txt");
        let script: String = script
            .lines()
            .take_while(|line| !line.contains("84 82"))
            .collect::<Vec<_>>()
            .join("\n");
        let mut card = Transcript::parse(&script);
        let other = keys("000102030405060708090A0B0C0D0E0F", "000102030405060708090A0B0C0D0E0F");
        let mut channel = Channel::new(&mut card);
        let opened = Session::open(&mut channel, &other, 0x30, challenge("8E1552D0513C60F3"));
        assert!(matches!(opened, Err(NotOpened::ForeignCryptogram)));
        card.assert_finished();
    }

    #[test]
    fn an_answer_of_another_protocol_or_mode_is_malformed() {
        let good = hex("0000000000000000000030037030760CD2C47C1DD395065FE5EAD8A9D7000001");
        let accepted = |data: &[u8]| InitializeUpdateAnswer::parse(data).is_ok();
        assert!(accepted(&good) && accepted(&good[..29]));
        let scp02 = [&good[..11], &[0x02], &good[12..]].concat();
        for wrong in [&good[..28], &good[..31], &scp02, &[]] {
            assert!(!accepted(wrong));
        }
    }

    #[test]
    fn what_does_not_fit_one_command_is_refused() {
        let mac = Key::new([1; BLOCK]);
        let mut session = Session { enc: mac.clone(), mac, chaining: [0; BLOCK], counter: 0 };
        let command = |length| {
            CommandApdu::new(0x80, Instruction(0xEA), 2, 1).with_data(&vec![0; length]).unwrap()
        };
        assert!(session.wrap(&command(239)).is_ok());
        assert!(matches!(session.wrap(&command(240)), Err(CardError::Command(_))));
    }
}
