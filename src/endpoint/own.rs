//! What another process of the program, of the same user, wants of the one that runs.

/// One of the program's own calls: `POST` of its [`path`](Self::path), from the door's own origin,
/// which no site has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// A window that shows how things stand.
    Status,
    /// A window with the sites.
    Sites,
    /// That it ends, for its files are to be replaced.
    Quit,
    /// That it looks again at what another process has changed.
    Changed,
}

impl Own {
    const ALL: [Self; 4] = [Self::Status, Self::Sites, Self::Quit, Self::Changed];

    /// Where it is posted to.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Status => "/own/status",
            Self::Sites => "/own/sites",
            Self::Quit => "/own/quit",
            Self::Changed => "/own/changed",
        }
    }

    pub(super) fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.path() == path)
    }
}
