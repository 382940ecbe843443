//! Who issued the certificate.

use ankong_verify::{ChainError, Verifier, VerifyError};
use base64::{Engine, prelude::BASE64_STANDARD};
use openssl::hash::MessageDigest;

use crate::{
    CHALLENGE, refused,
    support::{Authority, CA, Card, NOW, ORIGIN, OTHER_CA, ROOT},
    verify,
};

#[test]
fn either_of_two_authorities_with_one_name_is_found_by_its_key() {
    let card = Card { issuer: &OTHER_CA, signer: &OTHER_CA.key, ..Card::default() };
    assert!(verify(&card.token(ORIGIN, CHALLENGE)).is_ok());
}

#[test]
fn an_authority_with_the_right_name_and_a_foreign_key_is_unknown() {
    let foreign = Authority::new("測試憑證管理中心", Some(&ROOT), Some(0));
    let error = refused(&Card { issuer: &foreign, signer: &foreign.key, ..Card::default() });
    assert!(matches!(error, VerifyError::Chain(ChainError::UnknownIssuer { .. })), "{error:?}");
}

#[test]
fn a_certificate_that_names_one_authority_and_is_signed_by_its_namesake_is_refused() {
    let error = refused(&Card { issuer: &CA, signer: &OTHER_CA.key, ..Card::default() });
    assert!(matches!(error, VerifyError::Chain(ChainError::NotSigned { .. })), "{error:?}");
}

#[test]
fn a_certificate_that_vouches_for_itself_is_refused() {
    let own = Authority::new("王曉明", None, None);
    let mut token = Card::default().token(ORIGIN, CHALLENGE);
    token["unverifiedCertificate"] = BASE64_STANDARD.encode(own.der()).into();
    let error = verify(&token).unwrap_err();
    assert!(matches!(error, VerifyError::Chain(ChainError::SelfSigned)), "{error:?}");
}

#[test]
fn a_certificate_signed_with_sha_1_is_refused() {
    let error = refused(&Card { digest: MessageDigest::sha1(), ..Card::default() });
    let VerifyError::Chain(ChainError::SignatureAlgorithm { oid }) = error else {
        panic!("{error:?}")
    };
    assert_eq!(oid, "1.2.840.113549.1.1.5");
}

#[test]
fn an_authority_below_one_that_allows_none_is_refused() {
    let below = Authority::new("下層憑證管理中心", Some(&CA), None);
    let verifier = Verifier::builder(ORIGIN).anchor(&ROOT.der()).intermediate(&CA.der());
    let verifier = verifier.intermediate(&below.der()).build().unwrap();
    let card = Card { issuer: &below, signer: &below.key, ..Card::default() };
    let token = card.token(ORIGIN, CHALLENGE).to_string();
    let error = verifier.verify(token.as_bytes(), CHALLENGE, NOW).unwrap_err();
    assert!(
        matches!(error, VerifyError::Chain(ChainError::PathLength { allowed: 0, .. })),
        "{error:?}"
    );
}

#[test]
fn an_intermediate_is_not_trusted_by_itself() {
    let verifier = Verifier::builder(ORIGIN).anchor(&Authority::new("他根", None, None).der());
    let verifier = verifier.intermediate(&CA.der()).build().unwrap();
    let token = Card::default().token(ORIGIN, CHALLENGE).to_string();
    let error = verifier.verify(token.as_bytes(), CHALLENGE, NOW).unwrap_err();
    assert!(matches!(error, VerifyError::Chain(ChainError::UnknownIssuer { .. })), "{error:?}");
}
