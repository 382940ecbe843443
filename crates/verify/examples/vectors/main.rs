//! Makes the vector files in tests/data anew, with keys that are gone afterwards:
//! `cargo run -p ankong-verify --example vectors`. What was published by others stays.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a developer's program: whatever goes wrong ends it"
)]

#[path = "../../tests/verify/case.rs"]
mod case;
mod documents;
mod responses;
mod revocation;
#[path = "../../tests/verify/support/mod.rs"]
mod support;
mod tokens;

use std::{fs, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use case::{Anchor, Case, List, SignIn, Subject, Trusted};
use openssl::x509::X509;
use support::{Authority, CA, Card, NAME, NATURAL_PERSON, NOW, ORIGIN, POLICY, ROOT, SERIAL};
use time::format_description::well_known::Rfc3339;

const CHALLENGE: &str = "jZ0CzXVYpvj6SMnKMkOUbYYRmXgPCWnFOfQ7jAyHDTM=";

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    for kind in ["token", "document"] {
        for entry in fs::read_dir(folder.join(kind)).unwrap() {
            let path = entry.unwrap().path();
            let case: Case = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            if case.source.is_none() {
                fs::remove_file(path).unwrap();
            }
        }
    }
    let mut vectors = Vectors(Vec::new());
    tokens::add(&mut vectors);
    revocation::add(&mut vectors);
    responses::add(&mut vectors);
    documents::add(&mut vectors);
    for (name, case) in &vectors.0 {
        let kind = if case.document.is_some() { "document" } else { "token" };
        let path = folder.join(kind).join(format!("{name}.json"));
        assert!(!path.exists(), "{name} is there twice");
        fs::write(path, serde_json::to_string_pretty(case).unwrap() + "\n").unwrap();
    }
    println!("{} vectors", vectors.0.len());
}

/// All cases, by the names of their files.
struct Vectors(Vec<(String, Case)>);

impl Vectors {
    /// A sign-in that comes out as `expect`.
    fn add(&mut self, name: &str, expect: &str, about: &str, case: Case) {
        let subject = (expect == "ok").then(|| Subject {
            name: NAME.to_owned(),
            serial_number: SERIAL.to_owned(),
            last_four: Some("6789".to_owned()),
        });
        let (about, expect) = (about.to_owned(), expect.to_owned());
        self.0.push((name.to_owned(), Case { about, expect, subject, ..case }));
    }
}

/// What is trusted: the root, and one authority below it; nobody is asked about revocation.
fn trusted() -> Trusted {
    Trusted {
        anchors: vec![anchor(&ROOT)],
        intermediates: vec![base64(&CA.der())],
        policy: Some(POLICY.to_owned()),
        subject_type: Some(NATURAL_PERSON.to_owned()),
        subject_form: "moica".to_owned(),
        without_revocation: true,
    }
}

fn anchor(authority: &Authority) -> Anchor {
    Anchor {
        certificate: base64(&authority.der()),
        sha256: authority.fingerprint().iter().map(|octet| format!("{octet:02x}")).collect(),
    }
}

/// A sign-in with this token where nobody is asked about revocation.
fn sign_in(token: String) -> Case {
    Case {
        now: NOW.format(&Rfc3339).unwrap(),
        trust: trusted(),
        sign_in: Some(SignIn {
            origin: ORIGIN.to_owned(),
            challenge: CHALLENGE.to_owned(),
            token,
            national_id: None,
        }),
        ..Case::default()
    }
}

fn of(card: &Card<'_>) -> Case {
    sign_in(card.token(ORIGIN, CHALLENGE).to_string())
}

/// The same, where these lists of this authority are fetched.
fn with_lists(case: Case, authority: &Authority, lists: &[Vec<u8>]) -> Case {
    let fetched = lists.iter().map(|list| base64(list)).collect();
    let lists = vec![List { authority: base64(&authority.der()), fetched }];
    let trust = Trusted { without_revocation: false, ..case.trust };
    Case { trust, lists, ..case }
}

/// A token with this certificate, which may be another than the one that was signed for.
fn token_with(card: &Card<'_>, certificate: &X509) -> String {
    let mut token = card.token(ORIGIN, CHALLENGE);
    token["unverifiedCertificate"] = base64(&certificate.to_der().unwrap()).into();
    token.to_string()
}

fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}
