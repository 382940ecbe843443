//! Cards that people in Taiwan put into a reader by mistake: named when no driver took them, so
//! that somebody is told "this is your health insurance card" and not "unknown card".
//!
//! An ATR is a hint and no more; here a wrong guess costs nothing but a wrong name. Nothing of
//! such a card is read.

use crate::apdu::{CommandApdu, Instruction};
use crate::{Channel, StatusWord, TransportError};

/// The card's name, if it is one of those.
///
/// # Errors
/// The channel failed.
pub(crate) fn name(
    channel: &mut Channel<'_>,
    atr: &[u8],
) -> Result<Option<&'static str>, TransportError> {
    let by_atr = CARDS.iter().find(|card| card.atr_has(atr));
    if let Some(card) = by_atr {
        return Ok(Some(card.name));
    }
    for card in &CARDS {
        let Some(application) = card.application else { continue };
        let Ok(select) =
            CommandApdu::new(0x00, Instruction::SELECT, 0x04, 0x00).with_data(application)
        else {
            continue;
        };
        if channel.send(&select)?.status == StatusWord::OK {
            return Ok(Some(card.name));
        }
    }
    Ok(None)
}

/// A kind of card that no driver is for.
struct Foreign {
    name: &'static str,
    /// Part of its ATR.
    historical: &'static [u8],
    /// An application only it has.
    application: Option<&'static [u8]>,
}

impl Foreign {
    fn atr_has(&self, atr: &[u8]) -> bool {
        atr.windows(self.historical.len()).any(|part| part == self.historical)
    }
}

/// ATRs and the application as published by several open-source readers of these cards.
const CARDS: [Foreign; 2] = [
    Foreign {
        name: "national health insurance (NHI, 健保卡)",
        historical: b"THCC",
        application: Some(&[0xD1, 0x58, 0, 0, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0x00]),
    },
    Foreign {
        name: "health professional (HCA, 醫事人員憑證)",
        historical: b"PV_J2D081",
        application: None,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::{Transcript, hex};

    fn name_of(atr: &str, script: &str) -> Option<&'static str> {
        let mut card = Transcript::parse(script);
        let name = name(&mut Channel::new(&mut card), &hex(atr)).unwrap();
        card.assert_finished();
        name
    }

    #[test]
    fn known_atrs_are_named_without_asking_the_card() {
        let nhi = "3BFF1800FF8131FE4554484343313054 45434F47 44484E3224";
        assert!(name_of(nhi, "").unwrap().contains("健保卡"));
        let hca = "3BF91800008131FE4550565F4A32443038 31B6";
        assert!(name_of(hca, "").unwrap().contains("醫事人員憑證"));
    }

    /// Answers every command as a card does that knows none of it.
    struct Stranger;

    impl crate::Transport for Stranger {
        fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, TransportError> {
            Ok(vec![0x6A, 0x82])
        }
    }

    #[test]
    fn a_card_that_no_driver_takes_is_reported_by_name() {
        let opened = |atr: &str| {
            let keys = crate::moica::IssuerKeys::default();
            let opened = crate::card::open(&mut Channel::new(&mut Stranger), &hex(atr), &keys);
            opened.err().unwrap()
        };
        let refused = opened("3BFF1800FF8131FE455448434331305445434F4744484E3224");
        assert_eq!(refused.declined.len(), 4);
        assert!(refused.to_string().contains("健保卡"), "{refused}");
        assert!(matches!(opened("3B00").error, crate::CardError::Unknown));
    }

    #[test]
    fn an_application_tells_where_the_atr_does_not() {
        let select = "> 00 A4 04 00 10 D1 58 00 00 01 00 00 00 00 00 00 00 00 00 11 00\n< ";
        assert!(name_of("3B00", &format!("{select}90 00")).unwrap().contains("NHI"));
        assert_eq!(name_of("3B00", &format!("{select}6A 82")), None);
    }
}
