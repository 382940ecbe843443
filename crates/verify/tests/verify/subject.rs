//! Whom the certificate names.

use ankong_verify::{IdentityError, VerifyError};

use crate::{
    CHALLENGE, refused,
    support::{Card, ORIGIN, extension},
    verify,
};

#[test]
fn a_subject_that_is_not_in_the_authoritys_form_is_refused() {
    let identity = |card: Card<'_>| match refused(&card) {
        VerifyError::Identity(error) => error,
        other => panic!("{other:?}"),
    };
    let short = Card { serial_number: "123", ..Card::default() };
    assert_eq!(identity(short), IdentityError::SerialNumber);
    let letters = Card { last_four: Some("678X"), ..Card::default() };
    assert_eq!(identity(letters), IdentityError::LastFour);
    let broken = vec![extension("2.5.29.9", false, &[0x30, 0x03, 0x02, 0x01, 0x00])];
    let malformed = Card { last_four: None, subject_type: None, extra: broken, ..Card::default() };
    assert_eq!(identity(malformed), IdentityError::DirectoryAttributes);
}

#[test]
fn the_last_four_are_read_from_any_string_type() {
    let attributes = |value: &[u8]| {
        let oid = openssl::asn1::Asn1Object::from_str("2.16.886.1.100.2.51").unwrap();
        let oid = [&[0x06, u8::try_from(oid.as_slice().len()).unwrap()], oid.as_slice()].concat();
        let set = [&[0x31, u8::try_from(value.len()).unwrap()], value].concat();
        let inner = [oid, set].concat();
        let length = u8::try_from(inner.len()).unwrap();
        let der = [&[0x30, length + 2, 0x30, length], inner.as_slice()].concat();
        extension("2.5.29.9", false, &der)
    };
    let bmp = [0x1E, 8, 0, b'6', 0, b'7', 0, b'8', 0, b'9'];
    let universal = [0x1C, 16, 0, 0, 0, b'6', 0, 0, 0, b'7', 0, 0, 0, b'8', 0, 0, 0, b'9'];
    let narrow = |tag| [tag, 4, b'6', b'7', b'8', b'9'].to_vec();
    let values = [0x0C, 0x12, 0x13, 0x14, 0x16, 0x1A].map(narrow);
    for value in values.into_iter().chain([bmp.to_vec(), universal.to_vec()]) {
        let extra = vec![attributes(&value)];
        let card = Card { last_four: None, subject_type: None, extra, ..Card::default() };
        let identity = verify(&card.token(ORIGIN, CHALLENGE)).unwrap();
        assert_eq!(identity.last_four.as_deref(), Some("6789"), "tag {:02X}", value[0]);
    }
}

#[test]
fn a_certificate_without_directory_attributes_has_no_last_four() {
    let card = Card { last_four: None, subject_type: None, ..Card::default() };
    let identity = verify(&card.token(ORIGIN, CHALLENGE)).unwrap();
    assert_eq!((identity.last_four, identity.subject_type), (None, None));
}
