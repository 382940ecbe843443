//! PIV, NIST SP 800-73-4.

use crate::card::Card;
use crate::{CardError, Channel};

/// Reads the card in the channel; `None` when it has no PIV application.
///
/// # Errors
/// The channel failed or an object makes no sense.
pub(crate) fn open(_channel: &mut Channel<'_>) -> Result<Option<Box<dyn Card>>, CardError> {
    Ok(None)
}
