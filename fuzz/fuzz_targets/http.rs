//! All that comes on one connection to the door, without TLS.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    ankong_hostile_pages::targets::http(bytes);
});
