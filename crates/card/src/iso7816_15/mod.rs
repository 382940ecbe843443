//! Cards with the cryptographic information application of ISO/IEC 7816-15.

use crate::card::Card;
use crate::{CardError, Channel};

/// Reads the card in the channel; `None` when it has no such application.
///
/// # Errors
/// The channel failed or a file makes no sense.
pub(crate) fn open(_channel: &mut Channel<'_>) -> Result<Option<Box<dyn Card>>, CardError> {
    Ok(None)
}
