//! What cards last said about their PIN tries. A MOICA card tells only when a try was spent, so
//! its word is kept, in memory, under a keyed hash: the list names no card to anyone who reads it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use ankong_card::{CardError, TransportError};
use openssl::error::ErrorStack;
use openssl::{hash::MessageDigest, pkey::PKey, sign::Signer};

/// Cards remembered at once; more than one person meets in a session.
const MAX_CARDS: usize = 64;

type CardHash = [u8; 32];

/// The last word of each card.
pub(super) struct Tries {
    key: [u8; 32],
    known: Mutex<HashMap<CardHash, u8>>,
}

impl Tries {
    /// `key` is random and lives as long as the process.
    pub(super) fn new(key: [u8; 32]) -> Self {
        Self { key, known: Mutex::default() }
    }

    /// Tries left on the card with this certificate, if it ever told.
    pub(super) fn left(&self, certificate: &[u8]) -> Option<u8> {
        let hash = self.hash(certificate).ok()?;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&hash).copied()
    }

    /// Keeps what the card said to a PIN. A right one restores all tries; a blocked card may be
    /// unblocked elsewhere, and asking it again costs nothing: in both cases nothing is known.
    pub(super) fn note(&self, certificate: &[u8], verified: &Result<(), CardError>) {
        let Ok(hash) = self.hash(certificate) else {
            return;
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let room = known.len() < MAX_CARDS || known.contains_key(&hash);
        match verified {
            Err(CardError::WrongPin { tries_left: Some(left) }) if room => {
                known.insert(hash, *left);
            }
            Err(CardError::LastTry) if room => {
                known.insert(hash, 1);
            }
            Ok(()) | Err(CardError::PinBlocked) => {
                known.remove(&hash);
            }
            // Nothing was sent.
            Err(
                CardError::PinLength { .. }
                | CardError::PinDigits
                | CardError::LastTry
                | CardError::PadTimedOut
                | CardError::PadCancelled
                | CardError::NoPinPad
                | CardError::NoIssuerKeys
                | CardError::WrongIssuerKeys
                | CardError::AnotherCard
                | CardError::Transport(TransportError::NoPinPad),
            ) => {}
            // The PIN may have reached the card and the verdict been lost: think the worst, but
            // not that none is left, for only the card can say that.
            Err(_) => {
                if let Some(left) = known.get_mut(&hash) {
                    *left = left.saturating_sub(1).max(1);
                }
            }
        }
    }

    fn hash(&self, certificate: &[u8]) -> Result<CardHash, ErrorStack> {
        let key = PKey::hmac(&self.key)?;
        let mut hash = [0; 32];
        Signer::new(MessageDigest::sha256(), &key)?.sign_oneshot(&mut hash, certificate)?;
        Ok(hash)
    }
}
