//! How long a message is tried for.

use std::{num::NonZeroU16, time::Duration};

use super::SendingError;
use crate::store::CODE_LIFETIME;

/// So many tries after the first at the most.
const MOST_RETRIES: usize = 5;

/// How patient one try is, and how long it is until the next.
pub(crate) struct Pace {
    /// For one try, from the first look-up of the name to the last word of the server.
    pub(crate) patience: Duration,
    /// Before the second try, before the third, and so on.
    pub(crate) pauses: Vec<Duration>,
}

impl Pace {
    /// # Errors
    /// More tries than allowed, or after the code is out of date.
    pub(crate) fn of(patience: NonZeroU16, retries: &[u16]) -> Result<Self, SendingError> {
        let pauses: Vec<_> = retries.iter().map(|s| Duration::from_secs((*s).into())).collect();
        let patience = Duration::from_secs(patience.get().into());
        let whole = pauses.iter().sum::<Duration>() + patience;
        if pauses.len() > MOST_RETRIES || whole > lifetime() {
            return Err(SendingError::Pace);
        }
        Ok(Self { patience, pauses })
    }
}

/// A message is worth nothing any more when its code is not.
pub(crate) fn lifetime() -> Duration {
    CODE_LIFETIME.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_tried_for_longer_than_its_code_is_good() {
        let of = |patience: u16, retries: &[u16]| Pace::of(patience.try_into().unwrap(), retries);
        assert_eq!(of(20, &[5, 30]).unwrap().pauses, [5, 30].map(Duration::from_secs));
        assert!(of(20, &[280]).is_ok());
        assert!(matches!(of(21, &[280]), Err(SendingError::Pace)));
        assert!(matches!(of(1, &[1; 6]), Err(SendingError::Pace)));
    }
}
