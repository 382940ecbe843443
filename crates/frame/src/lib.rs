//! Frames on a pipe between two of our processes: a kind byte, a length of two bytes (big endian),
//! the payload. Written whole, read with a bound, wiped afterwards: a payload may be a PIN.
//!
//! Refuses to know what a kind means.

use std::io::{self, Read, Write};

use zeroize::{Zeroize, Zeroizing};

/// A frame that could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The other side is gone, or the pipe failed.
    #[error("the pipe to the other process failed")]
    Pipe(#[from] io::Error),
    /// A kind this version does not know, or one that flows the other way.
    #[error("a frame of unknown kind {0:02X}")]
    Kind(u8),
    /// The payload is not what its kind promises.
    #[error("a malformed frame of kind {0:02X}")]
    Payload(u8),
    /// More than 65,535 bytes do not fit a frame.
    #[error("a frame of {0} bytes is too long")]
    TooLong(usize),
}

/// Sends one frame.
///
/// # Errors
/// The pipe failed, or the payload has more than 65,535 bytes.
pub fn write(pipe: &mut impl Write, kind: u8, payload: &[u8]) -> Result<(), FrameError> {
    let length = u16::try_from(payload.len()).map_err(|_| FrameError::TooLong(payload.len()))?;
    let [high, low] = length.to_be_bytes();
    let mut frame = Zeroizing::new(Vec::with_capacity(3 + payload.len()));
    frame.extend([kind, high, low]);
    frame.extend_from_slice(payload);
    pipe.write_all(&frame)?;
    Ok(pipe.flush()?)
}

/// Waits for one frame: its kind and its payload.
///
/// # Errors
/// The pipe failed or ended.
pub fn read(pipe: &mut impl Read) -> Result<(u8, Zeroizing<Vec<u8>>), FrameError> {
    let mut header = [0; 3];
    pipe.read_exact(&mut header)?;
    let [kind, high, low] = header;
    let mut payload = Zeroizing::new(vec![0; usize::from(u16::from_be_bytes([high, low]))]);
    if let Err(error) = pipe.read_exact(&mut payload) {
        payload.zeroize();
        return Err(error.into());
    }
    Ok((kind, payload))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_comes_back_as_it_was_sent_and_half_a_frame_does_not() {
        let mut pipe = Vec::new();
        write(&mut pipe, b'x', b"abc").unwrap();
        assert_eq!(pipe, b"x\0\x03abc");
        let (kind, payload) = read(&mut &pipe[..]).unwrap();
        assert_eq!((kind, payload.as_slice()), (b'x', &b"abc"[..]));
        assert!(matches!(read(&mut &pipe[..5]), Err(FrameError::Pipe(_))));
        assert!(matches!(read(&mut &pipe[..2]), Err(FrameError::Pipe(_))));
    }

    #[test]
    fn a_payload_that_the_length_cannot_tell_is_not_sent() {
        let mut pipe = Vec::new();
        assert!(matches!(write(&mut pipe, b'x', &[0; 65_536]), Err(FrameError::TooLong(65_536))));
        assert!(pipe.is_empty());
    }
}
