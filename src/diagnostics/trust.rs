//! Whether browsers trust this computer's certificates of localhost: what `ankong trust status`
//! finds, as a verdict.

use super::Detail;
use super::outcome::Trust;
use crate::endpoint::identity::Root;
use crate::paths::UserFolders;
use crate::trust::{Standing, Told, check};

/// Nothing is there to be trusted.
pub(super) fn unasked() -> (Trust, Vec<Detail>) {
    (Trust::Unasked, Vec::new())
}

/// Looks into every store. Where a store is, its folder's name included, is nobody's business.
pub(super) fn look(folders: &UserFolders, root: &Root) -> (Trust, Vec<Detail>) {
    let told = check(folders, root);
    let details = told.iter().map(|Told { store, outcome }| {
        Detail::of(&store.browser).and(match outcome {
            Ok(Standing::Trusted) => "trust-trusted",
            Ok(Standing::Untrusted | Standing::Removed(_)) => "trust-untrusted",
            Err(trouble) => trouble.code(),
        })
    });
    (verdict(&told), details.collect())
}

fn verdict(told: &[Told]) -> Trust {
    let count = |wanted: fn(&Told) -> bool| told.iter().filter(|told| wanted(told)).count();
    let trusted = count(|told| matches!(told.outcome, Ok(Standing::Trusted)));
    let unknown = count(|told| told.outcome.is_err());
    match (trusted, unknown) {
        (0, 0) => Trust::Untrusted,
        (0, _) if unknown == told.len() => Trust::Unchecked,
        (0, _) => Trust::Untrusted,
        (trusted, _) if trusted == told.len() => Trust::Trusted,
        _ => Trust::Partly,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::{Store, Trouble};

    #[test]
    fn one_store_that_does_not_trust_is_enough_to_be_told() {
        let (yes, no) = (|| Ok(Standing::Trusted), || Ok(Standing::Untrusted));
        let locked = || Err(Trouble::Password);
        for (outcomes, expected) in [
            (vec![yes(), yes()], Trust::Trusted),
            (vec![yes(), no()], Trust::Partly),
            (vec![yes(), locked()], Trust::Partly),
            (vec![no(), locked()], Trust::Untrusted),
            (vec![no()], Trust::Untrusted),
            (vec![locked()], Trust::Unchecked),
        ] {
            let store = || Store { browser: "a".into(), place: "b".into() };
            let told: Vec<_> =
                outcomes.into_iter().map(|outcome| Told { store: store(), outcome }).collect();
            assert_eq!(verdict(&told), expected, "{told:?}");
        }
    }
}
