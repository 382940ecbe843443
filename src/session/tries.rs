//! What cards last said about their PIN tries. A MOICA card tells only when a try was spent, so
//! its word is kept, in memory, under a keyed hash: the list names no card to anyone who reads it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use ankong_card::{CardError, TransportError};
use openssl::error::ErrorStack;
use openssl::{hash::MessageDigest, pkey::PKey, sign::Signer};

/// Cards remembered at once; the one that has been silent for longest is let go of.
const MAX_CARDS: usize = 64;

type CardHash = [u8; 32];

/// The last word of each card.
pub(super) struct Tries {
    key: [u8; 32],
    /// The one that spoke last stands last.
    known: Mutex<VecDeque<(CardHash, u8)>>,
}

impl Tries {
    /// `key` is random and lives as long as the process.
    pub(super) fn new(key: [u8; 32]) -> Self {
        Self { key, known: Mutex::default() }
    }

    /// Tries left on the card with this certificate, if it ever told.
    pub(super) fn left(&self, certificate: &[u8]) -> Option<u8> {
        let hash = self.hash(certificate).ok()?;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().find_map(|(card, left)| (*card == hash).then_some(*left))
    }

    /// Keeps what the card said to a PIN. A right one restores all tries; a blocked card may be
    /// unblocked elsewhere, and asking it again costs nothing: in both cases nothing is known.
    pub(super) fn note(&self, certificate: &[u8], verified: &Result<(), CardError>) {
        let Ok(hash) = self.hash(certificate) else {
            return;
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let at = known.iter().position(|(card, _)| *card == hash);
        let before = at.and_then(|at| known.remove(at)).map(|(_, left)| left);
        let left = match verified {
            Err(CardError::WrongPin { tries_left: Some(left) }) => Some(*left),
            Err(CardError::LastTry) => Some(1),
            Ok(()) | Err(CardError::PinBlocked) => None,
            // Nothing was sent.
            Err(
                CardError::PinLength { .. }
                | CardError::PinDigits
                | CardError::PadTimedOut
                | CardError::PadCancelled
                | CardError::NoPinPad
                | CardError::NoIssuerKeys
                | CardError::WrongIssuerKeys
                | CardError::AnotherCard
                | CardError::Transport(TransportError::NoPinPad),
            ) => before,
            // The PIN may have reached the card and the verdict been lost: think the worst, but
            // not that none is left, for only the card can say that.
            Err(_) => before.map(|left| left.saturating_sub(1).max(1)),
        };
        if let Some(left) = left {
            if known.len() >= MAX_CARDS {
                known.pop_front();
            }
            known.push_back((hash, left));
        }
    }

    fn hash(&self, certificate: &[u8]) -> Result<CardHash, ErrorStack> {
        let key = PKey::hmac(&self.key)?;
        let mut hash = [0; 32];
        Signer::new(MessageDigest::sha256(), &key)?.sign_oneshot(&mut hash, certificate)?;
        Ok(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_card_that_was_silent_for_longest_is_let_go_of_and_no_other() {
        let tries = Tries::new([7; 32]);
        let wrong = |left| Err(CardError::WrongPin { tries_left: Some(left) });
        for card in 0..=MAX_CARDS {
            tries.note(&card.to_be_bytes(), &wrong(2));
            tries.note(&1_usize.to_be_bytes(), &wrong(1));
        }
        assert_eq!(tries.left(&0_usize.to_be_bytes()), None);
        assert_eq!(tries.left(&1_usize.to_be_bytes()), Some(1));
        assert_eq!(tries.left(&MAX_CARDS.to_be_bytes()), Some(2));
        tries.note(&1_usize.to_be_bytes(), &Ok(()));
        assert_eq!(tries.left(&1_usize.to_be_bytes()), None, "a right PIN restores all");
    }
}
