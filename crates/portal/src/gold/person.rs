//! Whether the person of the certificate is the member who typed the ID.
//!
//! The certificate carries a name and the last four of the ID, so that is all that can be compared.
//! It does not prove the other six characters: somebody of the same name and last four would pass,
//! and whoever types another number with their own last four is not found out. So a typed number is
//! unverified and reserved for nobody; what is unique is the certificate, and a person with a second
//! certificate (a card issued anew) can make a second account gold. Where a register is asked
//! (`id_check`), the number is known to be the cardholder's and is unique too.

use ankong_verify::{ClaimError, NationalId, SubjectIdentity, UnverifiedId};

use super::{Refusal, name};
use crate::Member;

/// A natural person (MOICA's subject types).
const NATURAL_PERSON: &str = "2.16.886.1.100.3.1.1";

pub(crate) fn check(
    card: &SubjectIdentity,
    member: &Member,
    typed: NationalId,
) -> Result<UnverifiedId, Refusal> {
    match card.subject_type.as_deref() {
        Some(NATURAL_PERSON) => {}
        Some(_) => return Err(Refusal::NotAPerson),
        None => return Err(Refusal::NoSubjectType),
    }
    let id = card.claim(typed).map_err(|error| match error {
        ClaimError::NoLastFour => Refusal::NoLastFour,
        ClaimError::Mismatch => Refusal::IdMismatch,
    })?;
    if name::is_same(&card.name, &member.name) { Ok(id) } else { Err(Refusal::NameMismatch) }
}
