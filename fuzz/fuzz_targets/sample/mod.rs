//! What the targets of the verification library begin with: a vector that is in order, and changes to it.
#![allow(dead_code, reason = "each target uses its own part of this module")]

use std::sync::Arc;

use ankong_verify::{Origin, Trust, TrustBuilder, Verifier};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A vector file of `crates/verify/tests/data`.
pub struct Sample(Value);

impl Sample {
    pub fn read(json: &str) -> Self {
        Self(serde_json::from_str(json).unwrap())
    }

    pub fn text(&self, pointer: &str) -> &str {
        self.0.pointer(pointer).and_then(Value::as_str).unwrap()
    }

    pub fn bytes(&self, pointer: &str) -> Vec<u8> {
        BASE64_STANDARD.decode(self.text(pointer)).unwrap()
    }

    pub fn now(&self) -> OffsetDateTime {
        OffsetDateTime::parse(self.text("/now"), &Rfc3339).unwrap()
    }

    pub fn trust(&self) -> TrustBuilder {
        let pinned = self.text("/trust/anchors/0/sha256").parse().unwrap();
        Trust::builder()
            .anchor(&self.bytes("/trust/anchors/0/certificate"), pinned)
            .intermediate(&self.bytes("/trust/intermediates/0"))
    }

    pub fn verifier(&self, trust: TrustBuilder) -> Verifier {
        let origin = Origin::parse(self.text("/sign-in/origin")).unwrap();
        Verifier::new(origin, Arc::new(trust.build().unwrap()))
    }
}

/// Half of the inputs are taken as they are; the others change the sample: two octets say where, one what.
pub fn changed(sample: &[u8], input: &[u8]) -> Vec<u8> {
    let Some((first, rest)) = input.split_first() else { return Vec::new() };
    if first % 2 == 0 {
        return rest.to_vec();
    }
    let mut changed = sample.to_vec();
    for edit in rest.chunks_exact(3) {
        let at = usize::from(u16::from_be_bytes([edit[0], edit[1]]));
        if let Some(octet) = changed.get_mut(at) {
            *octet = edit[2];
        } else {
            changed.truncate(at % (changed.len() + 1));
        }
    }
    changed
}
