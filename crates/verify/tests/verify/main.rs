//! A token that is in order passes; every flaw has its own error.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what the tests share stands outside of #[test] functions"
)]

use std::sync::Arc;

use ankong_verify::{
    AlgorithmError, BuildError, Fingerprint, Origin, SubjectIdentity, Trust, TrustBuilder,
    Verifier, VerifyError, moica,
};
use openssl::{
    bn::BigNum,
    error::ErrorStack,
    pkey::{PKey, Private},
    rsa::Rsa,
    x509::extension::ExtendedKeyUsage,
};
use serde_json::Value;
use time::OffsetDateTime;

use support::{
    Authority, CA, CARD_KEY, Card, DECADE, NAME, NOW, ORIGIN, OTHER_CA, POLICY, ROOT, SERIAL,
    authority,
};

mod case;
mod certificate;
mod chain;
mod http;
mod id_check;
mod lists;
mod peers;
mod subject;
mod support;
mod token;
mod vectors;

const CHALLENGE: &str = "jZ0CzXVYpvj6SMnKMkOUbYYRmXgPCWnFOfQ7jAyHDTM=";

#[test]
fn a_token_that_is_in_order_tells_who_it_is() {
    let card = Card::default();
    let identity = verify(&card.token(ORIGIN, CHALLENGE)).unwrap();
    assert_eq!(identity.name, NAME);
    assert_eq!(identity.serial_number, SERIAL);
    assert_eq!(identity.last_four.as_deref(), Some("6789"));
    assert_eq!(identity.subject_type.as_deref(), Some("2.16.886.1.100.3.1.1"));
    assert_eq!(identity.not_after, card.validity.1);
    // Digits of the fingerprint can be those of anybody.
    let fingerprint = format!("{:?}", identity.certificate_fingerprint);
    let shown = format!("{identity:?}").replace(&fingerprint, "");
    assert!(!shown.contains(NAME) && !shown.contains(SERIAL) && !shown.contains("6789"));
}

#[test]
fn a_wrong_configuration_is_noticed_at_the_start() {
    let leaf = Card::default().certificate().to_der().unwrap();
    let of = |der: &[u8]| {
        let trust = Trust::builder().anchor(der, Fingerprint::of(der)).without_revocation();
        trust.build().err().unwrap()
    };
    assert!(matches!(of(&leaf), BuildError::NotAnAuthority));
    assert!(matches!(of(b"-----BEGIN"), BuildError::Certificate(_)));
    assert!(matches!(Trust::builder().build(), Err(BuildError::NoAnchor)));
    let weak = authority("弱", &weak_key(), None, None, (NOW - DECADE, NOW + DECADE), &[]);
    let weak = of(&weak.to_der().unwrap());
    assert!(matches!(weak, BuildError::Key(AlgorithmError::Exponent)));
    let servers = ExtendedKeyUsage::new().critical().server_auth().build().unwrap();
    let servers = authority("伺", &CARD_KEY, None, None, (NOW - DECADE, NOW + DECADE), &[servers]);
    assert!(matches!(of(&servers.to_der().unwrap()), BuildError::NotAnAuthority));
    for oid in ["2.16.886.101.0.3.3 ", "2.16.886.101.0.03.3", "9.9", "moica", ""] {
        for trust in [trusted(&ROOT).policy(oid), trusted(&ROOT).subject_type(oid)] {
            let built = trust.without_revocation().build();
            assert!(matches!(built, Err(BuildError::ObjectIdentifier { .. })), "{oid:?}");
        }
    }
}

#[test]
fn an_anchor_has_to_be_the_one_that_is_pinned() {
    let other = Fingerprint::of(&CA.der());
    let built = Trust::builder().anchor(&ROOT.der(), other).without_revocation().build();
    assert!(matches!(built, Err(BuildError::Fingerprint { pinned, .. }) if pinned == other));
}

#[test]
fn the_real_authorities_can_be_configured() {
    let read = |name| std::fs::read(format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR")));
    let (root, authority) = (read("GRCA-G3.cer").unwrap(), read("MOICA-G3.cer").unwrap());
    assert_eq!(Fingerprint::of(&authority), moica::MOICA_G3);
    let trust = Trust::builder().anchor(&root, moica::GRCA_G3).intermediate(&authority);
    let trust = trust.policy(moica::POLICY).subject_type(moica::NATURAL_PERSON);
    assert!(trust.without_revocation().build().is_ok());
}

fn weak_key() -> PKey<Private> {
    PKey::from_rsa(Rsa::generate_with_e(2048, &BigNum::from_u32(3).unwrap()).unwrap()).unwrap()
}

/// Trusts this root.
fn trusted(root: &Authority) -> TrustBuilder {
    Trust::builder().anchor(&root.der(), Fingerprint::of(&root.der()))
}

/// Nobody is asked about revocation.
fn verifier_of(trust: TrustBuilder) -> Verifier {
    let trust = trust.without_revocation().build().unwrap();
    Verifier::new(Origin::parse(ORIGIN).unwrap(), Arc::new(trust))
}

fn verifier() -> Verifier {
    let both = trusted(&ROOT).intermediate(&CA.der()).intermediate(&OTHER_CA.der());
    verifier_of(both.policy(POLICY))
}

fn verify(token: &Value) -> Result<SubjectIdentity, VerifyError> {
    judge(&verifier(), token, NOW)
}

/// What the verifier says. Whatever it is, nothing may stay in OpenSSL's queue of errors: a TLS
/// connection that is served by the same thread would end with them.
fn judge(
    verifier: &Verifier,
    token: &Value,
    now: OffsetDateTime,
) -> Result<SubjectIdentity, VerifyError> {
    let token = token.to_string();
    ErrorStack::get();
    let judgement = verifier.verify(token.as_bytes(), CHALLENGE, now);
    let left = ErrorStack::get();
    assert!(left.errors().is_empty(), "{judgement:?} leaves {left:?}");
    judgement.map(|authenticated| authenticated.subject().clone())
}

fn refused(card: &Card<'_>) -> VerifyError {
    verify(&card.token(ORIGIN, CHALLENGE)).unwrap_err()
}

/// What comes of a token with one field exchanged.
fn with(field: &str, value: impl Into<Value>) -> VerifyError {
    let mut token = Card::default().token(ORIGIN, CHALLENGE);
    token[field] = value.into();
    verify(&token).unwrap_err()
}
