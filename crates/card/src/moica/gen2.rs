//! The second generation: a GlobalPlatform card, PIN and signature under SCP03.

use super::IssuerKeys;
use crate::card::Card;
use crate::{CardError, Channel};

/// Reads the card in the channel; `None` when it is no second-generation card.
///
/// # Errors
/// The channel failed or a file makes no sense.
pub(crate) fn open(
    _channel: &mut Channel<'_>,
    _keys: &IssuerKeys,
) -> Result<Option<Box<dyn Card>>, CardError> {
    Ok(None)
}
