//! Who issued the certificate.

use ankong_verify::{ChainError, Position, ValidityError, VerifyError};
use base64::{Engine, prelude::BASE64_STANDARD};
use openssl::{hash::MessageDigest, x509::X509};
use time::Duration;

use crate::{
    CHALLENGE, judge, refused,
    support::{Authority, CA, Card, DECADE, NOW, ORIGIN, OTHER_CA, ROOT, Validity},
    trusted, verifier_of, verify,
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
    let trust = trusted(&ROOT).intermediate(&CA.der()).intermediate(&below.der());
    let verifier = verifier_of(trust);
    let card = Card { issuer: &below, signer: &below.key, ..Card::default() };
    let token = card.token(ORIGIN, CHALLENGE);
    let error = judge(&verifier, &token, NOW).unwrap_err();
    assert!(
        matches!(error, VerifyError::Chain(ChainError::PathLength { allowed: 0, .. })),
        "{error:?}"
    );
}

#[test]
fn an_intermediate_is_not_trusted_by_itself() {
    let other = Authority::new("他根", None, None);
    let verifier = verifier_of(trusted(&other).intermediate(&CA.der()));
    let token = Card::default().token(ORIGIN, CHALLENGE);
    let error = judge(&verifier, &token, NOW).unwrap_err();
    assert!(matches!(error, VerifyError::Chain(ChainError::UnknownIssuer { .. })), "{error:?}");
}

/// Judges a usual card where these are the certificates of the authority.
fn judge_with(intermediates: &[X509]) -> Result<(), VerifyError> {
    let mut trust = trusted(&ROOT);
    for intermediate in intermediates {
        trust = trust.intermediate(&intermediate.to_der().unwrap());
    }
    let token = Card::default().token(ORIGIN, CHALLENGE);
    judge(&verifier_of(trust), &token, NOW).map(|_| ())
}

#[test]
fn of_several_certificates_of_one_authority_the_one_that_leads_to_an_anchor_is_found() {
    let good = CA.certificate.clone();
    let old = CA.again(&ROOT, (NOW - DECADE, NOW - Duration::DAY));
    let of_a_stranger = CA.again(&Authority::new("他根", None, None), always());
    let of_a_namesake = CA.again(&Authority::new("測試根憑證管理中心", None, None), always());
    for other in [old, of_a_stranger, of_a_namesake] {
        assert!(judge_with(&[other.clone(), good.clone()]).is_ok());
        assert!(judge_with(&[good.clone(), other]).is_ok());
    }
}

#[test]
fn where_no_way_leads_to_an_anchor_the_one_that_came_farthest_is_told() {
    let old = CA.again(&ROOT, (NOW - DECADE, NOW - Duration::DAY));
    let of_a_stranger = CA.again(&Authority::new("他根", None, None), always());
    for both in [[old.clone(), of_a_stranger.clone()], [of_a_stranger.clone(), old]] {
        let error = judge_with(&both).unwrap_err();
        assert!(
            matches!(
                error,
                VerifyError::Validity(ValidityError::Expired { position: Position::Issuer(_), .. })
            ),
            "{error:?}"
        );
    }
    let error = judge_with(&[of_a_stranger]).unwrap_err();
    assert!(matches!(error, VerifyError::Chain(ChainError::UnknownIssuer { .. })), "{error:?}");
}

#[test]
fn authorities_that_sign_each_other_in_a_circle_end_the_search() {
    let circle = [CA.again(&OTHER_CA, always()), OTHER_CA.again(&CA, always())];
    let many: Vec<X509> = (0..8).flat_map(|_| circle.clone()).collect();
    let error = judge_with(&many).unwrap_err();
    assert!(matches!(error, VerifyError::Chain(_)), "{error:?}");
}

fn always() -> Validity {
    (NOW - DECADE, NOW + DECADE)
}
