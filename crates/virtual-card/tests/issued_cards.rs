//! Issued cards, looked at from outside: OpenSSL for the chain, x509-parser for the fields.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use std::sync::LazyLock;

use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::X509VerifyParam;
use openssl::x509::{X509, X509StoreContext, X509VerifyResult};
use time::{Duration, OffsetDateTime};
use virtual_card::gen1::Gen1;
use virtual_card::issue::{Authority, Ca, CardholderRequest, IssueError, KeyKind};
use virtual_card::{CardImage, CardPin, Profile};
use x509_parser::der_parser::ber::BerObjectContent;
use x509_parser::der_parser::der::parse_der;
use x509_parser::prelude::{FromDer, ParsedExtension, X509Certificate};

/// 2026-01-01.
const NOW: i64 = 1_767_225_600;

static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| Authority::in_memory(now()).unwrap());

#[test]
fn both_authorities_have_one_name_and_two_keys() {
    let (g2, g3) = (AUTHORITY.issuing(Ca::G2), AUTHORITY.issuing(Ca::G3));
    assert_eq!(name(g2), name(g3));
    assert_ne!(g2.subject_key_id().unwrap().as_slice(), g3.subject_key_id().unwrap().as_slice());
    assert_eq!((2048, 4096), (bits(g2), bits(g3)));
}

#[test]
fn a_card_of_either_authority_verifies_up_to_the_root() {
    for ca in [Ca::G2, Ca::G3] {
        let image = AUTHORITY.issue(&request(ca)).unwrap();
        assert_eq!(verdict(&image.certificates.signature), X509VerifyResult::OK);
        assert_eq!(verdict(&image.certificates.encryption), X509VerifyResult::OK);
        assert!(Gen1::new(&image).is_ok(), "a certificate by {ca:?} does not fit its slot");
        let issuer = X509::from_pem(image.certificates.issuer.as_bytes()).unwrap();
        assert_eq!(issuer.to_der().unwrap(), AUTHORITY.issuing(ca).to_der().unwrap());
    }
}

#[test]
fn an_expired_card_is_expired_and_nothing_else() {
    let not_after = now() - Duration::DAY;
    let not_before = not_after - Duration::days(1000);
    let expired = CardholderRequest { not_before, not_after, ..request(Ca::G2) };
    let image = AUTHORITY.issue(&expired).unwrap();
    let verdict = verdict(&image.certificates.signature);
    assert_eq!(verdict.error_string(), "certificate has expired");
}

#[test]
fn the_subject_and_the_four_digits_are_where_a_real_certificate_has_them() {
    let image = AUTHORITY.issue(&request(Ca::G2)).unwrap();
    let der = der(&image.certificates.signature);
    let (_, certificate) = X509Certificate::from_der(&der).unwrap();
    let attributes: Vec<_> = certificate
        .subject()
        .iter_attributes()
        .map(|attribute| (attribute.attr_type().to_id_string(), attribute.as_str().unwrap()))
        .collect();
    assert_eq!(attributes[0], ("2.5.4.6".to_owned(), "TW"));
    assert_eq!(attributes[1], ("2.5.4.3".to_owned(), "王小明"));
    assert_eq!(attributes[2].0, "2.5.4.5");
    assert!(attributes[2].1.len() == 16 && attributes[2].1.bytes().all(|b| b.is_ascii_digit()));
    assert_eq!(attributes.len(), 3);

    let extension = certificate
        .extensions()
        .iter()
        .find(|extension| extension.oid.to_id_string() == "2.5.29.9")
        .unwrap();
    let (_, attributes) = parse_der(extension.value).unwrap();
    let values: Vec<_> = attributes
        .as_sequence()
        .unwrap()
        .iter()
        .map(|attribute| {
            let [kind, values] = &attribute.as_sequence().unwrap()[..] else { panic!("a pair") };
            let [value] = &values.as_set().unwrap()[..] else { panic!("one value") };
            let value = match &value.content {
                BerObjectContent::PrintableString(text) => (*text).to_owned(),
                BerObjectContent::OID(oid) => oid.to_id_string(),
                other => panic!("{other:?}"),
            };
            (kind.as_oid().unwrap().to_id_string(), value)
        })
        .collect();
    let expected =
        [("2.16.886.1.100.2.51", "6789"), ("2.16.886.1.100.2.1", "2.16.886.1.100.3.1.1")];
    assert_eq!(values, expected.map(|(kind, value)| (kind.to_owned(), value.to_owned())));
}

#[test]
fn the_two_certificates_of_a_card_differ_in_key_usage() {
    let image = AUTHORITY.issue(&request(Ca::G3)).unwrap();
    let usage = |pem: &str| {
        let der = der(pem);
        let (_, certificate) = X509Certificate::from_der(&der).unwrap();
        certificate.key_usage().unwrap().unwrap().value.flags
    };
    assert_eq!(usage(&image.certificates.signature), 0b1);
    assert_eq!(usage(&image.certificates.encryption), 0b1100);
    let der = der(&image.certificates.signature);
    let (_, certificate) = X509Certificate::from_der(&der).unwrap();
    let policies = certificate.extensions().iter().find_map(|e| match e.parsed_extension() {
        ParsedExtension::CertificatePolicies(policies) => Some(policies),
        _ => None,
    });
    assert_eq!(policies.unwrap()[0].policy_id.to_id_string(), "2.16.886.101.0.3.3");
}

#[test]
fn a_second_generation_card_is_issued_under_the_master_key() {
    let request = CardholderRequest { profile: Profile::MoicaGen2, ..request(Ca::G2) };
    let image = AUTHORITY.issue(&request).unwrap();
    assert_eq!(image.secure_messaging, AUTHORITY.master().to_hex());
    assert!(image.insertable().is_ok());
}

#[test]
fn an_authority_in_a_directory_goes_on_issuing_after_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("pki");
    let created = Authority::create(&directory, now()).unwrap();
    let again = Authority::create(&directory, now()).err();
    assert!(matches!(again, Some(IssueError::AlreadyThere(_))));

    let opened = Authority::open(&directory).unwrap();
    assert_eq!(opened.root().to_der().unwrap(), created.root().to_der().unwrap());
    let keys = std::fs::read_to_string(directory.join("issuer-keys.toml")).unwrap();
    assert_eq!(keys, created.issuer_keys_toml());
    assert!(!directory.join("root.key.pem").exists());

    let path = directory.join("cards/one.toml");
    opened.issue(&request(Ca::G2)).unwrap().save(&path).unwrap();
    let image = CardImage::load(&path).unwrap();
    assert_eq!(image.secure_messaging, created.secure_messaging().to_hex());
    assert_eq!(opened.master().to_hex(), created.master().to_hex());
    assert!(Gen1::new(&image).is_ok());
    assert!(image.save(&path).is_err(), "a card file was overwritten");
    #[cfg(unix)]
    for secret in ["ca-g2.key.pem", "ca-g3.key.pem", "issuer-keys.toml", "cards/one.toml"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = directory.join(secret).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{secret}");
    }
}

#[test]
fn a_request_that_makes_no_certificate_is_refused() {
    let nobody = CardholderRequest { name: String::new(), ..request(Ca::G2) };
    assert!(matches!(AUTHORITY.issue(&nobody).err(), Some(IssueError::Name(0))));
    let never = CardholderRequest { not_after: now(), not_before: now(), ..request(Ca::G2) };
    assert!(matches!(AUTHORITY.issue(&never).err(), Some(IssueError::Validity)));
    let elliptic = CardholderRequest { key: KeyKind::P256, ..request(Ca::G2) };
    assert!(matches!(AUTHORITY.issue(&elliptic).err(), Some(IssueError::KeyKind)));
}

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOW).unwrap()
}

fn request(ca: Ca) -> CardholderRequest {
    CardholderRequest {
        name: "王小明".to_owned(),
        national_id: "A123456789".parse().unwrap(),
        pin: CardPin::try_from("123456").unwrap(),
        profile: Profile::MoicaGen1,
        key: KeyKind::Rsa2048,
        ca,
        not_before: now() - Duration::HOUR,
        not_after: now() + Duration::days(365 * 5),
    }
}

/// What OpenSSL says of a certificate at [`NOW`], given the root and both issuing authorities.
fn verdict(pem: &str) -> X509VerifyResult {
    let mut store = X509StoreBuilder::new().unwrap();
    store.add_cert(AUTHORITY.root().clone()).unwrap();
    let mut parameters = X509VerifyParam::new().unwrap();
    parameters.set_time(NOW);
    store.set_param(&parameters).unwrap();
    let store = store.build();
    let mut untrusted = Stack::new().unwrap();
    for ca in [Ca::G3, Ca::G2] {
        untrusted.push(AUTHORITY.issuing(ca).clone()).unwrap();
    }
    let leaf = X509::from_pem(pem.as_bytes()).unwrap();
    let mut context = X509StoreContext::new().unwrap();
    context
        .init(&store, &leaf, &untrusted, |context| {
            context.verify_cert()?;
            Ok(context.error())
        })
        .unwrap()
}

fn der(pem: &str) -> Vec<u8> {
    X509::from_pem(pem.as_bytes()).unwrap().to_der().unwrap()
}

fn name(certificate: &X509) -> Vec<u8> {
    certificate.subject_name().to_der().unwrap()
}

fn bits(certificate: &X509) -> u32 {
    certificate.public_key().unwrap().bits()
}
