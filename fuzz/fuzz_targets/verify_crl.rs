//! Revocation lists: what is believed is the sample, byte for byte.
#![no_main]

mod sample;

use std::sync::LazyLock;

use ankong_verify::RevocationList;
use sample::{Sample, changed};

static SAMPLE: LazyLock<(Vec<u8>, Vec<u8>)> = LazyLock::new(|| {
    let sample = Sample::read(include_str!("../../crates/verify/tests/data/token/revoked.json"));
    (sample.bytes("/lists/0/authority"), sample.bytes("/lists/0/fetched/0"))
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let (authority, sample) = &*SAMPLE;
    let list = changed(sample, input);
    if RevocationList::read(list.as_slice(), authority).is_ok() {
        assert_eq!(list, *sample);
    }
});
