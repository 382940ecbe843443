//! Why somebody stands before the sign-in: told there, so that nobody wonders what became of what they did.

use serde::Deserialize;

use crate::texts::Texts;

/// What came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Farewell {
    /// The session is over: too long without use, or ended elsewhere.
    Over,
    /// The member has signed out.
    Out,
    /// The account is deleted.
    Deleted,
    /// The account is not used any more.
    Stopped,
    /// There is another password.
    Password,
}

/// As it stands in the address; what is none of these says nothing.
#[derive(Deserialize)]
pub(crate) struct After {
    #[serde(default)]
    after: String,
}

impl After {
    pub(super) fn sentence(&self, t: &'static Texts) -> &'static str {
        let all = [
            Farewell::Over,
            Farewell::Out,
            Farewell::Deleted,
            Farewell::Stopped,
            Farewell::Password,
        ];
        let one = all.into_iter().find(|one| one.page().ends_with(&format!("={}", self.after)));
        one.map_or("", |one| one.sentence(t))
    }
}

impl Farewell {
    /// Where it leads.
    pub(crate) fn page(self) -> &'static str {
        match self {
            Self::Over => "/sign-in?after=over",
            Self::Out => "/sign-in?after=out",
            Self::Deleted => "/sign-in?after=deleted",
            Self::Stopped => "/sign-in?after=stopped",
            Self::Password => "/sign-in?after=password",
        }
    }

    fn sentence(self, t: &'static Texts) -> &'static str {
        match self {
            Self::Over => t.session_over,
            Self::Out => t.signed_out,
            Self::Deleted => t.account_deleted,
            Self::Stopped => t.account_stopped,
            Self::Password => t.password_set,
        }
    }
}
