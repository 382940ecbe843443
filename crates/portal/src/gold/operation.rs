//! What a member's card is asked for. A challenge made for one is unknown to the other.

use crate::{language::Language, notice::Notice};

use super::masked::masked;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// A member becomes gold.
    Upgrade,
    /// A gold member has another card: the certificate was issued anew.
    Renew,
}

impl Operation {
    /// The places a member may have among the challenges.
    pub(crate) fn places(member: i64) -> [String; 2] {
        [Self::Upgrade, Self::Renew].map(|operation| operation.place(member))
    }

    /// Its place among the challenges: one a member, however many sessions they begin.
    pub(super) fn place(self, member: i64) -> String {
        match self {
            Self::Upgrade => format!("gold {member}"),
            Self::Renew => format!("renew {member}"),
        }
    }

    /// Its name among what is kept of what happened.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Upgrade => "upgrade",
            Self::Renew => "renew",
        }
    }

    /// What the member is written.
    pub(super) fn notice(self) -> Notice<'static> {
        match self {
            Self::Upgrade => Notice::Gold,
            Self::Renew => Notice::Card,
        }
    }

    /// What the person reads in Ankong's window.
    pub(super) fn purpose(self, account: &str, language: Language) -> String {
        let account = masked(account);
        match (self, language) {
            (Self::Upgrade, Language::Chinese) => format!("將 {account} 升級為金質會員"),
            (Self::Upgrade, Language::English) => format!("Make {account} a gold member"),
            (Self::Renew, Language::Chinese) => format!("將 {account} 改用這張憑證"),
            (Self::Renew, Language::English) => format!("Bind {account} to this card"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_masked() {
        let text = Operation::Upgrade.purpose("ming@example.tw", Language::Chinese);
        assert_eq!(text, "將 m***@example.tw 升級為金質會員");
        let text = Operation::Renew.purpose("0912345678", Language::English);
        assert_eq!(text, "Bind 0912***678 to this card");
    }

    #[test]
    fn the_longest_address_fits_the_window() {
        let email = format!("ming@{}.example.tw", "long-".repeat(40));
        let text = Operation::Upgrade.purpose(&email, Language::English);
        assert!(text.chars().count() <= 80 && text.ends_with(".example.tw a gold member"));
    }
}
