//! In which condition a test card is, and the set of cards in all of them.

use std::str::FromStr;

/// What a card that is issued has behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Condition {
    /// Nothing is wrong with it.
    Good,
    /// Its certificates ended yesterday.
    Expired,
    /// Its certificates are on the revocation list, for good.
    Revoked,
    /// Its certificates are on the revocation list, on hold.
    Suspended,
    /// No PIN tries are left.
    Blocked,
}

/// The text names no condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the conditions are good, expired, revoked, suspended and blocked")]
pub struct NotACondition;

impl FromStr for Condition {
    type Err = NotACondition;

    fn from_str(text: &str) -> Result<Self, NotACondition> {
        match text {
            "good" => Ok(Self::Good),
            "expired" => Ok(Self::Expired),
            "revoked" => Ok(Self::Revoked),
            "suspended" => Ok(Self::Suspended),
            "blocked" => Ok(Self::Blocked),
            _ => Err(NotACondition),
        }
    }
}

/// One card of the ready set.
pub struct ReadyCard {
    /// The name of its file, without an ending.
    pub file: &'static str,
    /// The cardholder, whom nobody is.
    pub name: &'static str,
    /// An invented national ID number.
    pub national_id: &'static str,
    /// Its condition.
    pub condition: Condition,
}

/// One person's cards in every condition, and a good card of somebody else.
pub const READY: [ReadyCard; 6] = [
    of_one_person("good", Condition::Good),
    of_one_person("expired", Condition::Expired),
    of_one_person("revoked", Condition::Revoked),
    of_one_person("suspended", Condition::Suspended),
    of_one_person("blocked", Condition::Blocked),
    ReadyCard {
        file: "other-person",
        name: "陳美玲",
        national_id: "F224680133",
        condition: Condition::Good,
    },
];

const fn of_one_person(file: &'static str, condition: Condition) -> ReadyCard {
    ReadyCard { file, name: "王曉明", national_id: "A123456789", condition }
}
