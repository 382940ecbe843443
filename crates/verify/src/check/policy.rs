//! The certificate has to be issued under the site's policy, where it has one (RFC 5280 §4.2.1.4).
//!
//! Looks at the card's own certificate only: policy mappings between authorities are not followed.

use crate::{certificate::Extensions, error::VerifyError};

pub(crate) fn check(extensions: &Extensions, required: Option<&str>) -> Result<(), VerifyError> {
    match required {
        Some(policy) if !extensions.policies.iter().any(|found| found == policy) => {
            Err(VerifyError::Policy {
                required: policy.to_owned(),
                found: extensions.policies.clone(),
            })
        }
        Some(_) | None => Ok(()),
    }
}
