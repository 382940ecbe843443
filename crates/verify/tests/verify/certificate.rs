//! What the card's certificate allows, and when.

use ankong_verify::{
    CertificateError, ChainError, KeyUsageError, Position, ValidityError, VerifyError,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use openssl::x509::{
    X509Extension,
    extension::{BasicConstraints, ExtendedKeyUsage, KeyUsage},
};
use time::Duration;

use crate::{
    CHALLENGE, judge, refused,
    support::{CA, Card, NOW, ORIGIN, POLICY, ROOT, SERIAL, extension},
    trusted, verifier, verifier_of, verify, with,
};

#[test]
fn a_certificate_that_was_touched_is_refused() {
    let der = Card::default().certificate().to_der().unwrap();
    let refuse = |der: &[u8]| with("unverifiedCertificate", BASE64_STANDARD.encode(der));
    let mut renamed = der.clone();
    let at = der.windows(16).position(|part| part == SERIAL.as_bytes()).unwrap();
    renamed[at] = b'9';
    let error = refuse(&renamed);
    assert!(matches!(error, VerifyError::Chain(ChainError::NotSigned { .. })), "{error:?}");
    for broken in [&[&der[..], &[0]].concat(), &der[1..].to_vec(), &der[..200].to_vec(), &vec![]] {
        let error = refuse(broken);
        assert!(matches!(error, VerifyError::Certificate(CertificateError::NotDer)), "{error:?}");
    }
}

#[test]
fn a_certificate_out_of_its_time_is_refused() {
    let at = |now| judge(&verifier(), &Card::default().token(ORIGIN, CHALLENGE), now);
    let (first, last) = Card::default().validity;
    assert!(at(first).is_ok() && at(last).is_ok());
    let early = at(first - Duration::SECOND).unwrap_err();
    assert!(
        matches!(&early, VerifyError::Validity(ValidityError::NotYetValid { not_before, .. }) if *not_before == first),
        "{early:?}"
    );
    let late = at(last + Duration::SECOND).unwrap_err();
    assert!(
        matches!(&late, VerifyError::Validity(ValidityError::Expired { not_after, .. }) if *not_after == last),
        "{late:?}"
    );
}

#[test]
fn an_issuer_out_of_its_time_is_refused() {
    let validity = (NOW, NOW + Duration::days(10_000));
    let token = Card { validity, ..Card::default() }.token(ORIGIN, CHALLENGE);
    let error = judge(&verifier(), &token, NOW + Duration::days(4000)).unwrap_err();
    let VerifyError::Validity(ValidityError::Expired { position, .. }) = error else {
        panic!("{error:?}")
    };
    assert!(matches!(position, Position::Issuer(Some(_))), "{position:?}");
}

#[test]
fn only_a_key_for_signatures_may_sign() {
    let usage = |extension: Option<X509Extension>| match refused(&Card {
        usage: extension,
        ..Card::default()
    }) {
        VerifyError::KeyUsage(error) => error,
        other => panic!("{other:?}"),
    };
    let built = |usage: &KeyUsage| Some(usage.build().unwrap());
    let encryption = built(KeyUsage::new().critical().key_encipherment().data_encipherment());
    assert_eq!(usage(encryption), KeyUsageError::ForEncryption);
    let both = built(KeyUsage::new().digital_signature().key_encipherment());
    assert_eq!(usage(both), KeyUsageError::ForEncryption);
    assert_eq!(usage(built(KeyUsage::new().key_agreement())), KeyUsageError::NotForSignatures);
    assert_eq!(usage(None), KeyUsageError::Missing);
    let authority = built(KeyUsage::new().digital_signature().key_cert_sign());
    assert_eq!(usage(authority), KeyUsageError::Authority);
    let basic = Some(BasicConstraints::new().critical().ca().build().unwrap());
    let error = refused(&Card { basic, ..Card::default() });
    assert!(matches!(error, VerifyError::KeyUsage(KeyUsageError::Authority)), "{error:?}");
}

#[test]
fn an_extended_key_usage_has_to_allow_what_people_do() {
    let card =
        |usage: &ExtendedKeyUsage| Card { extra: vec![usage.build().unwrap()], ..Card::default() };
    let mut people = [(); 3].map(|()| ExtendedKeyUsage::new());
    people[0].critical().client_auth();
    people[1].email_protection().server_auth();
    people[2].other("2.5.29.37.0");
    for usage in &people {
        assert!(verify(&card(usage).token(ORIGIN, CHALLENGE)).is_ok());
    }
    let mut others = [(); 4].map(|()| ExtendedKeyUsage::new());
    others[0].critical().server_auth();
    others[1].time_stamping();
    others[2].other("1.3.6.1.5.5.7.3.9");
    others[3].other("1.2.3.4");
    for usage in &others {
        let error = refused(&card(usage));
        assert!(matches!(error, VerifyError::KeyUsage(KeyUsageError::OtherPurpose)), "{error:?}");
    }
}

#[test]
fn another_policy_is_refused() {
    let trust = trusted(&ROOT).intermediate(&CA.der()).policy("2.16.886.101.0.3.4");
    let verifier = verifier_of(trust);
    let token = Card::default().token(ORIGIN, CHALLENGE);
    let error = judge(&verifier, &token, NOW).unwrap_err();
    assert!(matches!(error, VerifyError::Policy { found, .. } if found == [POLICY]));
}

#[test]
fn a_critical_extension_nobody_understands_is_refused() {
    let extra = vec![extension("1.2.3.4", true, &[0x05, 0x00])];
    let error = refused(&Card { extra, ..Card::default() });
    let expected = CertificateError::UnknownCritical { oid: "1.2.3.4".into() };
    assert!(matches!(&error, VerifyError::Certificate(e) if *e == expected), "{error:?}");
}

#[test]
fn no_byte_of_the_certificate_can_be_changed() {
    let (verifier, mut token) = (verifier(), Card::default().token(ORIGIN, CHALLENGE));
    let der = Card::default().certificate().to_der().unwrap();
    for at in 0..der.len() {
        for bit in [0x01, 0x80] {
            let mut touched = der.clone();
            touched[at] ^= bit;
            token["unverifiedCertificate"] = BASE64_STANDARD.encode(&touched).into();
            let answer = judge(&verifier, &token, NOW);
            assert!(answer.is_err(), "byte {at}, bit {bit:02X}");
        }
    }
}
