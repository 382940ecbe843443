//! The PIN of both generations: which characters, how it is filled up, what the card says to it.

use zeroize::Zeroizing;

use crate::card::PinRule;
use crate::{CardError, Pin};

/// Characters a PIN of these cards may have.
pub(super) const RULE: PinRule = PinRule { min: 6, max: 8 };
/// PIN reference, the P2 of VERIFY.
pub(super) const REFERENCE: u8 = 0x01;
/// Length of the PIN field, bytes.
pub(super) const FIELD: usize = 10;

/// The PIN field: ASCII, then `FF`.
///
/// # Errors
/// [`CardError::PinLength`].
pub(super) fn field(pin: &Pin) -> Result<Zeroizing<[u8; FIELD]>, CardError> {
    if !RULE.admits(pin) {
        return Err(CardError::PinLength { min: RULE.min, max: RULE.max });
    }
    let mut field = Zeroizing::new([0xFF; FIELD]);
    for (to, from) in field.iter_mut().zip(pin.expose()) {
        *to = *from;
    }
    Ok(field)
}
