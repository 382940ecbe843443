//! What can stand in a person's way, looked at one thing after another, each with a verdict.
//!
//! Looks only: starts nothing, changes nothing, sends no PIN and nothing over a network. What it
//! finds out names nobody: no holder, no card number, no user, no home folder.

mod clock;
mod code;
mod detail;
mod examination;
mod modules;
mod outcome;
mod ports;
mod readers;
mod screen;
mod trust;

use std::path::PathBuf;
use std::time::SystemTime;

pub use code::{Code, NotACode};
pub use detail::{Detail, Said};
pub use examination::Examination;
pub use outcome::{Configuration, Line, System, Verdict};

use crate::endpoint::identity::{self, Condition};
use crate::instance::Instance;
use crate::paths::{Paths, UserFolders, window_program};
use crate::reader::{Found, usb_reader_connected};
use ankong_card::TransportError;
use outcome::{Localhost, Window};

/// What was found, and what about each line is worth knowing beside its verdict.
pub struct Findings {
    /// The verdicts.
    pub examination: Examination,
    /// Details, under the name of the line they belong to.
    pub details: Vec<(&'static str, Detail)>,
}

/// Where to look.
pub struct Surroundings<'a> {
    /// Now.
    pub now: SystemTime,
    /// Where the program keeps its files.
    pub paths: &'a Paths,
    /// Where the user's other programs keep theirs.
    pub folders: &'a UserFolders,
    /// Whether the administrator's file counts.
    pub configuration: Configuration,
    /// The modules it names.
    pub modules: &'a [PathBuf],
    /// What is in the readers.
    pub survey: Result<Vec<Found>, TransportError>,
}

/// Looks at everything.
#[must_use]
pub fn examine(around: Surroundings<'_>) -> Findings {
    let Surroundings { now, paths, folders, configuration, modules, survey } = around;
    let mut details = Vec::new();
    let mut note = |line: Line, found: Vec<Detail>| {
        details.extend(found.into_iter().map(|detail| (line.name, detail)));
    };

    let signing = modules::Look::at(modules);
    let readers::Look { readers, card, certificate, tries, names, cards } =
        readers::look(&survey, usb_reader_connected(), &signing, now);
    note(readers.line(), names);
    note(card.line(), cards);
    let modules = signing.outcome();
    note(modules.line(), signing.told(&folders.home));
    let (ports, holders) = ports::look(Instance::port(&paths.runtime));
    note(ports.line(), holders);

    let condition = identity::condition(&paths.data, now);
    let since = match &condition {
        Condition::Valid { since, .. } | Condition::Stale { since } => Some(*since),
        Condition::Absent | Condition::Damaged => None,
    };
    let (trust, stores) = match &condition {
        Condition::Valid { root, .. } => trust::look(folders, root),
        Condition::Absent | Condition::Stale { .. } | Condition::Damaged => trust::unasked(),
    };
    note(trust.line(), stores);
    let localhost = match condition {
        Condition::Valid { .. } => Localhost::Valid,
        Condition::Absent => Localhost::Absent,
        Condition::Stale { .. } => Localhost::Stale,
        Condition::Damaged => Localhost::Damaged,
    };
    let examination = Examination {
        system: system(),
        configuration,
        readers,
        card,
        certificate,
        tries,
        modules,
        clock: clock::look(now, clock::built(), &clock::witnesses(&paths.data, since)),
        ports,
        localhost,
        trust,
        display: screen::look(),
        window: match window_program() {
            Ok(program) if program.is_file() => Window::Present,
            Ok(_) | Err(_) => Window::Missing,
        },
    };
    Findings { examination, details }
}

const fn system() -> System {
    if cfg!(windows) {
        System::Windows
    } else if cfg!(target_os = "macos") {
        System::MacOs
    } else {
        System::Linux
    }
}
