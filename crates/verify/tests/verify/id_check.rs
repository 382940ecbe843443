//! A typed national ID is the cardholder's only once a register has said so.

use ankong_verify::{ClaimError, IdCheck, IdCheckError, NationalId, SubjectIdentity};

use crate::{
    CHALLENGE,
    support::{Card, ORIGIN, SERIAL},
    verify,
};

/// A register with one person in it.
struct Register(Option<&'static str>);

impl IdCheck for Register {
    fn belongs(
        &self,
        subject: &SubjectIdentity,
        claimed: &NationalId,
    ) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
        let id = self.0.ok_or("the line is down")?;
        Ok(subject.serial_number == SERIAL && claimed.expose() == id)
    }
}

fn subject() -> SubjectIdentity {
    verify(&Card::default().token(ORIGIN, CHALLENGE)).unwrap()
}

#[test]
fn a_number_with_the_right_last_four_is_unverified_until_a_register_says_yes() {
    let subject = subject();
    let claim = || subject.claim(NationalId::parse("A123456789").unwrap()).unwrap();
    assert_eq!(claim().unverified().expose(), "A123456789");
    let verified = claim().verify(&subject, &Register(Some("A123456789"))).unwrap();
    assert_eq!(verified.national_id().expose(), "A123456789");
    // The register knows the person, and another number that ends the same.
    let denied = claim().verify(&subject, &Register(Some("B210026789")));
    assert!(matches!(denied, Err(IdCheckError::Denied)), "{denied:?}");
    let silent = claim().verify(&subject, &Register(None));
    assert!(matches!(silent, Err(IdCheckError::Unavailable(_))), "{silent:?}");
}

#[test]
fn a_number_with_other_last_four_is_no_claim() {
    let claim = subject().claim(NationalId::parse("A800000014").unwrap());
    assert_eq!(claim.unwrap_err(), ClaimError::Mismatch);
    let card = Card { last_four: None, ..Card::default() };
    let subject = verify(&card.token(ORIGIN, CHALLENGE)).unwrap();
    let claim = subject.claim(NationalId::parse("A123456789").unwrap());
    assert_eq!(claim.unwrap_err(), ClaimError::NoLastFour);
}
