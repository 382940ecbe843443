//! What a check can come to: a closed list each, so that a code can stand for all of them.

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Not in the way of everybody.
    Attention,
    /// In the way.
    Fault,
}

/// A sentence of the doctor's and how bad it is. The sentence stands in the Fluent files under the
/// name, with a remedy unless the verdict is [`Verdict::Ok`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The sentence's name.
    pub name: &'static str,
    /// How bad it is.
    pub verdict: Verdict,
}

/// Makes the list of what one check can come to.
macro_rules! outcomes {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$about:meta])* $outcome:ident: $verdict:ident $sentence:literal,)+
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$about])* $outcome,)+
        }

        impl $name {
            /// Everything the check can come to; a code counts in this order.
            pub const ALL: &'static [Self] = &[$(Self::$outcome),+];

            /// The sentence for it.
            #[must_use]
            pub const fn line(self) -> Line {
                match self {
                    $(Self::$outcome => Line { name: $sentence, verdict: Verdict::$verdict },)+
                }
            }
        }
    };
}

outcomes! {
    /// The operating system.
    System {
        /// Linux.
        Linux: Ok "doctor-system-linux",
        /// Windows.
        Windows: Ok "doctor-system-windows",
        /// macOS.
        MacOs: Ok "doctor-system-macos",
    }
}

outcomes! {
    /// The administrator's file.
    Configuration {
        /// There is none, or it counts.
        Fine: Ok "doctor-config-fine",
        /// It does not count, so the program does not start.
        Faulty: Fault "doctor-config-faulty",
    }
}

outcomes! {
    /// The smart-card service and what it drives.
    Readers {
        /// The service runs and has a reader.
        Present: Ok "doctor-readers-present",
        /// The service does not run.
        NoService: Fault "doctor-readers-no-service",
        /// No reader is connected.
        None: Fault "doctor-readers-none",
        /// One is connected, and the service does not see it.
        NoDriver: Fault "doctor-readers-no-driver",
    }
}

outcomes! {
    /// The card with the best prospects.
    Card {
        /// There is none.
        None: Attention "doctor-card-none",
        /// Another program holds it.
        Held: Attention "doctor-card-held",
        /// It is known, and of no use here.
        Foreign: Attention "doctor-card-foreign",
        /// No driver knows it.
        Unknown: Attention "doctor-card-unknown",
        /// It does not answer, or its files make no sense.
        Unreadable: Fault "doctor-card-unreadable",
        /// MOICA, first generation, without the means to sign.
        Gen1Reads: Attention "doctor-card-gen1-reads",
        /// The same with them.
        Gen1Signs: Ok "doctor-card-gen1-signs",
        /// MOICA, second generation, without the means to sign.
        Gen2Reads: Attention "doctor-card-gen2-reads",
        /// The same with them.
        Gen2Signs: Ok "doctor-card-gen2-signs",
        /// ISO 7816-15, with a key no driver can use.
        Part15Reads: Attention "doctor-card-iso7816-15-reads",
        /// The same with one that can be used.
        Part15Signs: Ok "doctor-card-iso7816-15-signs",
        /// PIV, with a key no driver can use.
        PivReads: Attention "doctor-card-piv-reads",
        /// The same with one that can be used.
        PivSigns: Ok "doctor-card-piv-signs",
        /// No driver knows it, and a module does.
        ModuleSigns: Ok "doctor-card-module-signs",
    }
}

outcomes! {
    /// The card's certificate.
    Certificate {
        /// No card was read.
        Unasked: Ok "doctor-certificate-unasked",
        /// Valid now.
        Valid: Ok "doctor-certificate-valid",
        /// Its time is over.
        Expired: Fault "doctor-certificate-expired",
        /// Its time has not come.
        NotYet: Fault "doctor-certificate-not-yet",
    }
}

outcomes! {
    /// The card's PIN.
    Tries {
        /// Nothing stands in its way as far as known.
        Fine: Ok "doctor-pin-fine",
        /// One try is left.
        Last: Attention "doctor-pin-last",
        /// None is left.
        Blocked: Fault "doctor-pin-blocked",
    }
}

outcomes! {
    /// Signing modules of card issuers.
    Modules {
        /// At least one works.
        Work: Ok "doctor-modules-work",
        /// None of those that are there works.
        Faulty: Fault "doctor-modules-faulty",
        /// There is none.
        None: Attention "doctor-modules-none",
    }
}

outcomes! {
    /// The computer's clock.
    Clock {
        /// Nothing speaks against it.
        Plausible: Ok "doctor-clock-plausible",
        /// It is earlier than the program.
        BeforeProgram: Fault "doctor-clock-before-program",
        /// It is earlier than files of this user.
        BeforeFiles: Attention "doctor-clock-before-files",
    }
}

outcomes! {
    /// The ports of the native door.
    Ports {
        /// The program listens.
        Ours: Ok "doctor-ports-ours",
        /// It does not run; the ports are free.
        Free: Attention "doctor-ports-free",
        /// It does not run, and others have some of the ports.
        SomeTaken: Attention "doctor-ports-some-taken",
        /// Others have all of them.
        AllTaken: Fault "doctor-ports-all-taken",
    }
}

outcomes! {
    /// The certificates of localhost.
    Localhost {
        /// There are some, and one is valid now.
        Valid: Ok "doctor-localhost-valid",
        /// None were made yet.
        Absent: Attention "doctor-localhost-absent",
        /// None is valid now.
        Stale: Fault "doctor-localhost-stale",
        /// They cannot be read.
        Damaged: Fault "doctor-localhost-damaged",
    }
}

outcomes! {
    /// Whether browsers trust them.
    Trust {
        /// Every browser store that was found does.
        Trusted: Ok "doctor-trust-trusted",
        /// There is nothing to trust yet.
        Unasked: Ok "doctor-trust-unasked",
        /// Some do.
        Partly: Attention "doctor-trust-partly",
        /// None does.
        Untrusted: Fault "doctor-trust-untrusted",
        /// There is no way to look on this computer.
        Unchecked: Attention "doctor-trust-unchecked",
    }
}

outcomes! {
    /// A screen for the window.
    Display {
        /// There is one.
        Present: Ok "doctor-display-present",
        /// There is none.
        None: Fault "doctor-display-none",
    }
}

outcomes! {
    /// The program of the window.
    Window {
        /// Beside this one.
        Present: Ok "doctor-window-present",
        /// Not there.
        Missing: Fault "doctor-window-missing",
    }
}
