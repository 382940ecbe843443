//! Bytes become a command, ISO/IEC 7816-4:2020 clause 5.2; extended form for cards that take it.

use std::fmt;

use ankong_card::StatusWord;
use ankong_card::apdu::Instruction;

/// A command as the card received it. Its data may be a PIN, so it prints header and lengths only.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Command<'a> {
    /// Class byte.
    pub cla: u8,
    /// Instruction byte.
    pub ins: Instruction,
    /// First parameter.
    pub p1: u8,
    /// Second parameter.
    pub p2: u8,
    /// The data field, possibly empty.
    pub data: &'a [u8],
    /// Bytes expected back, if any; 65,535 stands for one more too, for no answer here is as long.
    pub le: Option<u16>,
}

impl<'a> Command<'a> {
    /// Like [`Command::try_from`], with the extended form too.
    ///
    /// # Errors
    /// Lengths that do not add up are 6700.
    pub fn of_any_length(apdu: &'a [u8]) -> Result<Self, StatusWord> {
        let [cla, ins, p1, p2, 0, body @ ..] = apdu else { return Self::try_from(apdu) };
        let number = |high: &u8, low: &u8| u16::from_be_bytes([*high, *low]);
        let (data, le): (&[u8], _) = match body {
            [] => return Self::try_from(apdu), // a short Le
            [high, low] => (&[], Some(number(high, low))),
            [high, low, rest @ ..] => match rest.split_at_checked(usize::from(number(high, low))) {
                Some((data, [])) => (data, None),
                Some((data, [high, low])) => (data, Some(number(high, low))),
                Some(_) | None => return Err(StatusWord::WRONG_LENGTH),
            },
            [_] => return Err(StatusWord::WRONG_LENGTH),
        };
        let le = le.map(|le| if le == 0 { u16::MAX } else { le });
        Ok(Self { cla: *cla, ins: Instruction(*ins), p1: *p1, p2: *p2, data, le })
    }

    /// P1 and P2 read as one number, high byte first.
    #[must_use]
    pub fn p1_p2(&self) -> u16 {
        u16::from_be_bytes([self.p1, self.p2])
    }
}

impl<'a> TryFrom<&'a [u8]> for Command<'a> {
    type Error = StatusWord;

    /// Extended length and lengths that do not add up are 6700.
    fn try_from(apdu: &'a [u8]) -> Result<Self, StatusWord> {
        let [cla, ins, p1, p2, body @ ..] = apdu else {
            return Err(StatusWord::WRONG_LENGTH);
        };
        let (data, le): (&[u8], _) = match body {
            [] => (&[], None),
            [le] => (&[], Some(*le)),
            // A zero before further bytes announces extended length.
            [0, ..] => return Err(StatusWord::WRONG_LENGTH),
            [lc, rest @ ..] => match rest.split_at_checked(usize::from(*lc)) {
                Some((data, [])) => (data, None),
                Some((data, [le])) => (data, Some(*le)),
                Some(_) | None => return Err(StatusWord::WRONG_LENGTH),
            },
        };
        let le = le.map(|le| if le == 0 { 256 } else { u16::from(le) });
        Ok(Self { cla: *cla, ins: Instruction(*ins), p1: *p1, p2: *p2, data, le })
    }
}

impl fmt::Display for Command<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X} {} {:02X} {:02X}", self.cla, self.ins, self.p1, self.p2)?;
        write!(f, " Lc={} Le={}", self.data.len(), self.le.unwrap_or(0))
    }
}

impl fmt::Debug for Command<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(apdu: &[u8]) -> Result<(&[u8], Option<u16>), StatusWord> {
        Command::try_from(apdu).map(|command| (command.data, command.le))
    }

    #[test]
    fn the_four_short_cases_are_read() {
        assert_eq!(body(&[0x80, 0xA4, 0, 0]), Ok((&[][..], None)));
        assert_eq!(body(&[0x80, 0xB0, 0, 0, 0]), Ok((&[][..], Some(256))));
        assert_eq!(body(&[0x80, 0xA4, 0, 0, 2, 0x3F, 0]), Ok((&[0x3F, 0][..], None)));
        assert_eq!(body(&[0x80, 0xA4, 0, 0, 1, 7, 0x10]), Ok((&[7][..], Some(16))));
    }

    #[test]
    fn lengths_that_do_not_add_up_are_wrong_lengths() {
        let wrong: [&[u8]; 6] = [
            &[],
            &[0x80, 0xA4, 0],
            &[0x80, 0xA4, 0, 0, 2, 0x3F],
            &[0x80, 0xA4, 0, 0, 1, 7, 0, 0],
            &[0x80, 0xB0, 0, 0, 0, 1, 0],    // extended, case 2
            &[0x80, 0xA4, 0, 0, 0, 0, 1, 7], // extended, case 3
        ];
        for apdu in wrong {
            assert_eq!(body(apdu), Err(StatusWord::WRONG_LENGTH), "{apdu:02X?}");
        }
    }

    #[test]
    fn the_extended_cases_are_read_where_they_are_asked_for() {
        let body = |apdu: &'static [u8]| {
            Command::of_any_length(apdu).map(|command| (command.data, command.le))
        };
        assert_eq!(body(&[0, 0xCB, 0, 0, 0]), Ok((&[][..], Some(256))));
        assert_eq!(body(&[0, 0xCB, 0, 0, 0, 0, 0]), Ok((&[][..], Some(u16::MAX))));
        assert_eq!(body(&[0, 0xCB, 0, 0, 0, 0, 1, 7]), Ok((&[7][..], None)));
        assert_eq!(body(&[0, 0xCB, 0, 0, 0, 0, 1, 7, 1, 2]), Ok((&[7][..], Some(258))));
        assert_eq!(body(&[0, 0xCB, 0, 0, 0, 0, 2, 7]), Err(StatusWord::WRONG_LENGTH));
        assert_eq!(body(&[0, 0xCB, 0, 0, 0, 1]), Err(StatusWord::WRONG_LENGTH));
    }

    #[test]
    fn a_command_prints_no_data() {
        let command = Command::try_from(&[0x80, 0x20, 0, 1, 2, 0x31, 0x32][..]).unwrap();
        assert_eq!(format!("{command:?}"), "80 20 00 01 Lc=2 Le=0");
    }
}
