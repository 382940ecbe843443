//! All checks together, and the number that stands for what they came to.

use super::outcome::{
    Card, Certificate, Clock, Configuration, Display, Line, Localhost, Modules, Ports, Readers,
    System, Tries, Trust, Verdict, Window,
};

/// Makes the list of checks, in the order in which they are told and counted.
macro_rules! examination {
    ($($(#[$doc:meta])* $check:ident: $outcome:ident,)+) => {
        /// What each check came to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct Examination {
            $($(#[$doc])* pub $check: $outcome,)+
        }

        impl Examination {
            /// How many examinations there can be.
            pub(super) const COUNT: u64 = 1 $(* $outcome::ALL.len() as u64)+;

            /// A sentence for each check.
            #[must_use]
            pub fn lines(&self) -> Vec<Line> {
                vec![$(self.$check.line()),+]
            }

            /// Every sentence there is.
            #[cfg(test)]
            pub(crate) fn sentences() -> Vec<Line> {
                let mut lines = Vec::new();
                $(lines.extend($outcome::ALL.iter().map(|outcome| outcome.line()));)+
                lines
            }

            /// Its place among all there can be: each check is a digit, its base the number of
            /// what the check can come to.
            pub(super) fn number(&self) -> u64 {
                let mut number = 0;
                $(
                    let digit = $outcome::ALL.iter().position(|one| *one == self.$check);
                    number = number * $outcome::ALL.len() as u64 + digit.unwrap_or(0) as u64;
                )+
                number
            }

            /// The examination at that place, if there is one.
            pub(super) fn at(number: u64) -> Option<Self> {
                let mut rest = Self::COUNT;
                let mut left = number;
                $(
                    rest /= $outcome::ALL.len() as u64;
                    let $check = *$outcome::ALL.get(usize::try_from(left / rest).ok()?)?;
                    left %= rest;
                )+
                (left == 0).then_some(Self { $($check),+ })
            }
        }
    };
}

examination! {
    /// The operating system.
    system: System,
    /// The administrator's file.
    configuration: Configuration,
    /// The smart-card service and its readers.
    readers: Readers,
    /// The card.
    card: Card,
    /// Its certificate.
    certificate: Certificate,
    /// Its PIN.
    tries: Tries,
    /// Signing modules.
    modules: Modules,
    /// The clock.
    clock: Clock,
    /// The native door.
    ports: Ports,
    /// Its certificates.
    localhost: Localhost,
    /// Whether browsers trust them.
    trust: Trust,
    /// A screen.
    display: Display,
    /// The window's program.
    window: Window,
}

impl Examination {
    /// The worst of all verdicts.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.lines().iter().map(|line| line.verdict).max().unwrap_or(Verdict::Ok)
    }
}
