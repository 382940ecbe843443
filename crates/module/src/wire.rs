//! What the child that holds a module and the program that started it say to each other.
//!
//! The child is believed nothing: whatever took it over writes its answers. Every answer is parsed
//! with a bound, and its texts are cut and freed of control characters before anybody logs them.

use std::io::{Read, Write};
use std::path::PathBuf;

use ankong_frame::{FrameError, read, write};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

const OPEN: u8 = b'O';
const LIST: u8 = b'L';
const CHOOSE_RSA: u8 = b'C';
const CHOOSE_ELLIPTIC: u8 = b'E';
const LOGIN: u8 = b'P';
const SIGN: u8 = b'S';
const OPENED: u8 = b'o';
const TOKEN: u8 = b't';
const CERTIFICATE: u8 = b'c';
const DONE: u8 = b'd';
const SIGNATURE: u8 = b's';
const FAILED: u8 = b'f';

/// The longest text of a module that is kept, in characters.
const TEXT: usize = 200;
/// The longest signature: an RSA key of 8192 bits.
const SIGNATURE_BYTES: usize = 1024;

/// To the child. After a failed order only the pipe's end is obeyed.
pub enum Order {
    /// Shut yourself in, then load and initialise this library; the first order, exactly once.
    Open(PathBuf),
    /// Tell every token with its certificates.
    List,
    /// From now on it is about the key of this certificate (DER), which is of this kind.
    Choose(KeyKind, Vec<u8>),
    /// Log in with this PIN, once; an empty one is typed at the reader.
    Login(Zeroizing<Vec<u8>>),
    /// Sign these bytes: a DigestInfo for an RSA key, the bare hash for an elliptic one.
    Sign(Vec<u8>),
}

/// What a key is, and so which mechanism it signs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// `CKM_RSA_PKCS`.
    Rsa,
    /// `CKM_ECDSA`.
    EllipticCurve,
}

/// From the child.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// The module is loaded, and so much is denied to it.
    Opened(ShutIn),
    /// A token; its certificates follow.
    Token(Token),
    /// A certificate (DER, nobody looked at it) of the last token.
    Certificate(Vec<u8>),
    /// That was all, or it is done.
    Done,
    /// The signature, as PKCS#11 has it: of an elliptic key both integers side by side.
    Signature(Vec<u8>),
    /// It did not work.
    Failed(Fault),
}

/// What the child may not do, whoever saw to it before the module was loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShutIn {
    /// It writes no file; on Windows none but what is meant for low integrity.
    pub files: bool,
    /// It opens no network connection.
    pub network: bool,
    /// It starts no program and touches no other process.
    pub processes: bool,
    /// It reaches no program of the user's that listens on this computer, but the smart-card service.
    pub sockets: bool,
}

impl ShutIn {
    /// All of it.
    pub const WHOLLY: Self = Self { files: true, network: true, processes: true, sockets: true };
}

/// A token as PKCS#11 describes it (section 3.3, `CK_TOKEN_INFO`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Its label, without the blanks and tabs some modules leave at the end.
    pub label: String,
    /// Fewest characters of a PIN.
    pub pin_min: u8,
    /// Most characters of a PIN.
    pub pin_max: u8,
    /// The PIN is typed at the reader (`CKF_PROTECTED_AUTHENTICATION_PATH`).
    pub pin_pad: bool,
    /// A wrong PIN was entered since the last right one (`CKF_USER_PIN_COUNT_LOW`).
    pub count_low: bool,
    /// One try is left (`CKF_USER_PIN_FINAL_TRY`).
    pub final_try: bool,
    /// No try is left (`CKF_USER_PIN_LOCKED`).
    pub locked: bool,
}

/// Why an order was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Fault {
    /// The library cannot be loaded, or is no PKCS#11 module.
    NotLoaded(String),
    /// No token has the certificate any more.
    NoCertificate,
    /// The token has no private key for the certificate.
    NoKey,
    /// The PIN is wrong.
    WrongPin {
        /// Tries left, where the module tells.
        tries_left: Option<u8>,
    },
    /// No PIN try is left.
    PinLocked,
    /// The module does not take a PIN of this length.
    PinLength {
        /// Fewest characters.
        min: u8,
        /// Most characters.
        max: u8,
    },
    /// The person gave up at the reader.
    Cancelled,
    /// Card or reader are gone.
    Removed,
    /// The module refused a call for another reason.
    Refused {
        /// Which function.
        call: String,
        /// Its return code.
        code: String,
    },
    /// An order that made no sense: a fault of this program.
    OutOfTurn,
}

/// Sends an order to the child.
///
/// # Errors
/// The pipe failed, or the order is too long for a frame.
pub fn write_order(pipe: &mut impl Write, order: &Order) -> Result<(), FrameError> {
    match order {
        Order::Open(library) => write(pipe, OPEN, &to_json(OPEN, library)?),
        Order::List => write(pipe, LIST, &[]),
        Order::Choose(KeyKind::Rsa, certificate) => write(pipe, CHOOSE_RSA, certificate),
        Order::Choose(KeyKind::EllipticCurve, certificate) => {
            write(pipe, CHOOSE_ELLIPTIC, certificate)
        }
        Order::Login(pin) => write(pipe, LOGIN, pin),
        Order::Sign(bytes) => write(pipe, SIGN, bytes),
    }
}

/// Waits for the next order.
///
/// # Errors
/// The pipe failed or the frame is malformed.
pub fn read_order(pipe: &mut impl Read) -> Result<Order, FrameError> {
    let (kind, payload) = read(pipe)?;
    match kind {
        OPEN => json(kind, &payload).map(Order::Open),
        LIST => empty(kind, &payload, Order::List),
        CHOOSE_RSA => Ok(Order::Choose(KeyKind::Rsa, payload.to_vec())),
        CHOOSE_ELLIPTIC => Ok(Order::Choose(KeyKind::EllipticCurve, payload.to_vec())),
        LOGIN => Ok(Order::Login(payload)),
        SIGN => Ok(Order::Sign(payload.to_vec())),
        other => Err(FrameError::Kind(other)),
    }
}

/// Sends an answer to the program that started the child.
///
/// # Errors
/// The pipe failed, or the answer is too long for a frame.
pub fn write_answer(pipe: &mut impl Write, answer: &Answer) -> Result<(), FrameError> {
    match answer {
        Answer::Opened(shut_in) => write(pipe, OPENED, &to_json(OPENED, shut_in)?),
        Answer::Token(token) => write(pipe, TOKEN, &to_json(TOKEN, token)?),
        Answer::Certificate(der) => write(pipe, CERTIFICATE, der),
        Answer::Done => write(pipe, DONE, &[]),
        Answer::Signature(signature) => write(pipe, SIGNATURE, signature),
        Answer::Failed(fault) => write(pipe, FAILED, &to_json(FAILED, fault)?),
    }
}

/// Waits for the child's next answer.
///
/// # Errors
/// The pipe failed or the frame is malformed.
pub fn read_answer(pipe: &mut impl Read) -> Result<Answer, FrameError> {
    let (kind, payload) = read(pipe)?;
    match kind {
        OPENED => json(kind, &payload).map(Answer::Opened),
        TOKEN => json(kind, &payload).map(|token: Token| Answer::Token(token.plain())),
        CERTIFICATE => Ok(Answer::Certificate(payload.to_vec())),
        DONE => empty(kind, &payload, Answer::Done),
        SIGNATURE if payload.len() <= SIGNATURE_BYTES => Ok(Answer::Signature(payload.to_vec())),
        SIGNATURE => Err(FrameError::Payload(kind)),
        FAILED => json(kind, &payload).map(|fault: Fault| Answer::Failed(fault.plain())),
        other => Err(FrameError::Kind(other)),
    }
}

impl Token {
    /// PIN tries left, where the token tells: none or the last.
    #[must_use]
    pub fn tries_left(&self) -> Option<u8> {
        match self {
            Self { locked: true, .. } => Some(0),
            Self { final_try: true, .. } => Some(1),
            Self { .. } => None,
        }
    }

    fn plain(self) -> Self {
        Self { label: plain(&self.label), ..self }
    }
}

impl Fault {
    fn plain(self) -> Self {
        match self {
            Self::NotLoaded(reason) => Self::NotLoaded(plain(&reason)),
            Self::Refused { call, code } => {
                Self::Refused { call: plain(&call), code: plain(&code) }
            }
            Self::WrongPin { tries_left: Some(0) } => Self::PinLocked,
            other @ (Self::NoCertificate
            | Self::NoKey
            | Self::WrongPin { .. }
            | Self::PinLocked
            | Self::PinLength { .. }
            | Self::Cancelled
            | Self::Removed
            | Self::OutOfTurn) => other,
        }
    }
}

/// A text that may stand in a log.
fn plain(text: &str) -> String {
    let shown = |c: &char| !c.is_control() && !turns_or_hides(*c);
    text.chars().filter(shown).take(TEXT).collect::<String>().trim_end().to_owned()
}

/// Marks that change the direction of what follows, or are not seen.
fn turns_or_hides(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}')
}

fn empty<T>(kind: u8, payload: &[u8], message: T) -> Result<T, FrameError> {
    if payload.is_empty() { Ok(message) } else { Err(FrameError::Payload(kind)) }
}

fn json<T: DeserializeOwned>(kind: u8, payload: &[u8]) -> Result<T, FrameError> {
    serde_json::from_slice(payload).map_err(|_| FrameError::Payload(kind))
}

fn to_json(kind: u8, message: &impl Serialize) -> Result<Vec<u8>, FrameError> {
    serde_json::to_vec(message).map_err(|_| FrameError::Payload(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(label: &str) -> Token {
        Token {
            label: label.to_owned(),
            pin_min: 6,
            pin_max: 8,
            pin_pad: false,
            count_low: false,
            final_try: false,
            locked: false,
        }
    }

    fn there_and_back(answer: &Answer) -> Answer {
        let mut pipe = Vec::new();
        write_answer(&mut pipe, answer).unwrap();
        read_answer(&mut &pipe[..]).unwrap()
    }

    #[test]
    fn a_pin_travels_as_bare_bytes() {
        let mut pipe = Vec::new();
        write_order(&mut pipe, &Order::Login(Zeroizing::new(b"A1b2C3".to_vec()))).unwrap();
        assert_eq!(pipe, b"P\0\x06A1b2C3");
        assert!(matches!(read_order(&mut &pipe[..]), Ok(Order::Login(pin)) if *pin == b"A1b2C3"));
    }

    #[test]
    fn the_texts_of_a_module_lose_what_could_forge_a_log() {
        let told = there_and_back(&Answer::Token(token("HiCOS\u{1b}[2J\nERROR \t")));
        assert_eq!(told, Answer::Token(token("HiCOS[2JERROR")));
        let told = there_and_back(&Answer::Failed(Fault::NotLoaded("x".repeat(9000))));
        assert_eq!(told, Answer::Failed(Fault::NotLoaded("x".repeat(TEXT))));
    }

    #[test]
    fn no_try_left_is_a_locked_pin_however_it_is_said() {
        let told = there_and_back(&Answer::Failed(Fault::WrongPin { tries_left: Some(0) }));
        assert_eq!(told, Answer::Failed(Fault::PinLocked));
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        let long = [&b"s\x04\x01"[..], &[0; 1025]].concat();
        for frame in [&b"O\0\0"[..], b"d\0\x01x", b"t\0\x02{}", b"f\0\x04true", &long] {
            let read = read_answer(&mut &frame[..]);
            assert!(matches!(read, Err(FrameError::Kind(_) | FrameError::Payload(_))), "{frame:?}");
        }
    }
}
