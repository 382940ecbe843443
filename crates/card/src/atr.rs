//! What a card says about itself when it is switched on: the answer to reset, ISO/IEC 7816-3:2006
//! clause 8.2, and the card capabilities in its historical bytes, ISO/IEC 7816-4:2020 clause 12.1.1.

use crate::Protocol;

/// The protocol the card offers first, which is spoken unless another one is agreed upon: the
/// one that TD1 names, T=0 without it (clause 8.2.3).
#[must_use]
pub fn first_protocol(atr: &[u8]) -> Protocol {
    let [_direction, format, interface @ ..] = atr else { return Protocol::T0 };
    let first = *format >> 4;
    let td1 = interface.get((first & 0x07).count_ones() as usize).filter(|_| first & 0x08 != 0);
    match td1.map(|td1| td1 & 0x0F) {
        Some(1) => Protocol::T1,
        Some(_) | None => Protocol::T0,
    }
}

/// Whether the card takes commands and gives answers of extended length. A card that does not say
/// so is taken for one that does not.
pub(crate) fn says_extended_length(atr: &[u8]) -> bool {
    historical(atr).and_then(capabilities).is_some_and(|third| third & EXTENDED != 0)
}

/// The historical bytes: after the interface bytes, which each group's first byte counts. `None`
/// when the answer breaks off before their end.
#[must_use]
pub fn historical(atr: &[u8]) -> Option<&[u8]> {
    let [_direction, format, rest @ ..] = atr else { return None };
    let (mut follow, mut rest) = (format >> 4, rest);
    while follow != 0 {
        let (group, next) = rest.split_at_checked(follow.count_ones() as usize)?;
        // TD, the last of a group where bit 4 announces it, announces the next one.
        follow = if follow & 0x08 != 0 { group.last()? >> 4 } else { 0 };
        rest = next;
    }
    rest.get(..usize::from(format & 0x0F))
}

/// The third byte of the card capabilities, compact-TLV tag 7, where the category indicator says
/// that there are compact-TLV objects.
fn capabilities(historical: &[u8]) -> Option<u8> {
    let mut objects = match historical {
        [0x80, objects @ ..] => objects,
        // Three status bytes stand at the end.
        [0x00, objects @ ..] => objects.get(..objects.len().checked_sub(3)?)?,
        _ => return None,
    };
    while let [tag_and_length, rest @ ..] = objects {
        let (value, next) = rest.split_at_checked(usize::from(tag_and_length & 0x0F))?;
        if tag_and_length >> 4 == CAPABILITIES {
            return value.get(2).copied();
        }
        objects = next;
    }
    None
}

const CAPABILITIES: u8 = 0x7;
/// Clause 12.1.1.9, third byte: extended Lc and Le fields.
const EXTENDED: u8 = 0x40;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::hex;

    #[test]
    fn the_protocol_is_the_one_that_td1_names() {
        for (atr, protocol) in [
            ("3B 85 01 80 73 C0 01 80 36", Protocol::T1),
            ("3B B8 13 00 81 31 FA 52", Protocol::T1),
            ("3B D8 18 00 00 31", Protocol::T0),
            ("3B 65 00 00 80 73 C0 01 80", Protocol::T0),
            ("3B 00", Protocol::T0),
            ("3B F0 11", Protocol::T0),
            ("", Protocol::T0),
        ] {
            assert_eq!(first_protocol(&hex(atr)), protocol, "{atr}");
        }
    }

    #[test]
    fn a_card_takes_extended_length_when_it_says_so() {
        for (atr, says) in [
            ("3B 85 01 80 73 C0 01 C0 76", true),
            ("3B 85 01 80 73 C0 01 80 36", false),
            // Interface bytes first: TA1, TD1; TD2; TA3, TB3.
            ("3B 95 18 81 31 FE 45 80 73 C0 01 C0 00", true),
            ("3B 95 18 81 31 FE 45 80 73 C0", false),
            ("3B 95 18 81 31", false),
            ("3B 88 01 00 73 C0 01 C0 05 90 00 00", true),
            ("3B 84 01 80 72 C0 01 00", false),
            ("3B 00", false),
            ("3B F0", false),
            ("", false),
        ] {
            assert_eq!(says_extended_length(&hex(atr)), says, "{atr}");
        }
    }
}
