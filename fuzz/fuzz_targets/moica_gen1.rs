//! A card whose answers are changed on the way: MOICA, first generation.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    ankong_hostile::targets::tampered(ankong_hostile::Subject::MoicaGen1, bytes);
});
