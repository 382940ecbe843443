//! The entries of a list, sorted: 28 bytes each, so that 412,000 take 11.5 MB.

use time::OffsetDateTime;

use super::RevocationReason;

/// Most octets of a serial number, RFC 5280 §4.1.2.2.
pub(super) const SERIAL_OCTETS: usize = 20;

/// Right-aligned, so that numbers sort as numbers.
pub(super) type Serial = [u8; SERIAL_OCTETS];

/// One entry of a list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) serial: Serial,
    /// Seconds since 1970: enough until 2106.
    pub(super) since: u32,
    pub(super) reason: u8,
}

/// All entries of a list.
pub(super) struct Index {
    entries: Box<[Entry]>,
}

impl Index {
    pub(super) fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_unstable();
        Self { entries: entries.into_boxed_slice() }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// When and why. Of several entries for one number, one that is for good counts.
    pub(super) fn find(&self, serial: &Serial) -> Option<(OffsetDateTime, RevocationReason)> {
        let first = self.entries.partition_point(|entry| entry.serial < *serial);
        let of_it = self.entries.get(first..)?.iter().take_while(|entry| entry.serial == *serial);
        let hold = RevocationReason::CERTIFICATE_HOLD.0;
        let entry = of_it.min_by_key(|entry| entry.reason == hold)?;
        let since = OffsetDateTime::from_unix_timestamp(i64::from(entry.since)).ok()?;
        Some((since, RevocationReason(entry.reason)))
    }
}

/// The octets of a positive number, filled up on the left.
pub(super) fn serial(octets: &[u8]) -> Option<Serial> {
    let mut serial = [0; SERIAL_OCTETS];
    let start = SERIAL_OCTETS.checked_sub(octets.len())?;
    serial.get_mut(start..)?.copy_from_slice(octets);
    Some(serial)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u8, reason: u8) -> Entry {
        Entry { serial: serial(&[number]).unwrap(), since: u32::from(number), reason }
    }

    #[test]
    fn every_entry_is_found_and_no_other() {
        let index = Index::new([9, 3, 7, 1].map(|number| entry(number, 1)).to_vec());
        for number in 0..12 {
            let found = index.find(&serial(&[number]).unwrap());
            assert_eq!(found.is_some(), [1, 3, 7, 9].contains(&number), "{number}");
        }
        assert!(index.find(&serial(&[1, 1]).unwrap()).is_none());
        assert!(Index::new(Vec::new()).find(&serial(&[1]).unwrap()).is_none());
    }

    #[test]
    fn an_entry_that_is_for_good_counts_more_than_one_on_hold() {
        for reasons in [[6, 1], [1, 6]] {
            let index = Index::new(reasons.map(|reason| entry(5, reason)).to_vec());
            let (_, reason) = index.find(&serial(&[5]).unwrap()).unwrap();
            assert_eq!(reason, RevocationReason::KEY_COMPROMISE);
        }
    }

    #[test]
    fn an_entry_is_as_small_as_the_module_says() {
        assert_eq!(size_of::<Entry>(), 28);
        assert!(serial(&[1; 21]).is_none());
    }
}
