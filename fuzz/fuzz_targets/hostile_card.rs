//! A card that makes up every answer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    ankong_hostile::targets::made_up(bytes);
});
