//! The bodies of all calls.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = ankong_hostile_pages::targets::json(bytes);
});
