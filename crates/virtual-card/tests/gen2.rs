//! The second-generation driver in ankong-card against the virtual card: two writings of one
//! protocol that must agree, and what becomes of it when somebody meddles.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use ankong_card::algorithm::{Algorithm, Digest};
use ankong_card::card::{Card, Family};
use ankong_card::moica::{Gen2Key, IssuerKeys};
use ankong_card::{CardError, Channel, LastTry, Pin, StatusWord, Transport, TransportError};
use openssl::hash::MessageDigest;
use openssl::sha::sha256;
use openssl::sign::Verifier;
use openssl::x509::X509;
use proptest::prelude::*;
use virtual_card::gen2::Gen2;
use virtual_card::{Card as _, CardImage, InProcess, Profile};

const VERIFY: u8 = 0x20;
const TEXT: &[u8] = b"a text to sign";

#[test]
fn the_driver_reads_verifies_and_signs() {
    let mut reader = Reader::with(&image());
    let card = open(&mut reader);
    assert_eq!((card.family(), card.algorithm()), (Family::MoicaGen2, Algorithm::Rs256));
    assert_eq!(card.number().unwrap().expose(), image().card_number);
    assert!(card.can_sign());
    let issuer = X509::from_pem(image().certificates.issuer.as_bytes()).unwrap();
    assert_eq!(card.certificates().issuers, [issuer.to_der().unwrap()]);

    for _ in 0..2 {
        verify(card.as_ref(), &mut reader, "123456").unwrap();
        let signature = sign(card.as_ref(), &mut reader).unwrap();
        assert!(is_signature(card.as_ref(), &signature));
    }
}

#[test]
fn the_card_is_recognised_whatever_its_atr_makes_one_expect() {
    for atr in [&b"CHTGPKI"[..], b"CHTMOICA", b"another"] {
        let mut reader = Reader::with(&image());
        let opened = ankong_card::card::open(&mut Channel::new(&mut reader), atr, &keys()).unwrap();
        assert_eq!(opened.card.family(), Family::MoicaGen2);
        assert_eq!((reader.verifies(), reader.card.card_mut().tries_left()), (0, Some(3)));
    }
}

#[test]
fn an_authentication_takes_this_many_commands_and_one_verify() {
    let mut reader = Reader::with(&image());
    let card = open(&mut reader);
    let reading = reader.sent.len();
    verify(card.as_ref(), &mut reader, "123456").unwrap();
    sign(card.as_ref(), &mut reader).unwrap();
    let cold = reader.sent.len();
    assert_eq!(cold, 32, "commands from insertion to the first signature");
    assert_eq!(reading, 23, "four of them for what the keys are made from");

    reader.card.card_mut().reset();
    verify(card.as_ref(), &mut reader, "123456").unwrap();
    sign(card.as_ref(), &mut reader).unwrap();
    // SELECT, INITIALIZE UPDATE, EXTERNAL AUTHENTICATE, VERIFY, SELECT twice, three for the rest.
    assert_eq!(reader.sent.len() - cold, 9);
    assert_eq!(reader.verifies(), 2);
}

#[test]
fn a_wrong_pin_costs_one_try_and_the_third_blocks() {
    let mut reader = Reader::with(&image());
    let card = open(&mut reader);
    for left in [2, 1] {
        let error = verify(card.as_ref(), &mut reader, "654321").unwrap_err();
        assert!(matches!(error, CardError::WrongPin { tries_left: Some(n) } if n == left));
        assert!(matches!(sign(card.as_ref(), &mut reader), Err(CardError::PinNotVerified)));
    }
    for pin in ["654321", "123456"] {
        let error = verify(card.as_ref(), &mut reader, pin).unwrap_err();
        assert!(matches!(error, CardError::PinBlocked));
    }
}

#[test]
fn each_signature_needs_its_own_pin() {
    let mut reader = Reader::with(&image());
    let card = open(&mut reader);
    verify(card.as_ref(), &mut reader, "123456").unwrap();
    sign(card.as_ref(), &mut reader).unwrap();
    let sent = reader.sent.len();
    assert!(matches!(sign(card.as_ref(), &mut reader), Err(CardError::PinNotVerified)));
    assert_eq!(reader.sent.len(), sent);
}

#[test]
fn another_card_in_the_reader_gets_no_pin() {
    let mut reader = Reader::with(&image());
    let card = open(&mut reader);
    // Another number, and another certificate where this card has its own.
    let mut other = image();
    other.card_number = "TP99999999999999".to_owned();
    std::mem::swap(&mut other.certificates.signature, &mut other.certificates.encryption);
    std::mem::swap(&mut other.keys.signature, &mut other.keys.encryption);
    reader.card = InProcess::new(Gen2::new(&other).unwrap());
    let error = verify(card.as_ref(), &mut reader, "123456").unwrap_err();
    assert!(matches!(error, CardError::AnotherCard), "{error}");
    assert_eq!((reader.verifies(), reader.card.card_mut().tries_left()), (0, Some(3)));
}

#[test]
fn an_issuer_key_that_is_not_this_cards_is_told_from_another_card() {
    let mut reader = Reader::with(&image());
    let card = open_with(&mut reader, IssuerKeys { gen1: None, gen2: Some(Gen2Key::new([7; 16])) });
    let error = verify(card.as_ref(), &mut reader, "123456").unwrap_err();
    assert!(matches!(error, CardError::WrongIssuerKeys), "{error}");
    assert_eq!((reader.verifies(), reader.card.card_mut().tries_left()), (0, Some(3)));
}

#[test]
fn without_the_issuers_key_a_card_is_read_and_nothing_else() {
    let mut reader = Reader::with(&image());
    let card = open_with(&mut reader, IssuerKeys::default());
    assert_eq!(card.number().unwrap().expose(), image().card_number);
    assert!(!card.can_sign());
    let sent = reader.sent.len();
    assert_eq!(sent, 19);
    let error = verify(card.as_ref(), &mut reader, "123456").unwrap_err();
    assert!(matches!(error, CardError::NoIssuerKeys));
    assert_eq!(reader.sent.len(), sent);
}

#[test]
fn a_pin_of_the_wrong_length_is_not_sent() {
    let mut reader = Reader::with(&image());
    let card = open(&mut reader);
    let sent = reader.sent.len();
    for pin in ["12345", "123456789"] {
        let error = verify(card.as_ref(), &mut reader, pin).unwrap_err();
        assert!(matches!(error, CardError::PinLength { min: 6, max: 8 }));
    }
    assert_eq!(reader.sent.len(), sent);
}

#[test]
fn no_pin_goes_over_the_contacts_in_the_clear() {
    let mut reader = Reader::with(&image());
    let card = open(&mut reader);
    verify(card.as_ref(), &mut reader, "123456").unwrap();
    sign(card.as_ref(), &mut reader).unwrap();
    for command in &reader.sent {
        assert!(!command.windows(6).any(|part| part == b"123456"));
        assert!(command[1] != VERIFY || command[..5] == [0x04, VERIFY, 0x00, 0x01, 0x18]);
    }
}

/// One bit of one command changed on its way: where, and what the card makes of it.
#[test]
fn a_command_that_was_tampered_with_is_refused_and_closes_the_channel() {
    let cases = [
        ("cryptogram", 0x82, 5, 0x6300),
        ("MAC of EXTERNAL AUTHENTICATE", 0x82, 13, 0x6988),
        ("security level", 0x82, 2, 0x6A86),
        ("encrypted PIN", VERIFY, 5, 0x6988),
        ("MAC of VERIFY", VERIFY, 28, 0x6988),
        ("PIN reference", VERIFY, 3, 0x6988),
        ("hash to sign", 0xEA, 40, 0x6988),
        ("key reference", 0xEA, 3, 0x6988),
        ("MAC of the rest of the signature", 0xC1, 5, 0x6988),
    ];
    for (what, instruction, at, status) in cases {
        let mut reader = Reader::with(&image());
        let card = open(&mut reader);
        reader.tamper = Some((instruction, at));
        let result = verify(card.as_ref(), &mut reader, "123456")
            .and_then(|()| sign(card.as_ref(), &mut reader).map(drop));
        let Err(CardError::Refused { status: answer, .. }) = result else {
            panic!("{what}: {result:?}");
        };
        assert_eq!(answer, StatusWord(status), "{what}");
        assert_eq!(reader.card.card_mut().tries_left(), Some(3), "{what} cost a try");
        let select = reader.transmit(&[0x04, 0xA4, 0, 4, 2, 0x50, 0x30]).unwrap();
        assert_eq!(select, [0x69, 0x82], "{what} left the channel open");
    }
}

#[test]
fn a_command_repeated_by_somebody_is_refused() {
    let mut reader = Reader::with(&image());
    let card = open(&mut reader);
    verify(card.as_ref(), &mut reader, "123456").unwrap();
    let last = reader.sent.last().unwrap().clone();
    assert_eq!(last[1], VERIFY);
    assert_eq!(reader.transmit(&last).unwrap(), [0x69, 0x88]);
    assert!(matches!(sign(card.as_ref(), &mut reader), Err(CardError::Refused { .. })));
}

#[test]
fn a_card_pulled_after_any_command_gives_no_signature() {
    let mut reader = Reader::with(&image());
    let card = open(&mut reader);
    for commands in 0..9 {
        reader.card.card_mut().reset();
        reader.pull_after = Some(commands);
        let result = verify(card.as_ref(), &mut reader, "123456")
            .and_then(|()| sign(card.as_ref(), &mut reader));
        let removed = CardError::Transport(TransportError::Removed);
        assert_eq!(result.unwrap_err().to_string(), removed.to_string(), "{commands}");
        reader.pull_after = None;
    }
    reader.card.card_mut().reset();
    verify(card.as_ref(), &mut reader, "123456").unwrap();
    assert!(sign(card.as_ref(), &mut reader).is_ok());
}

/// What a card that is broken or means harm answers in place of the right answer.
#[derive(Clone, Debug)]
enum Answer {
    Right,
    Status(u16),
    Bytes(Vec<u8>),
    Cut(usize),
    Flipped(usize),
    Longer(Vec<u8>),
}

fn answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        60 => Just(Answer::Right),
        1 => any::<u16>().prop_map(Answer::Status),
        1 => prop::collection::vec(any::<u8>(), 0..300).prop_map(Answer::Bytes),
        1 => (0usize..300).prop_map(Answer::Cut),
        2 => (0usize..2400).prop_map(Answer::Flipped),
        1 => prop::collection::vec(any::<u8>(), 1..40).prop_map(Answer::Longer),
    ]
}

struct Hostile {
    card: InProcess<Gen2>,
    answers: std::iter::Cycle<std::vec::IntoIter<Answer>>,
    verifies: usize,
    sent: usize,
}

impl Transport for Hostile {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        self.sent += 1;
        self.verifies += usize::from(command[1] == VERIFY);
        let mut right = self.card.transmit(command)?;
        Ok(match self.answers.next().unwrap_or(Answer::Right) {
            Answer::Right => right,
            Answer::Status(status) => status.to_be_bytes().to_vec(),
            Answer::Bytes(bytes) => bytes,
            Answer::Cut(at) => {
                right.truncate(at);
                right
            }
            Answer::Flipped(bit) => {
                if let Some(byte) = right.get_mut(bit / 8) {
                    *byte ^= 1 << (bit % 8);
                }
                right
            }
            Answer::Longer(more) => [&more[..], &right].concat(),
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn whatever_a_card_answers_the_pin_is_sent_at_most_once_and_nothing_is_endless(
        answers in prop::collection::vec(answer(), 1..80),
    ) {
        let card = InProcess::new(Gen2::new(&image()).unwrap());
        let answers = answers.into_iter().cycle();
        let mut hostile = Hostile { card, answers, verifies: 0, sent: 0 };
        let opened = ankong_card::card::open(&mut Channel::new(&mut hostile), b"CHTGPKI", &keys());
        if let Ok(opened) = opened {
            let mut channel = Channel::new(&mut hostile);
            let pin = Pin::from_bytes(b"123456").unwrap();
            let verified = opened.card.verify(&mut channel, &pin, LastTry::Keep, &mut random);
            if verified.is_ok() {
                let signed = opened.card.sign(&mut channel, &Digest::Sha256(sha256(TEXT)));
                prop_assert!(signed.is_err() || signed.is_ok_and(|bytes| bytes.len() == 256));
            }
        }
        prop_assert!(hostile.verifies <= 1);
        prop_assert!(hostile.sent < 5000, "{} commands", hostile.sent);
    }
}

/// A card in this process, and whoever sits between it and the program.
struct Reader {
    card: InProcess<Gen2>,
    sent: Vec<Vec<u8>>,
    /// The first command with this instruction gets a bit changed in the byte at this place.
    tamper: Option<(u8, usize)>,
    /// Commands until the card is gone.
    pull_after: Option<usize>,
}

impl Reader {
    fn with(image: &CardImage) -> Self {
        let card = InProcess::new(Gen2::new(image).unwrap());
        Self { card, sent: Vec::new(), tamper: None, pull_after: None }
    }

    fn verifies(&self) -> usize {
        self.sent.iter().filter(|command| command[1] == VERIFY).count()
    }
}

impl Transport for Reader {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        if let Some(left) = &mut self.pull_after {
            *left = left.checked_sub(1).ok_or(TransportError::Removed)?;
        }
        let mut command = command.to_vec();
        if let Some((instruction, at)) = self.tamper
            && command[1] == instruction
        {
            command[at] ^= 0x01;
            self.tamper = None;
        }
        self.sent.push(command.clone());
        self.card.transmit(&command)
    }
}

fn open(reader: &mut Reader) -> Box<dyn Card> {
    open_with(reader, keys())
}

fn open_with(reader: &mut Reader, keys: IssuerKeys) -> Box<dyn Card> {
    ankong_card::card::open(&mut Channel::new(reader), b"CHTGPKI", &keys).unwrap().card
}

fn keys() -> IssuerKeys {
    let master = hex::decode(image().secure_messaging).unwrap();
    IssuerKeys { gen1: None, gen2: Some(Gen2Key::new(master.try_into().unwrap())) }
}

fn verify(card: &dyn Card, reader: &mut Reader, pin: &str) -> Result<(), CardError> {
    let pin = Pin::from_bytes(pin.as_bytes()).unwrap();
    card.verify(&mut Channel::new(reader), &pin, LastTry::Keep, &mut random)
}

fn sign(card: &dyn Card, reader: &mut Reader) -> Result<Vec<u8>, CardError> {
    card.sign(&mut Channel::new(reader), &Digest::Sha256(sha256(TEXT)))
}

fn random(bytes: &mut [u8]) {
    openssl::rand::rand_bytes(bytes).unwrap();
}

fn is_signature(card: &dyn Card, signature: &[u8]) -> bool {
    let certificate = X509::from_der(&card.certificates().signing).unwrap();
    let key = certificate.public_key().unwrap();
    let mut verifier = Verifier::new(MessageDigest::sha256(), &key).unwrap();
    verifier.verify_oneshot(signature, TEXT).unwrap()
}

fn image() -> CardImage {
    let image: CardImage = toml::from_str(include_str!("data/card.toml")).unwrap();
    CardImage { profile: Profile::MoicaGen2, ..image }
}
