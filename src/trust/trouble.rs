//! What can stand in the way at a store. `docs/errors.md` has the codes.

/// Why a store could not be looked into or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// NSS's program for its stores is not installed.
    #[error("certutil is not installed")]
    NoCertutil,
    /// The store is locked with a password of the person's (Firefox's primary password).
    #[error("the store has a password")]
    Password,
    /// Firefox has been told not to look into the system's store.
    #[error("security.enterprise_roots.enabled is off")]
    SystemIgnored,
    /// The person said no, or did not answer.
    #[error("the person declined")]
    Declined,
    /// Another program holds the store, it is damaged, or it may not be written.
    #[error("the store cannot be used: {said}")]
    Store {
        /// What the system said.
        said: String,
    },
}

impl Trouble {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoCertutil => "trust-no-certutil",
            Self::Password => "trust-password",
            Self::SystemIgnored => "trust-system-ignored",
            Self::Declined => "trust-declined",
            Self::Store { .. } => "trust-store",
        }
    }

    /// Every code.
    pub const CODES: [&'static str; 5] = [
        "trust-no-certutil",
        "trust-password",
        "trust-system-ignored",
        "trust-declined",
        "trust-store",
    ];

    /// A store that cannot be used, with the reason.
    pub(super) fn store(said: impl ToString) -> Self {
        Self::Store { said: said.to_string() }
    }
}
