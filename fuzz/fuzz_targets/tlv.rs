//! Any bytes as BER-TLV.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    ankong_hostile::targets::tlv(bytes);
});
