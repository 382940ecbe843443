//! What goes wrong, and what is expected then: one table, to be read by people.

use std::time::Duration;

use ankong_card::StatusWord;
use virtual_card::fault::What;

/// A kind of fault.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Between the card's contacts and the reader.
    Card(What),
    /// The reader is unplugged before the answer arrives.
    ReaderPulled,
    /// The smart-card service is killed before the answer arrives.
    ServiceKilled,
    /// Another program gets the card to itself instead of this command.
    Held,
}

/// When it goes wrong, seen from the PIN.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Phase {
    /// The card is read after it was put in.
    Reading,
    /// It is made sure that it is still the same card.
    BeforeVerify,
    /// The command with the PIN.
    Verify,
    /// The signature.
    AfterVerify,
}

impl Phase {
    pub(crate) const ALL: [Self; 4] =
        [Self::Reading, Self::BeforeVerify, Self::Verify, Self::AfterVerify];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::BeforeVerify => "before VERIFY",
            Self::Verify => "VERIFY",
            Self::AfterVerify => "after VERIFY",
        }
    }
}

/// A line of the table: for each phase the outcomes that are right, apart by blanks. `ok` is a
/// proof, `1-left` a PIN called wrong with one try left, anything else a code of `docs/errors.md`.
pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    expected: [&'static str; 4],
}

impl Line {
    pub(crate) fn expects(&self, phase: Phase) -> &'static str {
        self.expected[phase as usize]
    }

    /// Whether the card says that all went well, and did nothing.
    pub(crate) fn is_lie(&self) -> bool {
        matches!(self.kind, Kind::Card(What::Answer(StatusWord::OK)))
    }
}

const fn line(name: &'static str, kind: Kind, expected: [&'static str; 4]) -> Line {
    Line { name, kind, expected }
}

const fn status(status: u16) -> Kind {
    Kind::Card(What::Answer(StatusWord(status)))
}

const fn slow(seconds: u64) -> Kind {
    Kind::Card(What::Slow(Duration::from_secs(seconds)))
}

/// A driver may do without a part of the card, or ask in another way: then a fault while reading
/// or recognising ends well, or with a card that can be read and not sign. It never ends with
/// another proof than an honest card's, which is checked apart.
#[rustfmt::skip]
pub(crate) const TABLE: [Line; 16] = [
    line("card pulled",             Kind::Card(What::PullDuring), ["no-card",             "card-removed",             "card-removed", "card-removed"]),
    line("reader pulled",           Kind::ReaderPulled,           ["no-reader",           "card-removed",             "card-removed", "card-removed"]),
    line("service killed",          Kind::ServiceKilled,          ["no-service",          "no-service",               "no-service",   "no-service"]),
    line("held by another program", Kind::Held,                   ["busy",                "busy",                     "busy",         "busy"]),
    line("reset by another program",Kind::Card(What::Reset),      ["busy",                "busy",                     "busy",         "busy"]),
    line("63C1",                    status(0x63C1),               ["ok unsupported-card no-signing-module", "ok card-removed internal", "1-left",       "internal"]),
    line("63C0",                    status(0x63C0),               ["ok unsupported-card no-signing-module", "ok card-removed internal pin-blocked", "pin-blocked",  "internal"]),
    line("6983",                    status(0x6983),               ["ok unsupported-card no-signing-module", "ok card-removed internal pin-blocked", "pin-blocked",  "internal"]),
    line("6A82",                    status(0x6A82),               ["ok unsupported-card no-signing-module", "ok card-removed internal", "internal",     "internal"]),
    line("6F00",                    status(0x6F00),               ["ok unsupported-card no-signing-module", "ok card-removed internal", "internal",     "internal"]),
    line("9000 and nothing else",   status(0x9000),               ["ok unsupported-card no-signing-module", "ok card-removed internal", "internal",     "internal"]),
    line("half an answer",          Kind::Card(What::Half),       ["ok unsupported-card no-signing-module", "ok card-removed internal", "internal",     "internal"]),
    line("an empty answer",         Kind::Card(What::Empty),      ["unsupported-card",    "internal",                 "internal",     "internal"]),
    line("an answer of 300 bytes",  Kind::Card(What::Long),       ["unsupported-card",    "internal",                 "internal",     "internal ok"]),
    line("an answer after 5 s",     slow(5),                      ["ok",                  "ok",                       "ok",           "ok"]),
    line("no answer in 20 s",       slow(21),                     ["unsupported-card",    "internal",                 "internal",     "internal"]),
];
