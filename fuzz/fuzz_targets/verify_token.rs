//! Tokens and the certificates in them: whatever is changed in one that is believed, its holder is not.
#![no_main]

mod sample;

use std::sync::LazyLock;

use ankong_verify::Verifier;
use base64::{Engine, prelude::BASE64_STANDARD};
use sample::{Sample, changed};
use serde_json::Value;
use time::OffsetDateTime;

struct Case {
    verifier: Verifier,
    now: OffsetDateTime,
    token: Value,
    challenge: String,
    name: String,
}

static CASE: LazyLock<Case> = LazyLock::new(|| {
    let sample = Sample::read(include_str!("../../crates/verify/tests/data/token/ok-rs256.json"));
    Case {
        verifier: sample.verifier(sample.trust().without_revocation()),
        now: sample.now(),
        token: serde_json::from_str(sample.text("/sign-in/token")).unwrap(),
        challenge: sample.text("/sign-in/challenge").to_owned(),
        name: sample.text("/subject/name").to_owned(),
    }
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Case { verifier, now, token, challenge, name } = &*CASE;
    let certificate = token["unverifiedCertificate"].as_str().unwrap();
    let certificate = changed(&BASE64_STANDARD.decode(certificate).unwrap(), input);
    let mut other = token.clone();
    other["unverifiedCertificate"] = BASE64_STANDARD.encode(certificate).into();
    let text = changed(token.to_string().as_bytes(), input);
    for token in [other.to_string().into_bytes(), text] {
        if let Ok(judged) = verifier.verify(&token, challenge, *now) {
            assert_eq!(judged.subject().name, *name);
        }
    }
});
