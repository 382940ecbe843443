//! A card whose answers are changed on the way: PIV.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    ankong_hostile::targets::tampered(ankong_hostile::Subject::PivOnP256, bytes);
});
