//! A token that is in order passes; every flaw has its own error.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what the tests share stands outside of #[test] functions"
)]

use ankong_verify::{AlgorithmError, BuildError, SubjectIdentity, Verifier, VerifyError};
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
    CA, CARD_KEY, Card, DECADE, NAME, NOW, ORIGIN, OTHER_CA, POLICY, ROOT, SERIAL, authority,
};

mod certificate;
mod chain;
mod subject;
mod support;
mod token;

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
    let shown = format!("{identity:?}");
    assert!(!shown.contains(NAME) && !shown.contains(SERIAL) && !shown.contains("6789"));
}

#[test]
fn a_wrong_configuration_is_noticed_at_the_start() {
    let leaf = Card::default().certificate().to_der().unwrap();
    let of =
        |origin: &str, der: &[u8]| Verifier::builder(origin).anchor(der).build().err().unwrap();
    assert!(matches!(of("http://localhost", &ROOT.der()), BuildError::Origin(_)));
    assert!(matches!(of(ORIGIN, &leaf), BuildError::NotAnAuthority));
    assert!(matches!(of(ORIGIN, b"-----BEGIN"), BuildError::Certificate(_)));
    assert!(matches!(Verifier::builder(ORIGIN).build(), Err(BuildError::NoAnchor)));
    let weak = authority("弱", &weak_key(), None, None, (NOW - DECADE, NOW + DECADE), &[]);
    assert!(matches!(
        of(ORIGIN, &weak.to_der().unwrap()),
        BuildError::Key(AlgorithmError::Exponent)
    ));
    let servers = ExtendedKeyUsage::new().critical().server_auth().build().unwrap();
    let servers = authority("伺", &CARD_KEY, None, None, (NOW - DECADE, NOW + DECADE), &[servers]);
    assert!(matches!(of(ORIGIN, &servers.to_der().unwrap()), BuildError::NotAnAuthority));
    for policy in ["2.16.886.101.0.3.3 ", "2.16.886.101.0.03.3", "9.9", "moica", ""] {
        let built = Verifier::builder(ORIGIN).anchor(&ROOT.der()).policy(policy).build();
        assert!(matches!(built, Err(BuildError::Policy { .. })), "{policy:?}");
    }
}

#[test]
fn the_real_authorities_can_be_configured() {
    let read = |name| std::fs::read(format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR")));
    let (root, moica) = (read("GRCA-G3.cer").unwrap(), read("MOICA-G3.cer").unwrap());
    assert!(
        Verifier::builder("https://id.taipei").anchor(&root).intermediate(&moica).build().is_ok()
    );
}

fn weak_key() -> PKey<Private> {
    PKey::from_rsa(Rsa::generate_with_e(2048, &BigNum::from_u32(3).unwrap()).unwrap()).unwrap()
}

fn verifier() -> Verifier {
    let both = Verifier::builder(ORIGIN).anchor(&ROOT.der()).intermediate(&CA.der());
    both.intermediate(&OTHER_CA.der()).policy(POLICY).build().unwrap()
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
    judgement
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
