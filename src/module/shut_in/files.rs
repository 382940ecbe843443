//! Landlock (landlock(7)): everything may be read, because nobody knows what a module reads;
//! nothing may be written, made, removed, renamed or executed. Device nodes may not be controlled,
//! and no TCP port bound or reached, where the kernel knows those rights.

use landlock::{
    ABI, Access, AccessFs, AccessNet, PathBeneath, PathFd, PathFdError, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};

/// The newest rights that were tried with modules; an older kernel enforces what it knows.
const TRIED: ABI = ABI::V7;

/// Why nothing is denied.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotDenied {
    #[error(transparent)]
    Ruleset(#[from] RulesetError),
    #[error(transparent)]
    Root(#[from] PathFdError),
}

/// Denies writing; `false` where the kernel has no Landlock.
pub(super) fn deny_writing() -> Result<bool, NotDenied> {
    let rules = Ruleset::default()
        .handle_access(AccessFs::from_all(TRIED))?
        .handle_access(AccessNet::from_all(TRIED))?
        .scope(Scope::from_all(TRIED))?
        .create()?
        .add_rule(PathBeneath::new(PathFd::new("/")?, AccessFs::ReadFile | AccessFs::ReadDir))?;
    Ok(rules.restrict_self()?.ruleset != RulesetStatus::NotEnforced)
}
