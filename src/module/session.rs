//! One login and one signature with a module's key.

use std::path::Path;
use std::time::{Duration, Instant};

use ankong_card::Pin;
use ankong_card::algorithm::{Algorithm, Digest};
use ankong_card::card::PinRule;
use ankong_card::pkcs1::digest_info;
use zeroize::Zeroizing;

use super::ModuleError;
use super::child::Worker;
use super::found::Found;
use super::program::Program;
use ankong_module::wire::{Answer, KeyKind, Order};

/// A person types at a reader's keys; the readers give up after some 30 seconds.
const TYPING: Duration = Duration::from_secs(60);

/// A module in its child, with the card's key chosen. Opening, login and signature have the
/// patience together; typing at a reader's keys is not counted. Dropping it logs out and ends the
/// child.
pub struct Session {
    worker: Worker,
    algorithm: Algorithm,
    pin_rule: PinRule,
    pin_pad: bool,
    tries_left: Option<u8>,
    /// When all of it has to be done.
    until: Instant,
}

impl Session {
    pub(super) fn open(
        program: &Program,
        library: &Path,
        found: &Found,
        patience: Duration,
    ) -> Result<Self, ModuleError> {
        let until = Instant::now() + patience;
        let (mut worker, _) = Worker::start(program, library, until)?;
        let key = match found.algorithm() {
            Algorithm::Rs256 => KeyKind::Rsa,
            Algorithm::Es256 | Algorithm::Es384 => KeyKind::EllipticCurve,
        };
        let choice = Order::Choose(key, found.certificates().signing.clone());
        let token = worker.ask(&choice, until, |answer| match answer {
            Answer::Token(token) => Ok(token),
            other => Err(other),
        })?;
        let (algorithm, pin_rule) = (found.algorithm(), found.pin_rule());
        let (pin_pad, tries_left) = (token.pin_pad, token.tries_left());
        Ok(Self { worker, algorithm, pin_rule, pin_pad, tries_left, until })
    }

    /// PIN tries left when the session was opened, where the module told.
    #[must_use]
    pub fn tries_left(&self) -> Option<u8> {
        self.tries_left
    }

    /// Gives the PIN to the card, once for each call and at most once for each session; without
    /// one it is typed at the reader, where the reader has keys.
    ///
    /// # Errors
    /// [`ModuleError::WrongPin`], [`ModuleError::PinBlocked`] and [`ModuleError::PinLength`] are
    /// the card's verdict or spare it the question; any other means that the PIN may have been sent.
    pub fn login(&mut self, pin: Option<&Pin>) -> Result<(), ModuleError> {
        let typed = match pin {
            Some(pin) if !self.pin_rule.admits(pin) => {
                let PinRule { min, max } = self.pin_rule;
                return Err(ModuleError::PinLength { min, max });
            }
            Some(pin) => Zeroizing::new(pin.expose().to_vec()),
            None if self.pin_pad => {
                self.until += TYPING;
                Zeroizing::default()
            }
            None => return Err(ModuleError::OutOfTurn),
        };
        self.worker.ask(&Order::Login(typed), self.until, |answer| match answer {
            Answer::Done => Ok(()),
            other => Err(other),
        })
    }

    /// Signs a hash, once after a login. An ECDSA signature is the pair of integers side by side
    /// (RFC 7518 section 3.4). Whether it is the certificate's is for the caller to check.
    ///
    /// # Errors
    /// The module failed or refused.
    pub fn sign(&mut self, digest: &Digest) -> Result<Vec<u8>, ModuleError> {
        // Both mechanisms take what any module's card can do, CKM_RSA_PKCS a DigestInfo and
        // CKM_ECDSA the hash (PKCS #11 Cryptographic Token Interface Current Mechanisms 2.40,
        // sections 2.1.6 and 2.3.6).
        let bytes = match self.algorithm {
            Algorithm::Rs256 => digest_info(digest),
            Algorithm::Es256 | Algorithm::Es384 => digest.as_bytes().to_vec(),
        };
        self.worker.ask(&Order::Sign(bytes), self.until, |answer| match answer {
            Answer::Signature(signature) => Ok(signature),
            other => Err(other),
        })
    }
}
