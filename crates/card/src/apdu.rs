//! Command and response APDUs, ISO/IEC 7816-4:2020 clause 5.
//!
//! Extended form where a command needs it; [`crate::Channel::longest_answer`] says whether it may. The
//! data of a command may be a PIN, so a [`CommandApdu`] is wiped when dropped and prints its header and lengths only.

use std::fmt;

use zeroize::Zeroizing;

use crate::StatusWord;

/// The instruction byte, ISO/IEC 7816-4 table 5; an open set.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Instruction(pub u8);

impl Instruction {
    /// VERIFY, clause 11.6.6.
    pub const VERIFY: Self = Self(0x20);
    /// SELECT, clause 11.1.1.
    pub const SELECT: Self = Self(0xA4);
    /// READ BINARY, clause 11.2.3.
    pub const READ_BINARY: Self = Self(0xB0);
    /// READ RECORD, clause 11.4.3.
    pub const READ_RECORD: Self = Self(0xB2);
    /// GET RESPONSE, clause 11.7.1.
    pub const GET_RESPONSE: Self = Self(0xC0);
}

impl fmt::Display for Instruction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X}", self.0)
    }
}

impl fmt::Debug for Instruction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Instruction({self})")
    }
}

/// A command, not yet encoded.
#[derive(Clone, PartialEq, Eq)]
pub struct CommandApdu {
    /// Class byte, clause 5.4.1.
    pub cla: u8,
    /// Instruction byte.
    pub ins: Instruction,
    /// First parameter.
    pub p1: u8,
    /// Second parameter.
    pub p2: u8,
    data: Zeroizing<Vec<u8>>,
    le: Option<u32>,
}

/// More than a command has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a command carries at most {most} bytes, not {data}")]
pub struct TooLong {
    /// Bytes of data offered.
    pub data: usize,
    /// Bytes it could have carried.
    pub most: usize,
}

impl CommandApdu {
    /// A command with neither data nor an expected answer (case 1).
    #[must_use]
    pub fn new(cla: u8, ins: Instruction, p1: u8, p2: u8) -> Self {
        Self { cla, ins, p1, p2, data: Zeroizing::new(Vec::new()), le: None }
    }

    /// The same command with a data field.
    ///
    /// # Errors
    /// More than 255 bytes do not fit the short form.
    pub fn with_data(mut self, data: &[u8]) -> Result<Self, TooLong> {
        if data.len() > 255 {
            return Err(TooLong { data: data.len(), most: 255 });
        }
        self.data = Zeroizing::new(data.to_vec());
        Ok(self)
    }

    /// The same command with a data field that makes it an extended one beyond 255 bytes.
    ///
    /// # Errors
    /// More than 65,535 bytes fit no command.
    pub fn with_long_data(mut self, data: &[u8]) -> Result<Self, TooLong> {
        let most = usize::from(u16::MAX);
        if data.len() > most {
            return Err(TooLong { data: data.len(), most });
        }
        self.data = Zeroizing::new(data.to_vec());
        Ok(self)
    }

    /// The same command expecting up to `le` bytes, 1 to 256; anything above is cut to 256.
    #[must_use]
    pub fn expecting(mut self, le: u16) -> Self {
        self.le = Some(u32::from(le.clamp(1, 256)));
        self
    }

    /// The same command expecting up to `le` bytes, 1 to 65,536; beyond 256 it is an extended one.
    #[must_use]
    pub fn expecting_long(mut self, le: u32) -> Self {
        self.le = Some(le.clamp(1, 0x1_0000));
        self
    }

    /// Whether it takes the extended form.
    #[must_use]
    pub fn is_extended(&self) -> bool {
        self.data.len() > 255 || self.le.is_some_and(|le| le > 256)
    }

    /// The data field.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// Bytes expected back, if an answer is expected at all.
    #[must_use]
    pub fn le(&self) -> Option<u32> {
        self.le
    }

    /// The bytes for the card, clause 5.2 table 3.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(9 + self.data.len()));
        bytes.extend([self.cla, self.ins.0, self.p1, self.p2]);
        if self.is_extended() {
            self.extended_body(&mut bytes);
            return bytes;
        }
        if let Ok(lc @ 1..) = u8::try_from(self.data.len()) {
            bytes.push(lc);
            bytes.extend_from_slice(&self.data);
        }
        if let Some(le) = self.le {
            bytes.push((le & 0xFF) as u8); // 256 is written as 00
        }
        bytes
    }

    /// Whether it has data and expects some: case 4.
    #[must_use]
    pub fn is_case_4(&self) -> bool {
        !self.data.is_empty() && self.le.is_some()
    }

    /// The bytes for a card over T=0, ISO/IEC 7816-3:2006 clause 12.2: P3 after the header is Lc or Le,
    /// 00 for neither, and a command with data has no Le. For short commands; extended ones have no
    /// such form.
    #[must_use]
    pub fn to_tpdu(&self) -> Zeroizing<Vec<u8>> {
        let without_le = self.is_case_4().then(|| Self { le: None, ..self.clone() });
        let mut bytes = without_le.as_ref().unwrap_or(self).to_bytes();
        if bytes.len() == HEADER {
            bytes.push(0);
        }
        bytes
    }

    /// A zero, then lengths of two bytes; 65,536 is written as 0000.
    fn extended_body(&self, bytes: &mut Vec<u8>) {
        bytes.push(0);
        if let Ok(lc @ 1..) = u16::try_from(self.data.len()) {
            bytes.extend(lc.to_be_bytes());
            bytes.extend_from_slice(&self.data);
        }
        if let Some(le) = self.le {
            bytes.extend(((le & 0xFFFF) as u16).to_be_bytes());
        }
    }
}

impl fmt::Debug for CommandApdu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X} {} {:02X} {:02X}", self.cla, self.ins, self.p1, self.p2)?;
        write!(f, " Lc={} Le={}", self.data.len(), self.le.unwrap_or(0))
    }
}

/// A card's answer.
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseApdu {
    /// The data field, possibly empty.
    pub data: Vec<u8>,
    /// The trailing status word.
    pub status: StatusWord,
}

/// Fewer bytes than a status word has came back, or more than the command allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} bytes are no response")]
pub struct NotAResponse(pub usize);

impl TryFrom<Vec<u8>> for ResponseApdu {
    type Error = NotAResponse;

    /// As a response of short length.
    fn try_from(bytes: Vec<u8>) -> Result<Self, NotAResponse> {
        Self::within(LONGEST_RESPONSE, bytes)
    }
}

impl ResponseApdu {
    /// As a response with its status word of at most `longest` bytes.
    ///
    /// # Errors
    /// [`NotAResponse`].
    pub fn within(longest: usize, mut bytes: Vec<u8>) -> Result<Self, NotAResponse> {
        let length = bytes.len();
        match (bytes.pop(), bytes.pop()) {
            (Some(sw2), Some(sw1)) if length <= longest => {
                Ok(Self { data: bytes, status: StatusWord(u16::from_be_bytes([sw1, sw2])) })
            }
            _ => Err(NotAResponse(length)),
        }
    }
}

impl fmt::Debug for ResponseApdu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes, {}", self.data.len(), self.status)
    }
}

/// Bytes of CLA, INS, P1 and P2.
const HEADER: usize = 4;
/// Clause 5.2: Ne is at most 256 in short form, and the status word follows.
const LONGEST_RESPONSE: usize = 256 + 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_cases_are_encoded_as_the_standard_says() {
        let case1 = CommandApdu::new(0x80, Instruction::SELECT, 0, 0);
        assert_eq!(case1.to_bytes().as_slice(), [0x80, 0xA4, 0, 0]);
        let case2 = case1.clone().expecting(256);
        assert_eq!(case2.to_bytes().as_slice(), [0x80, 0xA4, 0, 0, 0]);
        let case3 = case1.clone().with_data(&[0x3F, 0]).unwrap();
        assert_eq!(case3.to_bytes().as_slice(), [0x80, 0xA4, 0, 0, 2, 0x3F, 0]);
        let case4 = case3.expecting(0x10);
        assert_eq!(case4.to_bytes().as_slice(), [0x80, 0xA4, 0, 0, 2, 0x3F, 0, 0x10]);
    }

    #[test]
    fn over_t0_no_command_is_shorter_than_its_p3_or_has_data_and_le() {
        let case1 = CommandApdu::new(0x80, Instruction::SELECT, 0, 0);
        assert_eq!(case1.to_tpdu().as_slice(), [0x80, 0xA4, 0, 0, 0]);
        let case2 = case1.clone().expecting(0x10);
        assert_eq!(case2.to_tpdu().as_slice(), [0x80, 0xA4, 0, 0, 0x10]);
        let case3 = case1.with_data(&[0x3F, 0]).unwrap();
        assert_eq!(case3.to_tpdu().as_slice(), [0x80, 0xA4, 0, 0, 2, 0x3F, 0]);
        assert_eq!(case3.clone().expecting(256).to_tpdu(), case3.to_tpdu());
    }

    #[test]
    fn beyond_255_bytes_or_256_back_a_command_is_extended() {
        let plain = CommandApdu::new(0, Instruction::SELECT, 0, 0);
        let case2 = plain.clone().expecting_long(0x1_0000);
        assert_eq!(case2.to_bytes().as_slice(), [0, 0xA4, 0, 0, 0, 0, 0]);
        let case4 = plain.clone().with_long_data(&[7]).unwrap().expecting_long(0x1234);
        assert_eq!(case4.to_bytes().as_slice(), [0, 0xA4, 0, 0, 0, 0, 1, 7, 0x12, 0x34]);
        let case3 = plain.clone().with_long_data(&[7; 256]).unwrap();
        assert_eq!(case3.to_bytes()[..8], [0, 0xA4, 0, 0, 0, 1, 0, 7]);
        assert!(!plain.clone().with_long_data(&[7]).unwrap().expecting_long(256).is_extended());
        assert!(plain.with_long_data(&[0; 65_536]).is_err());
    }

    #[test]
    fn a_command_does_not_print_its_data() {
        let verify = CommandApdu::new(0, Instruction::VERIFY, 0, 1).with_data(b"123456").unwrap();
        assert_eq!(format!("{verify:?}"), "00 20 00 01 Lc=6 Le=0");
    }

    #[test]
    fn data_beyond_the_short_form_is_refused() {
        let command = CommandApdu::new(0, Instruction::VERIFY, 0, 1);
        assert_eq!(command.with_data(&[0; 256]), Err(TooLong { data: 256, most: 255 }));
    }

    #[test]
    fn a_response_has_a_status_word_and_at_most_256_bytes_before_it() {
        assert_eq!(ResponseApdu::try_from(vec![0x90]), Err(NotAResponse(1)));
        assert!(ResponseApdu::try_from(vec![0x90; 258]).is_ok());
        assert_eq!(ResponseApdu::try_from(vec![0x90; 259]), Err(NotAResponse(259)));
        let answer = ResponseApdu::try_from(vec![1, 2, 0x90, 0]).unwrap();
        assert_eq!((answer.data.as_slice(), answer.status), (&[1u8, 2][..], StatusWord::OK));
    }
}
