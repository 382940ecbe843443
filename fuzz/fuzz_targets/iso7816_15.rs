//! A card whose answers are changed on the way: ISO/IEC 7816-15.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    ankong_hostile::targets::tampered(ankong_hostile::Subject::Iso7816Part15OnP256, bytes);
});
