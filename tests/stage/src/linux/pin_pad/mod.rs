//! A reader with keys, on a pseudo-terminal: a GemPC PinPad as Debian's serial driver of libccid knows it, so that the
//! real driver and the real pcscd stand between it and the program under test.
//!
//! A frame is `03 06`, a CCID message (USB-IF CCID revision 1.1, clause 6) and the exclusive or of it all; the reader
//! echoes every frame before it answers. It refuses to know what the card in it is.

mod t1;

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{JoinHandle, spawn};

use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use virtual_card::Card;

use self::t1::T1;

/// What the person at the reader does when it asks for the PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fingers {
    /// Types this and presses the key that confirms.
    Type(&'static str),
    /// Presses the key that cancels.
    Cancel,
    /// Does nothing until the reader gives up; it does so at once here.
    Rest,
}

/// The reader with a card in it. Dropping it takes both away.
pub struct PinPadReader {
    terminal: PathBuf,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    /// Keeps the terminal alive while the driver has it closed.
    _other_end: File,
}

struct Shared {
    fingers: Mutex<Fingers>,
    asked: AtomicU32,
    gone: AtomicBool,
}

impl PinPadReader {
    /// Plugs the reader in with `card` in it.
    ///
    /// # Errors
    /// When no pseudo-terminal can be had.
    pub fn with(card: impl Card + Send + 'static) -> Result<Self> {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).context("no terminal")?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let terminal = PathBuf::from(ptsname(&master, Vec::new())?.into_string()?);
        let other_end = File::options().read(true).write(true).open(&terminal)?;
        let mut modes = tcgetattr(&other_end)?;
        modes.make_raw();
        tcsetattr(&other_end, OptionalActions::Now, &modes)?;
        let shared = Arc::new(Shared {
            fingers: Mutex::new(Fingers::Rest),
            asked: AtomicU32::new(0),
            gone: AtomicBool::new(false),
        });
        let emulator = Emulator {
            line: Line { master, shared: Arc::clone(&shared) },
            card,
            t1: T1::default(),
        };
        let thread = Some(spawn(move || emulator.run()));
        Ok(Self { terminal, shared, thread, _other_end: other_end })
    }

    /// The line of a reader.conf that makes pcscd find the reader.
    pub fn reader_conf(&self) -> String {
        format!(
            "FRIENDLYNAME \"PIN pad\"\nDEVICENAME {}:GemPCPinPad\nLIBPATH {DRIVER}\nCHANNELID 1\n",
            self.terminal.display()
        )
    }

    /// What the person will do from now on.
    pub fn fingers(&self, fingers: Fingers) {
        *self.shared.fingers.lock().unwrap_or_else(PoisonError::into_inner) = fingers;
    }

    /// How often the reader has asked for a PIN.
    pub fn asked(&self) -> u32 {
        self.shared.asked.load(Ordering::Relaxed)
    }
}

impl Drop for PinPadReader {
    fn drop(&mut self) {
        self.shared.gone.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Emulator<C> {
    line: Line,
    card: C,
    t1: T1,
}

impl<C: Card> Emulator<C> {
    /// Until the reader is unplugged or the line breaks.
    fn run(mut self) {
        while let Some(command) = self.line.command() {
            let echo = self.line.send(&echo_of(&command));
            let answer = self.answer(&command);
            if echo.and(self.line.send(&answer)).is_err() {
                return;
            }
        }
    }

    /// The message that answers a CCID command; numbers from clause 6.1 and 6.2.
    fn answer(&mut self, command: &Message) -> Message {
        let data = command.data.as_slice();
        match (command.kind, data) {
            (0x62, _) => {
                self.card.reset();
                self.t1 = T1::default();
                command.answered(0x80, atr(self.card.atr()))
            }
            (0x63 | 0x65, _) => command.answered(0x81, Vec::new()),
            (0x61, parameters) => {
                let mut answer = command.answered(0x82, parameters.to_vec());
                answer.specific[2] = command.specific[0];
                answer
            }
            (0x6B, [0x02, ..]) => command.answered(0x83, b"GemPCPinPad-V1.0".to_vec()),
            (0x6B, _) => command.answered(0x83, vec![0]),
            // PPS: the reader agrees to everything.
            (0x6F, [0xFF, ..]) => command.answered(0x80, data.to_vec()),
            (0x6F, block) => match self.t1.receive(block, &mut self.card) {
                Some(block) => command.answered(0x80, block),
                None => command.failed(0xFE),
            },
            (0x69, [0, ..]) => self.verify(command),
            _unknown => command.failed(0x00),
        }
    }

    /// PC_to_RDR_Secure, PIN verification: clause 6.1.11.
    fn verify(&mut self, command: &Message) -> Message {
        self.line.shared.asked.fetch_add(1, Ordering::Relaxed);
        let fingers =
            self.line.shared.fingers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let digits = match fingers {
            Fingers::Type(digits) => digits.as_bytes(),
            Fingers::Cancel => return command.failed(0xEF),
            Fingers::Rest => return command.failed(0xF0),
        };
        let Some((apdu, prologue)) = completed(&command.data, digits) else {
            return command.failed(0x05); // the first byte that is wrong
        };
        match self.t1.receive(&T1::block(prologue, &apdu), &mut self.card) {
            Some(block) => command.answered(0x80, block),
            None => command.failed(0xFE),
        }
    }
}

/// The command with the digits in it, and the T=1 prologue the driver prepared.
fn completed(data: &[u8], digits: &[u8]) -> Option<(Vec<u8>, [u8; 2])> {
    let (format, block) = (*data.get(2)?, usize::from(data.get(3)? & 0x0F));
    let (max, min) = (usize::from(*data.get(5)?), usize::from(*data.get(6)?));
    let ascii_from_the_left = format & 0x87 == 0x82;
    if !ascii_from_the_left || !(min..=max).contains(&digits.len()) || digits.len() > block {
        return None;
    }
    let mut apdu = data.get(15..)?.to_vec();
    apdu.get_mut(5..5 + digits.len())?.copy_from_slice(digits);
    Some((apdu, [*data.get(12)?, *data.get(13)?]))
}

/// T=1 with blocks of 254 bytes, and the historical bytes of the card's own answer to reset.
fn atr(own: &[u8]) -> Vec<u8> {
    let count = usize::from(own.get(1).copied().unwrap_or_default() & 0x0F);
    let without_check = own.split_last().map_or(own, |(_, rest)| rest);
    let historical = without_check.get(without_check.len().saturating_sub(count)..);
    let mut atr = vec![0x3B, 0x80 | count as u8, 0x81, 0x31, 0xFE, 0x45];
    atr.extend(historical.unwrap_or_default());
    atr.push(atr.iter().skip(1).fold(0, |check, byte| check ^ byte));
    atr
}

/// The driver has too little room for the echo of the long message that sets the display's words.
fn echo_of(command: &Message) -> Message {
    let mut echo = command.clone();
    if command.kind == 0x6B && command.data.len() > 50 {
        echo.data.clear();
    }
    echo
}

/// A CCID message: type, slot, sequence number, three bytes of its own, data.
#[derive(Clone)]
struct Message {
    kind: u8,
    slot_and_sequence: [u8; 2],
    specific: [u8; 3],
    data: Vec<u8>,
}

impl Message {
    fn answered(&self, kind: u8, data: Vec<u8>) -> Self {
        Self { kind, slot_and_sequence: self.slot_and_sequence, specific: [0; 3], data }
    }

    /// bmCommandStatus 1: failed, with the error; the card is there.
    fn failed(&self, error: u8) -> Self {
        Self { specific: [0x40, error, 0], ..self.answered(0x80, Vec::new()) }
    }
}

struct Line {
    master: OwnedFd,
    shared: Arc<Shared>,
}

impl Line {
    /// The next command; `None` when the reader was unplugged or the line broke.
    fn command(&mut self) -> Option<Message> {
        while self.bytes(2)? != SYNC {}
        let header = self.bytes(10)?;
        let length = u32::from_le_bytes(header.get(1..5)?.try_into().ok()?);
        let data =
            self.bytes(usize::try_from(length).ok().filter(|length| *length <= MAX_DATA)?)?;
        self.bytes(1)?; // the check byte: a pseudo-terminal loses nothing
        Some(Message {
            kind: *header.first()?,
            slot_and_sequence: header.get(5..7)?.try_into().ok()?,
            specific: header.get(7..10)?.try_into().ok()?,
            data,
        })
    }

    fn send(&mut self, message: &Message) -> std::io::Result<()> {
        let mut frame = SYNC.to_vec();
        frame.push(message.kind);
        frame.extend(u32::try_from(message.data.len()).unwrap_or_default().to_le_bytes());
        frame.extend(message.slot_and_sequence);
        frame.extend(message.specific);
        frame.extend(&message.data);
        frame.push(frame.iter().fold(0, |check, byte| check ^ byte));
        File::from(self.master.try_clone()?).write_all(&frame)
    }

    fn bytes(&mut self, count: usize) -> Option<Vec<u8>> {
        let mut file = File::from(self.master.try_clone().ok()?);
        let mut bytes = vec![0; count];
        let mut have = 0;
        while have < count {
            if self.shared.gone.load(Ordering::Relaxed) {
                return None;
            }
            let mut ends = [PollFd::new(&self.master, PollFlags::IN)];
            if poll(&mut ends, Some(&LOOK)).ok()? == 0 {
                continue;
            }
            match file.read(bytes.get_mut(have..)?) {
                Ok(0) => return None,
                Ok(more) => have += more,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        }
        Some(bytes)
    }
}

const SYNC: [u8; 2] = [0x03, 0x06];
const MAX_DATA: usize = 512;
/// How often the thread looks whether it is still wanted.
const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };
/// From Debian's package libccid.
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libccidtwin.so";
