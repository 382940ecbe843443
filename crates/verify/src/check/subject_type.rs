//! The certificate has to say that its subject is of the kind the site serves, where it has one in
//! mind: a natural person is not a company.

use crate::{SubjectIdentity, error::VerifyError};

pub(crate) fn check(subject: &SubjectIdentity, required: Option<&str>) -> Result<(), VerifyError> {
    match required {
        Some(kind) if subject.subject_type.as_deref() != Some(kind) => {
            Err(VerifyError::SubjectType {
                required: kind.to_owned(),
                found: subject.subject_type.clone(),
            })
        }
        Some(_) | None => Ok(()),
    }
}
