//! What a tester can say to a running card: one line, on stdin or to the control page.

use std::str::FromStr;

use virtual_card::fault::{Fault, Flaw, NotAFault, NotAFlaw};

/// One thing to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Order {
    /// Take the card out of the reader.
    Pull,
    /// Put it in.
    Insert,
    /// Take another card of the same folder, by its file name without ending. The same card again
    /// is as it was issued, but for its PIN tries.
    Swap(String),
    /// Let this go wrong.
    Fault(Fault),
    /// Let nothing go wrong any more.
    Clear,
    /// Let the card have this flaw.
    Flaw(Flaw),
    /// Give the card all its PIN tries again.
    Unblock,
}

/// The line says nothing that can be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotAnOrder {
    /// It begins with another word.
    #[error(
        "the lines are pull, insert, swap CARD, fault FAULT, clear, flaw FLAW and unblock, not {0:?}"
    )]
    Unknown(String),
    /// Its fault is none.
    #[error(transparent)]
    Fault(#[from] NotAFault),
    /// Its flaw is none.
    #[error(transparent)]
    Flaw(#[from] NotAFlaw),
}

impl FromStr for Order {
    type Err = NotAnOrder;

    fn from_str(line: &str) -> Result<Self, NotAnOrder> {
        match line.trim().split_once(' ').unwrap_or((line.trim(), "")) {
            ("pull", "") => Ok(Self::Pull),
            ("insert", "") => Ok(Self::Insert),
            ("swap", card) if !card.is_empty() => Ok(Self::Swap(card.to_owned())),
            ("fault", fault) => Ok(Self::Fault(fault.parse()?)),
            ("clear", "") => Ok(Self::Clear),
            ("flaw", flaw) => Ok(Self::Flaw(flaw.parse()?)),
            ("unblock", "") => Ok(Self::Unblock),
            _ => Err(NotAnOrder::Unknown(line.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing test may panic")]
    use super::*;

    #[test]
    fn every_line_of_the_guide_is_understood_and_no_other() {
        let swap = Order::Swap("other-person".to_owned());
        for (line, order) in [
            ("pull", Order::Pull),
            (" insert\n", Order::Insert),
            ("swap other-person", swap),
            ("fault mute=#1", Order::Fault("mute=#1".parse().unwrap())),
            ("clear", Order::Clear),
            ("flaw blocked-pin", Order::Flaw(Flaw::BlockedPin)),
            ("unblock", Order::Unblock),
        ] {
            assert_eq!(line.parse(), Ok(order), "{line}");
        }
        for wrong in ["", "pull it", "swap", "fault", "fault mute", "flaw", "flaw blocked", "burn"]
        {
            assert!(wrong.parse::<Order>().is_err(), "{wrong}");
        }
    }
}
