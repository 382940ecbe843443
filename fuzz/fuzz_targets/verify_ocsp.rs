//! OCSP responses, as a responder sends them.
#![no_main]

mod sample;

use std::{
    io::Write,
    sync::{Arc, LazyLock, Mutex},
};

use ankong_verify::{Fetch, FetchError, Get, Got, OcspSource, Post, Verifier};
use sample::{Sample, changed};
use time::OffsetDateTime;

struct Responder(Mutex<Vec<u8>>);

impl Fetch for Responder {
    fn get(&self, _: &Get<'_>, _: &mut dyn Write) -> Result<Got, FetchError> {
        Err(FetchError::TimedOut)
    }

    fn post(&self, _: &Post<'_>) -> Result<Vec<u8>, FetchError> {
        Ok(self.0.lock().unwrap().clone())
    }
}

struct Case {
    responder: Arc<Responder>,
    verifier: Verifier,
    now: OffsetDateTime,
    token: String,
    challenge: String,
    response: Vec<u8>,
}

static CASE: LazyLock<Case> = LazyLock::new(|| {
    let sample =
        Sample::read(include_str!("../../crates/verify/tests/data/token/ok-ocsp-appointed.json"));
    let responder = Arc::new(Responder(Mutex::default()));
    let source = OcspSource::new(&sample.bytes("/ocsp/authority"), responder.clone()).unwrap();
    Case {
        verifier: sample.verifier(sample.trust().ocsp(source.with_optional_nonce())),
        responder,
        now: sample.now(),
        token: sample.text("/sign-in/token").to_owned(),
        challenge: sample.text("/sign-in/challenge").to_owned(),
        response: sample.bytes("/ocsp/response"),
    }
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Case { responder, verifier, now, token, challenge, response } = &*CASE;
    let response = changed(response, input);
    let empty = response.is_empty();
    *responder.0.lock().unwrap() = response;
    let judged = verifier.verify(token.as_bytes(), challenge, *now);
    assert!(!empty || judged.is_err());
});
