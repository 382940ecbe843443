//! A card of files whose directories are changed: CDF, PrKDF, AODF, ODF, TokenInfo, EF.DIR.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    ankong_hostile::targets::files(bytes);
});
