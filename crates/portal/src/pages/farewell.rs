//! Why somebody stands before the sign-in: told there, so that nobody wonders what became of what they did.

use axum::response::Redirect;
use serde::Deserialize;

use crate::texts::Texts;

/// What came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// As it stands in the address; what is none of them says nothing.
#[derive(Deserialize)]
pub(crate) struct After {
    #[serde(default)]
    after: String,
}

impl After {
    pub(crate) fn farewell(&self) -> Option<Farewell> {
        Farewell::ALL.into_iter().find(|one| one.tag() == self.after)
    }
}

impl Farewell {
    const ALL: [Self; 5] = [Self::Over, Self::Out, Self::Deleted, Self::Stopped, Self::Password];

    /// Its name in the address.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Over => "over",
            Self::Out => "out",
            Self::Deleted => "deleted",
            Self::Stopped => "stopped",
            Self::Password => "password",
        }
    }

    /// To where it is told.
    pub(crate) fn redirect(self) -> Redirect {
        Redirect::to(&format!("/sign-in?after={}", self.tag()))
    }

    pub(crate) fn sentence(self, t: &'static Texts) -> &'static str {
        match self {
            Self::Over => t.session_over,
            Self::Out => t.signed_out,
            Self::Deleted => t.account_deleted,
            Self::Stopped => t.account_stopped,
            Self::Password => t.password_set,
        }
    }
}
