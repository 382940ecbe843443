//! The question on a terminal, for the command line where no window can be shown. The PIN is typed
//! without echo, and lies in memory that is wiped.
//!
//! Reads keys, not lines: whatever is no character of a PIN (an arrow key, a paste with blanks)
//! spoils the entry, and a spoiled entry is not sent.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::stdio::stdin;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use super::printable::printable;
use super::prompt::{stranger, tries};
use super::texts::Texts;
use crate::session::Refusal;
use crate::session::cancel::Cancel;
use crate::session::consent::{
    Answer, Consent, Dialog, Entered, Gives, NoWindow, Pin, PinEntry, PinRule, Question,
};

/// A person has so long for each answer, as in the window.
const PATIENCE: Duration = Duration::from_secs(120);
/// The longest entry that can be one.
const LONGEST: usize = 16;

/// The terminal of standard input and standard error.
pub struct Terminal {
    texts: Arc<Texts>,
}

impl Terminal {
    /// `None` where there is none, as in a script.
    #[must_use]
    pub fn new(texts: Arc<Texts>) -> Option<Self> {
        let here = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        here.then_some(Self { texts })
    }
}

impl Consent for Terminal {
    /// Asks who somebody is and nothing else: that is what the command line is for.
    fn ask(&self, question: &Question, _cancel: &Cancel) -> Result<Box<dyn Dialog>, NoWindow> {
        let cards: Option<Vec<(PinEntry, Option<u8>)>> =
            question.cards().map(|card| Some((card.pin?, card.tries_left))).collect();
        let (Gives::Identity, Some(cards)) = (&question.gives, cards) else {
            return Err(NoWindow);
        };
        let texts = Arc::clone(&self.texts);
        let get = |id| self.texts.get(id);
        if let Some(stranger) = stranger(&self.texts, &question.caller) {
            let (name, path) = (printable(&stranger.name), printable(&stranger.path));
            say(&format!("\n{}\n{name} {path}\n", stranger.warning));
        }
        say(&format!(
            "\n{} {}\n{}: {}\n",
            question.origin,
            get("consent-asks"),
            get("consent-purpose"),
            printable(&question.purpose),
        ));
        let several = !question.others.is_empty();
        for (index, card) in question.cards().enumerate() {
            let number = if several { format!("({}) ", index + 1) } else { String::new() };
            say(&format!(
                "{number}{}: {}\n{}: {}\n",
                get("consent-holder"),
                printable(&card.holder.name),
                get("consent-valid-until"),
                card.holder.last_day(),
            ));
        }
        let (pin, tries_left) =
            question.card.pin.zip(Some(question.card.tries_left)).ok_or(NoWindow)?;
        Ok(Box::new(OnTerminal { texts, cards, chosen: (!several).then_some(0), pin, tries_left }))
    }

    fn tell(&self, _: &Question, refusal: Refusal) {
        say(&format!("{}\n", self.texts.explain(refusal.code())));
    }
}

struct OnTerminal {
    texts: Arc<Texts>,
    /// Where the PIN of each card is typed, and its tries left.
    cards: Vec<(PinEntry, Option<u8>)>,
    chosen: Option<usize>,
    /// Of the chosen card.
    pin: PinEntry,
    tries_left: Option<u8>,
}

impl Dialog for OnTerminal {
    fn answer(&mut self) -> Answer {
        let card = match self.chosen.map_or_else(|| self.choose(), Ok) {
            Ok(card) => card,
            Err(answer) => return answer,
        };
        loop {
            say(&format!("{}\n", tries(&self.texts, self.tries_left)));
            let last_try_accepted = self.tries_left == Some(1);
            if last_try_accepted {
                let (warning, word) = ("consent-last-try", "terminal-last-try");
                let prompt = format!("{}\n{} ", self.texts.get(warning), self.texts.get(word));
                match read(&prompt, Echo::On) {
                    Entry::Typed(word) if word.characters() == b"YES" => {}
                    Entry::Typed(_) | Entry::Spoiled => return Answer::Declined,
                    Entry::Ended(answer) => return answer,
                }
            }
            let entry = match self.pin {
                PinEntry::Typed(rule) => self.pin(rule),
                PinEntry::OnReader => self.go_to_the_reader(),
            };
            match entry {
                Ok(entered) => {
                    let entered = Some(entered);
                    return Answer::Agreed { card, entered, last_try_accepted };
                }
                Err(Some(answer)) => return answer,
                Err(None) => self.not_sent(self.tries_left),
            }
        }
    }

    fn wrong_pin(&mut self, tries_left: Option<u8>) {
        self.tries_left = tries_left;
        say(&format!("{}\n", self.texts.get("consent-wrong-pin")));
    }

    fn not_sent(&mut self, tries_left: Option<u8>) {
        self.tries_left = tries_left;
        say(&format!("{}\n", self.texts.get("consent-not-sent")));
    }

    /// The command itself says how it ended.
    fn end(self: Box<Self>, _: Result<(), Refusal>) {}
}

impl OnTerminal {
    /// Which card, by its number; anything else declines.
    fn choose(&mut self) -> Result<usize, Answer> {
        let typed = match read(&format!("{} ", self.texts.get("terminal-choose")), Echo::On) {
            Entry::Typed(typed) => typed,
            Entry::Spoiled => return Err(Answer::Declined),
            Entry::Ended(answer) => return Err(answer),
        };
        let number =
            std::str::from_utf8(typed.characters()).ok().and_then(|text| text.parse().ok());
        let card =
            number.and_then(|number: usize| number.checked_sub(1)).ok_or(Answer::Declined)?;
        (self.pin, self.tries_left) = *self.cards.get(card).ok_or(Answer::Declined)?;
        self.chosen = Some(card);
        Ok(card)
    }

    /// A PIN; else how the question ends, or that it has to be asked again.
    fn pin(&self, PinRule { min, max }: PinRule) -> Result<Entered, Option<Answer>> {
        let label = self.texts.with("consent-pin", &[("min", min), ("max", max)]);
        let prompt = format!("{}\n{label}: ", self.texts.get("terminal-how"));
        match read(&prompt, Echo::Off) {
            Entry::Typed(typed) => match Pin::from_bytes(typed.characters()) {
                Ok(pin) => Ok(Entered::Typed(pin)),
                Err(_) => Err(Some(Answer::Declined)), // nothing was typed
            },
            Entry::Spoiled => Err(None),
            Entry::Ended(answer) => Err(Some(answer)),
        }
    }

    /// The yes by Enter alone; the PIN is typed where this program does not see it.
    fn go_to_the_reader(&self) -> Result<Entered, Option<Answer>> {
        let prompt = format!("{} ", self.texts.get("terminal-on-reader"));
        match read(&prompt, Echo::On) {
            Entry::Typed(typed) if typed.characters().is_empty() => {
                say(&format!("{}\n", self.texts.get("consent-type-on-reader")));
                Ok(Entered::OnReader)
            }
            Entry::Typed(_) | Entry::Spoiled => Err(Some(Answer::Declined)),
            Entry::Ended(answer) => Err(Some(answer)),
        }
    }
}

/// What came of a prompt.
enum Entry {
    Typed(Typed),
    /// Something that is no character of a PIN, or too many.
    Spoiled,
    /// ^C, ^D, nothing at all, or the terminal went away.
    Ended(Answer),
}

/// Characters in a buffer that neither grows nor moves.
struct Typed {
    bytes: Box<Zeroizing<[u8; LONGEST]>>,
    length: usize,
}

impl Typed {
    fn characters(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Echo {
    On,
    Off,
}

/// Reads keys until Enter. The prompt comes when the keys already count.
fn read(prompt: &str, echo: Echo) -> Entry {
    let Ok(_raw) = Raw::begin() else { return Entry::Ended(Answer::Cancelled) };
    say(prompt);
    let end = Instant::now() + PATIENCE;
    let mut typed = Typed { bytes: Box::default(), length: 0 };
    let mut spoiled = false;
    let entry = loop {
        let mut key = Zeroizing::new([0; 1]);
        match next_key(&mut key, end) {
            Ok(true) => {}
            Ok(false) => break Entry::Ended(Answer::TimedOut),
            Err(_) => break Entry::Ended(Answer::Cancelled),
        }
        match *key {
            [b'\r' | b'\n'] if spoiled => break Entry::Spoiled,
            [b'\r' | b'\n'] => break Entry::Typed(typed),
            [ETX | EOT] => break Entry::Ended(Answer::Declined),
            [BACKSPACE | DELETE] if typed.length > 0 => typed.length -= 1,
            [BACKSPACE | DELETE] => {}
            [NAK] => (typed.length, spoiled) = (0, false),
            [character] if character.is_ascii_graphic() => {
                match typed.bytes.get_mut(typed.length) {
                    Some(place) => {
                        *place = character;
                        typed.length += 1;
                        if echo == Echo::On {
                            say(&char::from(character).to_string());
                        }
                    }
                    None => spoiled = true,
                }
            }
            [_] => spoiled = true,
        }
    };
    say("\n");
    entry
}

/// Waits for a key until then; `false` when none came.
fn next_key(key: &mut [u8; 1], end: Instant) -> rustix::io::Result<bool> {
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let left = Timespec { tv_sec: left.as_secs().cast_signed(), tv_nsec: 0 };
        let ready = poll(&mut [PollFd::new(&stdin(), PollFlags::IN)], Some(&left));
        match ready {
            Ok(0) => return Ok(false),
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error),
        }
        match rustix::io::read(stdin(), &mut *key) {
            Ok(0) => return Err(rustix::io::Errno::PIPE),
            Ok(_) => return Ok(true),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error),
        }
    }
}

/// The terminal hands over each key and shows none, until this is dropped. What was typed before
/// it began is thrown away: it was meant for something else.
struct Raw(Termios);

impl Raw {
    fn begin() -> rustix::io::Result<Self> {
        let before = tcgetattr(stdin())?;
        let mut raw = before.clone();
        // Without ISIG ^C comes as a key, so that it cannot leave the terminal without echo.
        raw.local_modes -=
            LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG | LocalModes::IEXTEN;
        tcsetattr(stdin(), OptionalActions::Flush, &raw)?;
        Ok(Self(before))
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing.
        let _ = tcsetattr(stdin(), OptionalActions::Flush, &self.0);
    }
}

/// Standard output is for the token.
fn say(text: &str) {
    let mut terminal = std::io::stderr().lock();
    let _ = terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush());
}

/// ASCII: end of text (^C), end of transmission (^D), backspace, negative acknowledge (^U), delete.
const ETX: u8 = 0x03;
const EOT: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const NAK: u8 = 0x15;
const DELETE: u8 = 0x7F;
