//! From a command to its whole answer, over anything that carries bytes to a card.
//!
//! Knows ISO/IEC 7816-4 clause 5.3.4 (`61xx`, `6Cxx`) and how APDUs go over T=0 (ISO/IEC 7816-3:2006
//! clause 12.2); knows no reader, socket or clock.

use zeroize::Zeroizing;

use crate::StatusWord;
use crate::apdu::{CommandApdu, Instruction, NotAResponse, ResponseApdu};
use crate::pin_pad::PadCommand;

/// Carries one encoded command to a card and its answer back. Deadlines are the carrier's duty.
pub trait Transport {
    /// Sends `command`, returns data and status word as they came.
    ///
    /// # Errors
    /// The card or the way to it failed; nothing is known about whether the card acted.
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError>;

    /// What the reader speaks with the card.
    fn protocol(&mut self) -> Protocol {
        Protocol::T1
    }

    /// Whether commands and answers of extended length get through; never over T=0.
    fn takes_extended_length(&mut self) -> bool {
        false
    }

    /// Lets the person complete `command` on the reader's keys and sends it; the answer is the
    /// card's, or a status of the reader's own.
    ///
    /// # Errors
    /// As [`Transport::transmit`]; [`TransportError::NoPinPad`] when the reader has no keys.
    fn verify_on_pad(&mut self, _command: &PadCommand) -> Result<Vec<u8>, TransportError> {
        Err(TransportError::NoPinPad)
    }
}

/// A transmission protocol, ISO/IEC 7816-3:2006 clauses 10 and 11.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// By characters. A command carries data one way only, and [`Transport::transmit`] is given
    /// TPDUs.
    T0,
    /// By blocks, which carry whole APDUs.
    T1,
}

/// Why no answer came. The reader layer maps its own errors onto these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The card is no longer in the reader, or the reader is gone.
    #[error("the card was removed")]
    Removed,
    /// Another program reset the card; what was selected or verified is lost.
    #[error("another program reset the card")]
    Reset,
    /// The smart-card service of the operating system went away.
    #[error("the smart-card service stopped")]
    ServiceStopped,
    /// The card is held by another program.
    #[error("another program holds the card")]
    Held,
    /// The card did not answer in time; whether it acted is not known.
    #[error("the card did not answer in time")]
    Silent,
    /// Anything else the reader reports, with its own code.
    #[error("the reader reported {code:08X}")]
    Reader {
        /// The PC/SC return code.
        code: u32,
    },
    /// The reader has no keys to type a PIN on.
    #[error("the reader has no keys for a PIN")]
    NoPinPad,
    /// The answer was too short, too long or never complete.
    #[error("the card's answer is no response APDU")]
    Garbled,
}

impl From<NotAResponse> for TransportError {
    fn from(_: NotAResponse) -> Self {
        Self::Garbled
    }
}

/// Commands on one channel, far more than any card needs: one that answers a byte at a time must
/// not hold a reader for ever.
const MAX_COMMANDS: u32 = 600;
/// The longest answer, of extended length or put together from `61xx` pieces, in bytes.
const MAX_ANSWER: usize = 8 * 1024;

/// A transport that finishes what the card leaves half said, and counts the commands.
pub struct Channel<'a> {
    transport: &'a mut dyn Transport,
    protocol: Protocol,
    commands: u32,
    extended: bool,
}

impl<'a> Channel<'a> {
    /// Wraps a transport.
    pub fn new(transport: &'a mut dyn Transport) -> Self {
        let protocol = transport.protocol();
        Self { transport, protocol, commands: 0, extended: false }
    }

    /// Uses extended length from here on, if the card takes it and the way to the card does.
    pub(crate) fn extend_if(&mut self, card_takes_it: bool) {
        self.extended = card_takes_it
            && self.protocol == Protocol::T1
            && self.transport.takes_extended_length();
    }

    /// Short commands from here on: the card refused what it said that it takes.
    pub(crate) fn shorten(&mut self) {
        self.extended = false;
    }

    /// Whether commands and answers may be of extended length.
    pub(crate) fn is_extended(&self) -> bool {
        self.extended
    }

    /// The most bytes one command may ask for.
    #[must_use]
    pub fn longest_answer(&self) -> u32 {
        if self.extended { 0x1_0000 } else { 256 }
    }

    /// Commands sent so far, GET RESPONSE and repetitions included.
    #[must_use]
    pub fn commands(&self) -> u32 {
        self.commands
    }

    /// Sends a command and fetches its answer to the end.
    ///
    /// # Errors
    /// What the transport reports, or [`TransportError::Garbled`].
    pub fn send(&mut self, command: &CommandApdu) -> Result<ResponseApdu, TransportError> {
        let mut answer = self.send_for_beginning(command)?;
        let mut whole = Zeroizing::new(Vec::new());
        while answer.status.sw1() == MORE {
            whole.append(&mut answer.data);
            if whole.len() > MAX_ANSWER {
                return Err(TransportError::Garbled);
            }
            answer = self.fetch(command, length_of(answer.status))?;
        }
        if !whole.is_empty() {
            whole.append(&mut answer.data);
            answer.data = std::mem::take(&mut *whole);
        }
        Ok(answer)
    }

    /// Sends a command for the beginning of its answer only: what `61xx` says is left stays in the
    /// card, which forgets it with the next command.
    ///
    /// Repeats once with the right length on `6Cxx`. A command with data is never repeated, nor is
    /// any VERIFY: it may have cost a PIN try. Over T=0 a command with data brings none, so there the
    /// beginning is fetched: what `61xx` promises, or after `9000` what was expected (ISO/IEC
    /// 7816-3:2006 clause 12.2.5, case 4S.2 and 4S.3).
    ///
    /// # Errors
    /// See [`Channel::send`].
    pub(crate) fn send_for_beginning(
        &mut self,
        command: &CommandApdu,
    ) -> Result<ResponseApdu, TransportError> {
        let answer = self.exchange(command)?;
        let status = answer.status;
        let harmless = command.data().is_empty() && command.ins != Instruction::VERIFY;
        let expected = match (self.protocol, command.le().map(u16::try_from)) {
            (Protocol::T0, Some(Ok(le))) => le,
            (Protocol::T0 | Protocol::T1, _) => 256,
        };
        if status.sw1() == OTHER_LENGTH && harmless {
            self.exchange(&command.clone().expecting(length_of(status)))
        } else if status.sw1() == MORE && answer.data.is_empty() {
            self.fetch(command, length_of(status).min(expected))
        } else if status == StatusWord::OK
            && answer.data.is_empty()
            && command.is_case_4()
            && self.protocol == Protocol::T0
        {
            // A card that has nothing to say refuses; the command was done all the same.
            let fetched = self.fetch(command, expected)?;
            Ok(if fetched.data.is_empty() { answer } else { fetched })
        } else {
            Ok(answer)
        }
    }

    /// GET RESPONSE after `command`, again with the right length on `6Cxx`. A promise has to be kept
    /// in part at least: a card may not promise for ever.
    fn fetch(
        &mut self,
        command: &CommandApdu,
        length: u16,
    ) -> Result<ResponseApdu, TransportError> {
        // Secure-messaging bits of the class do not belong on GET RESPONSE (clause 5.4.1).
        let class = command.cla & 0xF0 & !0x04;
        let get = CommandApdu::new(class, Instruction::GET_RESPONSE, 0, 0);
        let mut answer = self.exchange(&get.clone().expecting(length))?;
        if answer.status.sw1() == OTHER_LENGTH {
            answer = self.exchange(&get.expecting(length_of(answer.status)))?;
        }
        if answer.data.is_empty() && answer.status.sw1() == MORE {
            return Err(TransportError::Garbled);
        }
        Ok(answer)
    }

    /// Lets the person complete the command on the reader's keys; see [`Transport::verify_on_pad`].
    /// Never repeated, whatever comes back.
    ///
    /// # Errors
    /// What the transport reports, or [`TransportError::Garbled`].
    pub(crate) fn verify_on_pad(
        &mut self,
        command: &PadCommand,
    ) -> Result<StatusWord, TransportError> {
        self.commands += 1;
        Ok(ResponseApdu::try_from(self.transport.verify_on_pad(command)?)?.status)
    }

    fn exchange(&mut self, command: &CommandApdu) -> Result<ResponseApdu, TransportError> {
        self.commands += 1;
        if self.commands > MAX_COMMANDS {
            return Err(TransportError::Garbled);
        }
        let bytes = self.transport.transmit(&match self.protocol {
            Protocol::T0 => command.to_tpdu(),
            Protocol::T1 => command.to_bytes(),
        })?;
        let response = if command.is_extended() {
            ResponseApdu::within(MAX_ANSWER + 2, bytes)
        } else {
            ResponseApdu::try_from(bytes)
        };
        Ok(response?)
    }
}

/// SW2 of `61xx` and `6Cxx` as a length: 00 stands for 256.
fn length_of(status: StatusWord) -> u16 {
    match status.sw2() {
        0 => 256,
        sw2 => u16::from(sw2),
    }
}

/// SW1 of `61xx`: so many bytes can be fetched by GET RESPONSE.
const MORE: u8 = 0x61;
/// SW1 of `6Cxx`: so many bytes have to be asked for.
const OTHER_LENGTH: u8 = 0x6C;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::{Transcript, hex};

    fn send(script: &str, command: &CommandApdu) -> Result<ResponseApdu, TransportError> {
        let mut transcript = Transcript::parse(script);
        let answer = Channel::new(&mut transcript).send(command);
        transcript.assert_finished();
        answer
    }

    /// The exchanges of a file, each with the command it begins with and the answer it ends with.
    #[test]
    fn over_t0_every_case_goes_as_the_standard_says() {
        let select = CommandApdu::new(0, Instruction::SELECT, 0x04, 0).with_data(&[0xA0]).unwrap();
        let read = CommandApdu::new(0, Instruction::READ_BINARY, 0, 0);
        let verify = CommandApdu::new(0, Instruction::VERIFY, 0, 0x80);
        let sent = [
            ("case 1", verify.clone(), "63C3"),
            ("case 1 6C", verify.clone(), "6C03"),
            ("case 2S.1", read.clone().expecting(3), "010203 9000"),
            ("case 2S.2", read.clone().expecting(3), "6700"),
            ("case 2S.3", read.expecting(256), "0102 9000"),
            ("case 3", verify.with_data(&[0x31]).unwrap(), "6C08"),
            ("case 4S.1", select.clone().expecting(256), "6A82"),
            ("case 4S.2", select.clone().expecting(256), "0102 9000"),
            ("case 4S.2 nothing", select.clone().expecting(256), "9000"),
            ("case 4S.3", select.clone().expecting(256), "010203 9000"),
            ("case 4S.3 Le", select.clone().expecting(2), "010203 9000"),
            ("case 4S.3 6C", select.expecting(256), "0102 9000"),
        ];
        let file = include_str!("../tests/data/t0-cases.txt");
        let cases: Vec<_> = file.split("# ").skip(1).collect();
        assert_eq!(cases.len(), sent.len());
        for ((name, command, expected), case) in sent.into_iter().zip(cases) {
            let (title, script) = case.split_once('\n').unwrap();
            assert!(title.starts_with(&format!("{name}: ")), "{title}, not {name}");
            let answer = send(&format!("! t=0\n{script}"), &command).unwrap();
            let (data, status) = expected.split_once(' ').unwrap_or(("", expected));
            assert_eq!(answer.data, hex(data), "{title}");
            assert_eq!(answer.status.to_string(), status, "{title}");
        }
    }

    #[test]
    fn over_t0_nothing_is_of_extended_length() {
        struct Boaster;
        impl Transport for Boaster {
            fn protocol(&mut self) -> Protocol {
                Protocol::T0
            }
            fn takes_extended_length(&mut self) -> bool {
                true
            }
            fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, TransportError> {
                Err(TransportError::Removed)
            }
        }
        let mut boaster = Boaster;
        let mut channel = Channel::new(&mut boaster);
        channel.extend_if(true);
        assert_eq!(channel.longest_answer(), 256);
    }

    #[test]
    fn the_rest_is_fetched_with_get_response() {
        let read = CommandApdu::new(0x80, Instruction::READ_BINARY, 0, 0).expecting(256);
        let script = "> 80 B0 00 00 00\n< 01 02 61 01\n> 80 C0 00 00 01\n< 03 90 00";
        assert_eq!(send(script, &read).unwrap().data, [1, 2, 3]);
    }

    #[test]
    fn a_wrong_le_is_repeated_once_with_the_right_one() {
        let read = CommandApdu::new(0x80, Instruction::READ_BINARY, 0, 0).expecting(256);
        let script = "> 80 B0 00 00 00\n< 6C 02\n> 80 B0 00 00 02\n< 01 02 90 00";
        assert_eq!(send(script, &read).unwrap().data, [1, 2]);
    }

    #[test]
    fn a_command_with_data_is_never_repeated() {
        let verify = CommandApdu::new(0, Instruction::VERIFY, 0, 1).with_data(&[1]).unwrap();
        let answer = send("> 00 20 00 01 01 01\n< 6C 08", &verify).unwrap();
        assert_eq!(answer.status, StatusWord(0x6C08));
    }

    #[test]
    fn a_card_that_promises_for_ever_is_given_up() {
        let read = CommandApdu::new(0x80, Instruction::READ_BINARY, 0, 0).expecting(1);
        let script = "> 80 B0 00 00 01\n< 61 10\n> 80 C0 00 00 10\n< 61 10";
        assert_eq!(send(script, &read), Err(TransportError::Garbled));
    }
}
