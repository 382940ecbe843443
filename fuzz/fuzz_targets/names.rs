//! Origins, lines of a list of them, and hosts.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    ankong_hostile_pages::targets::names(bytes);
});
