//! A card that makes up every answer, whatever it is asked.

use ankong_card::{Transport, TransportError};

use crate::Choices;

/// The answers still to come; when there are none left, the card is gone.
pub(crate) struct MadeUp<'a>(pub(crate) Choices<'a>);

impl Transport for MadeUp<'_> {
    /// Half of the answers say that all went well, for a driver stops at most others.
    fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, TransportError> {
        let kind = self.0.byte().ok_or(TransportError::Removed)?;
        let length = self.0.byte().unwrap_or_default();
        let mut answer = self.0.bytes(usize::from(length)).to_vec();
        match kind {
            0..0x80 => answer.extend([0x90, 0x00]),
            0x80.. => answer.extend(self.0.bytes(2)),
        }
        Ok(answer)
    }
}
