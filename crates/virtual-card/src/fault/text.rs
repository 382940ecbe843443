//! The written form of a fault, one for command lines, the control page and tests.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use ankong_card::StatusWord;
use ankong_card::apdu::Instruction;

use super::{Fault, What, When};

/// The text names no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no fault; write WHAT=WHEN. WHAT: pull-after, pull-during, reset, mute, empty, long, half, \
     slow:MILLISECONDS, answer:STATUS or status:STATUS. WHEN: #N (the Nth command), INS (the first with this \
     instruction), INS:N, INS:every or every. INS and STATUS in hexadecimal, N from 1"
)]
pub struct NotAFault(String);

impl FromStr for Fault {
    type Err = NotAFault;

    fn from_str(text: &str) -> Result<Self, NotAFault> {
        let fault = text.split_once('=').and_then(|(what, when)| {
            Some(Self { what: parse_what(what)?, when: parse_when(when)? })
        });
        fault.ok_or_else(|| NotAFault(text.to_owned()))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.what, self.when)
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every => f.write_str("every"),
            Self::Nth(n) => write!(f, "#{n}"),
            Self::EveryWith(ins) => write!(f, "{ins}:every"),
            Self::NthWith(ins, n) => write!(f, "{ins}:{n}"),
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PullAfter => f.write_str("pull-after"),
            Self::PullDuring => f.write_str("pull-during"),
            Self::Reset => f.write_str("reset"),
            Self::Mute => f.write_str("mute"),
            Self::Slow(delay) => write!(f, "slow:{}", delay.as_millis()),
            Self::Answer(status) => write!(f, "answer:{status}"),
            Self::Status(status) => write!(f, "status:{status}"),
            Self::Empty => f.write_str("empty"),
            Self::Long => f.write_str("long"),
            Self::Half => f.write_str("half"),
        }
    }
}

fn parse_what(text: &str) -> Option<What> {
    match text.split_once(':') {
        Some(("slow", delay)) => Some(What::Slow(Duration::from_millis(decimal(delay)?.into()))),
        Some(("answer", status)) => Some(What::Answer(StatusWord(hexadecimal(status, 4)?))),
        Some(("status", status)) => Some(What::Status(StatusWord(hexadecimal(status, 4)?))),
        Some(_) => None,
        None => NAMED.into_iter().find(|named| named.to_string() == text),
    }
}

fn parse_when(text: &str) -> Option<When> {
    if text == "every" {
        return Some(When::Every);
    }
    if let Some(n) = text.strip_prefix('#') {
        return counted(n).map(When::Nth);
    }
    let (ins, which) = text.split_once(':').unwrap_or((text, "1"));
    let ins = Instruction(u8::try_from(hexadecimal(ins, 2)?).ok()?);
    match which {
        "every" => Some(When::EveryWith(ins)),
        n => Some(When::NthWith(ins, counted(n)?)),
    }
}

fn counted(text: &str) -> Option<u32> {
    decimal(text).filter(|n| *n > 0)
}

/// Digits only: `parse` alone would take a sign, too.
fn decimal(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn hexadecimal(text: &str, digits: usize) -> Option<u16> {
    let well_formed = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    well_formed.then(|| u16::from_str_radix(text, 16).ok())?
}

/// What has no number to it.
const NAMED: [What; 7] = [
    What::PullAfter,
    What::PullDuring,
    What::Reset,
    What::Mute,
    What::Empty,
    What::Long,
    What::Half,
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_written_forms_are_read() {
        let verify = Instruction::VERIFY;
        for (text, what, when) in [
            ("pull-after=20", What::PullAfter, When::NthWith(verify, 1)),
            ("pull-during=20:3", What::PullDuring, When::NthWith(verify, 3)),
            ("answer:6F00=20:every", What::Answer(StatusWord(0x6F00)), When::EveryWith(verify)),
            ("status:61ff=#7", What::Status(StatusWord(0x61FF)), When::Nth(7)),
            ("slow:5000=every", What::Slow(Duration::from_secs(5)), When::Every),
        ] {
            assert_eq!(text.parse(), Ok(Fault { when, what }), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for wrong in [
            "",
            "mute",
            "mute=",
            "=20",
            "burn=20",
            "mute=2G",
            "mute=020",
            "mute=20:0",
            "mute=20:+1",
            "mute=#0",
            "mute=#",
            "mute=20:",
            "mute:1=20",
            "slow=20",
            "slow:=20",
            "slow:-1=20",
            "answer=20",
            "answer:6F=20",
            "answer:6F000=20",
            "pull-after=20=20",
            " mute=20",
        ] {
            assert_eq!(wrong.parse::<Fault>(), Err(NotAFault(wrong.to_owned())));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(fault in any_fault()) {
            prop_assert_eq!(fault.to_string().parse(), Ok(fault));
        }
    }

    fn any_fault() -> impl Strategy<Value = Fault> {
        let status = || any::<u16>().prop_map(StatusWord);
        let what = prop_oneof![
            proptest::sample::select(&NAMED[..]),
            any::<u32>().prop_map(|ms| What::Slow(Duration::from_millis(ms.into()))),
            status().prop_map(What::Answer),
            status().prop_map(What::Status),
        ];
        let ins = || any::<u8>().prop_map(Instruction);
        let when = prop_oneof![
            Just(When::Every),
            (1..=u32::MAX).prop_map(When::Nth),
            ins().prop_map(When::EveryWith),
            (ins(), 1..=u32::MAX).prop_map(|(ins, n)| When::NthWith(ins, n)),
        ];
        (when, what).prop_map(|(when, what)| Fault { when, what })
    }
}
