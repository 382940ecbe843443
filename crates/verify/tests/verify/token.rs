//! What the token says of itself: form, algorithm, signature.

use ankong_verify::{AlgorithmError, TokenError, VerifyError};
use base64::{Engine, prelude::BASE64_STANDARD};
use openssl::bn::BigNum;
use serde_json::json;

use crate::{
    CHALLENGE, refused,
    support::{Card, ORIGIN, elliptic, rsa},
    verify, with,
};

#[test]
fn the_form_of_a_token_is_checked_first() {
    use TokenError as E;
    let token = |error| match error {
        VerifyError::Token(error) => error,
        other => panic!("{other:?}"),
    };
    assert!(
        matches!(token(with("format", "web-eid:2.0")), E::Format { found } if found == "web-eid:2.0")
    );
    assert!(matches!(token(with("format", 1)), E::NotJson { .. }));
    assert!(matches!(token(with("signature", "§")), E::NotBase64 { field: "signature" }));
    assert!(matches!(
        token(with("unverifiedCertificate", "*")),
        E::NotBase64 { field: "unverifiedCertificate" }
    ));
    let long = "x".repeat(17 * 1024);
    assert!(matches!(token(with("appVersion", long)), E::TooLarge { limit: 16384, .. }));
    for field in ["format", "unverifiedCertificate", "algorithm", "signature"] {
        let mut missing = Card::default().token(ORIGIN, CHALLENGE);
        missing.as_object_mut().unwrap().remove(field);
        assert!(matches!(token(verify(&missing).unwrap_err()), E::NotJson { .. }), "{field}");
    }
}

#[test]
fn fields_that_prove_nothing_are_passed_over() {
    let mut token = Card::default().token(ORIGIN, CHALLENGE);
    token["unverifiedSigningCertificates"] = json!([{"certificate": "AAAA"}]);
    assert!(verify(&token).is_ok());
}

#[test]
fn a_signature_for_another_origin_or_challenge_is_refused() {
    let card = Card::default();
    for (origin, challenge) in [("https://evil.example", CHALLENGE), (ORIGIN, "another challenge")]
    {
        let error = verify(&card.token(origin, challenge)).unwrap_err();
        assert!(matches!(error, VerifyError::Signature), "{error:?}");
    }
}

#[test]
fn a_signature_that_was_touched_is_refused() {
    let token = Card::default().token(ORIGIN, CHALLENGE);
    let bytes = BASE64_STANDARD.decode(token["signature"].as_str().unwrap()).unwrap();
    let mut flipped = bytes.clone();
    flipped[100] ^= 1;
    for other in [flipped, bytes[..255].to_vec(), [&bytes[..], &[0]].concat(), vec![0; 256], vec![]]
    {
        let error = with("signature", BASE64_STANDARD.encode(&other));
        assert!(matches!(error, VerifyError::Signature), "{} bytes: {error:?}", other.len());
    }
}

#[test]
fn the_certificate_of_another_card_does_not_fit_the_signature() {
    let key = rsa(2048);
    let other = Card { key: &key, ..Card::default() }.token(ORIGIN, CHALLENGE);
    let error = with("unverifiedCertificate", other["unverifiedCertificate"].clone());
    assert!(matches!(error, VerifyError::Signature), "{error:?}");
}

#[test]
fn the_token_does_not_choose_the_algorithm() {
    for name in ["none", "ES256", "RS128", "HS256", "rs256", "RS", ""] {
        let error = with("algorithm", name);
        let VerifyError::Algorithm(AlgorithmError::NotAccepted { found }) = error else {
            panic!("{error:?}")
        };
        assert_eq!(found, name);
    }
}

#[test]
fn a_short_key_is_refused() {
    let key = rsa(1024);
    let error = refused(&Card { key: &key, ..Card::default() });
    let expected = AlgorithmError::KeySize { bits: 1024 };
    assert!(matches!(&error, VerifyError::Algorithm(e) if *e == expected), "{error:?}");
}

#[test]
fn a_key_on_a_curve_of_no_token_is_refused() {
    let key = elliptic(openssl::nid::Nid::SECP256K1);
    let error = refused(&Card { key: &key, ..Card::default() });
    assert!(matches!(error, VerifyError::Algorithm(AlgorithmError::KeyType)), "{error:?}");
}

/// With the exponent 1 a signature is its own padding, so that anybody can write one.
#[test]
fn a_public_exponent_that_is_even_or_too_small_or_too_large_is_refused() {
    let large = hex::decode(format!("1{}1", "0".repeat(66))).unwrap();
    let exponents = [1_u32, 2, 3, 65535, 65536].map(|e| BigNum::from_u32(e).unwrap());
    for exponent in exponents.into_iter().chain([BigNum::from_slice(&large).unwrap()]) {
        let shown = exponent.to_string();
        let error = refused(&Card { exponent: Some(exponent), ..Card::default() });
        let expected = AlgorithmError::Exponent;
        assert!(
            matches!(&error, VerifyError::Algorithm(e) if *e == expected),
            "{shown}: {error:?}"
        );
    }
}
