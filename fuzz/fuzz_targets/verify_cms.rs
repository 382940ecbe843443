//! Signed documents: whatever is changed in one that is believed, its content is not.
#![no_main]

mod sample;

use std::sync::{Arc, LazyLock};

use ankong_verify::CmsVerifier;
use sample::{Sample, changed};
use time::OffsetDateTime;

struct Case {
    verifier: CmsVerifier,
    now: OffsetDateTime,
    cms: Vec<u8>,
    content: Vec<u8>,
}

static CASE: LazyLock<Case> = LazyLock::new(|| {
    let sample = Sample::read(include_str!(
        "../../crates/verify/tests/data/document/ok-attached-rsa-256.json"
    ));
    let trust = sample.trust().without_revocation().build().unwrap();
    let (verifier, now) = (CmsVerifier::new(Arc::new(trust)), sample.now());
    let cms = sample.bytes("/document/cms");
    let content = verifier.verify_attached(&cms, now).unwrap().content;
    Case { verifier, now, cms, content }
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Case { verifier, now, cms, content } = &*CASE;
    let cms = changed(cms, input);
    if let Ok(signed) = verifier.verify_attached(&cms, *now) {
        assert_eq!(signed.content, *content);
    }
    let _ = verifier.verify_detached(&cms, content, *now);
});
