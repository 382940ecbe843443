//! Whether the person of the certificate is the member who typed the ID.
//!
//! The certificate carries a name and the last four of the ID, so that is all that can be compared.
//! It does not prove the other six characters: somebody of the same name and last four would pass,
//! and whoever types another number with their own last four is not found out. So a typed number is
//! kept as unverified and reserved for nobody; what is unique is the certificate, and a person with
//! a second certificate (a card issued anew) can make a second account gold. A site that must know
//! the whole number, or allow a person one account for ever, has to ask a register.

use ankong_verify::SubjectIdentity;

use super::{Claim, Refusal};
use crate::Member;

/// A natural person (MOICA's subject types).
const NATURAL_PERSON: &str = "2.16.886.1.100.3.1.1";

pub(crate) fn check(card: &SubjectIdentity, member: &Member, claim: &Claim) -> Result<(), Refusal> {
    match card.subject_type.as_deref() {
        Some(NATURAL_PERSON) => {}
        Some(_) => return Err(Refusal::NotAPerson),
        None => return Err(Refusal::NoSubjectType),
    }
    match &card.last_four {
        None => return Err(Refusal::NoLastFour),
        Some(last_four) if *last_four != claim.tail => return Err(Refusal::IdMismatch),
        Some(_) => {}
    }
    if letters(&card.name).ne(letters(&member.name)) {
        return Err(Refusal::NameMismatch);
    }
    Ok(())
}

/// Blanks, the wide one too, are written differently from one register to the next.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|letter| !letter.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_in_a_name_make_no_difference() {
        assert!(letters("王　曉明 ").eq(letters("王曉明")));
        assert!(letters("王曉明").ne(letters("王小明")));
    }
}
