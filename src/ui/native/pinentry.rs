//! Linux: the boxes of a pinentry, GnuPG's programs for this, of which every desktop has one. It is
//! spoken to in the Assuan protocol ("Developing with Assuan", GnuPG; pinentry's own manual).
//!
//! Whoever types while the box comes up is protected as far as pinentry does it: those for X take the
//! keyboard from everybody else, and none waits until the keyboard was quiet.

use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use ankong_platform::native_box::{NativeBox, Pressed};
use ankong_platform::parent;
use zeroize::Zeroizing;

use super::{Boxes, NoBox};

/// What distributions call them; the first name is the one that the person or the administrator
/// has chosen.
const PROGRAMS: [&str; 7] = [
    "pinentry",
    "pinentry-gnome3",
    "pinentry-qt",
    "pinentry-qt5",
    "pinentry-gtk-2",
    "pinentry-fltk",
    "pinentry-x11",
];

/// Most bytes of a line, its end included: ASSUAN_LINELENGTH.
const LINE: usize = 1002;
/// Lines of an answer that are looked at.
const MOST_LINES: usize = 32;

/// The lower half of a gpg-error number is its code.
const CODE: u32 = 0xFFFF;
const GPG_ERR_TIMEOUT: u32 = 62;
const GPG_ERR_CANCELED: u32 = 99;
const GPG_ERR_NOT_CONFIRMED: u32 = 114;
const GPG_ERR_FULLY_CANCELED: u32 = 198;

/// A pinentry that runs and has a screen.
pub(super) struct Pinentry {
    three_buttons: bool,
    child: Child,
    orders: ChildStdin,
    answers: ChildStdout,
}

impl Pinentry {
    /// Starts the first one that shows boxes on this screen; one that would write on a terminal
    /// instead is of no use here.
    pub(super) fn start() -> Result<Self, NoBox> {
        PROGRAMS.iter().find_map(|name| Self::named(name).ok()).ok_or(NoBox::NoProgram)
    }

    fn named(name: &str) -> Result<Self, NoBox> {
        let mut command = Command::new(name);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        parent::child_ends_with_this_thread(&mut command);
        let mut child = command.spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (orders, answers) = pipes.ok_or_else(|| io::Error::other("no pipes"))?;
        let mut pinentry = Self { three_buttons: true, child, orders, answers };
        pinentry.answer()?;
        let Answer::Ok(flavor) = pinentry.ask("GETINFO flavor", "")? else {
            return Err(NoBox::NoProgram);
        };
        let flavor = String::from_utf8_lossy(&flavor);
        // Without a screen those with windows say `gtk2:curses` and the like.
        let on_terminal = ["curses", "tty", "emacs"].iter().any(|kind| flavor.contains(kind));
        // GNOME's shows SETNOTOK to nobody.
        pinentry.three_buttons = !flavor.contains("gnome3");
        if on_terminal { Err(NoBox::NoProgram) } else { Ok(pinentry) }
    }

    fn set(&mut self, order: &str, text: &str) -> Result<(), NoBox> {
        match self.ask(order, text)? {
            Answer::Ok(_) => Ok(()),
            Answer::Error(code) => Err(refused(code).into()),
        }
    }

    fn ask(&mut self, order: &str, text: &str) -> Result<Answer, NoBox> {
        let line = line(order, text).ok_or(NoBox::TooLong)?;
        self.orders.write_all(line.as_bytes())?;
        Ok(self.answer()?)
    }

    fn answer(&mut self) -> io::Result<Answer> {
        let mut data = Zeroizing::new(Vec::with_capacity(LINE));
        for _ in 0..MOST_LINES {
            let line = self.line()?;
            match split(&line) {
                (b"OK", _) => return Ok(Answer::Ok(data)),
                (b"ERR", rest) => return Ok(Answer::Error(code(rest))),
                // Of a PIN in pieces the pieces would be copied: there is one.
                (b"D", rest) if data.is_empty() => decode(rest, &mut data),
                (b"S" | b"#", _) => {}
                _ => return Err(io::Error::other("it speaks another protocol")),
            }
        }
        Err(io::Error::other("it does not come to an end"))
    }

    /// A line without its end. Read byte by byte, so that no buffer keeps what has passed.
    fn line(&mut self) -> io::Result<Zeroizing<Vec<u8>>> {
        let mut line = Zeroizing::new(Vec::with_capacity(LINE));
        let mut byte = Zeroizing::new([0]);
        while line.len() < LINE {
            self.answers.read_exact(byte.as_mut_slice())?;
            match *byte {
                [b'\n'] => return Ok(line),
                [other] => line.push(other),
            }
        }
        Err(io::Error::other("a line without an end"))
    }
}

impl Boxes for Pinentry {
    fn have_three_buttons(&self) -> bool {
        self.three_buttons
    }

    fn show(&mut self, shown: &NativeBox<'_>, seen: &mut dyn FnMut()) -> Result<Pressed, NoBox> {
        self.set("RESET", "")?;
        self.set("SETTIMEOUT", &shown.seconds.to_string())?;
        self.set("SETTITLE", shown.title)?;
        // GTK 2's shows SETERROR above a field only.
        let (error, notice) = match shown.field {
            Some(_) => (shown.alert, None),
            None => (None, shown.alert),
        };
        let noticed = notice.map(|notice| format!("{notice}\n\n{}", shown.text));
        // The text has to be there whole; what went before it need not.
        let noticed = noticed.filter(|text| line("SETDESC", text).is_some());
        self.set("SETDESC", noticed.as_deref().unwrap_or(shown.text))?;
        self.set("SETOK", shown.yes)?;
        for (order, text) in [
            ("SETERROR", error),
            ("SETPROMPT", shown.field),
            ("SETNOTOK", shown.other),
            ("SETCANCEL", shown.no),
        ] {
            if let Some(text) = text {
                self.set(order, text)?;
            }
        }
        seen();
        let answer = match (shown.field, shown.no) {
            (Some(_), _) => self.ask("GETPIN", "")?,
            (None, Some(_)) => self.ask("CONFIRM", "")?,
            (None, None) => self.ask("MESSAGE", "")?,
        };
        match answer {
            Answer::Ok(typed) => Ok(Pressed::Yes(typed)),
            Answer::Error(GPG_ERR_TIMEOUT) => Ok(Pressed::Nothing),
            Answer::Error(GPG_ERR_NOT_CONFIRMED) if shown.other.is_some() => Ok(Pressed::Other),
            Answer::Error(GPG_ERR_CANCELED | GPG_ERR_NOT_CONFIRMED | GPG_ERR_FULLY_CANCELED) => {
                Ok(Pressed::No)
            }
            Answer::Error(code) => Err(refused(code).into()),
        }
    }
}

impl Drop for Pinentry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

enum Answer {
    /// With the data that came before it.
    Ok(Zeroizing<Vec<u8>>),
    Error(u32),
}

fn refused(code: u32) -> io::Error {
    io::Error::other(format!("pinentry refuses with gpg-error {code}"))
}

/// An order as it goes over the pipe; `None` where it would be cut off.
fn line(order: &str, text: &str) -> Option<String> {
    let mut line = order.to_owned();
    if !text.is_empty() {
        line.push(' ');
    }
    for c in text.chars() {
        match c {
            '%' => line.push_str("%25"),
            '\r' => line.push_str("%0D"),
            '\n' => line.push_str("%0A"),
            // Qt takes a text with a tag in it for HTML.
            '<' => line.push('＜'),
            other => line.push(other),
        }
    }
    line.push('\n');
    (line.len() <= LINE).then_some(line)
}

fn split(line: &[u8]) -> (&[u8], &[u8]) {
    let end = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
    let (word, rest) = line.split_at_checked(end).unwrap_or((line, &[]));
    (word, rest.strip_prefix(b" ").unwrap_or(rest))
}

/// The number behind ERR without its source, which is in the upper half.
fn code(rest: &[u8]) -> u32 {
    let number = std::str::from_utf8(split(rest).0).ok().and_then(|number| number.parse().ok());
    number.unwrap_or(0_u32) & CODE
}

/// Percent-decodes the data into room that is already there.
fn decode(line: &[u8], into: &mut Vec<u8>) {
    let mut rest = line;
    while let [first, others @ ..] = rest {
        rest = others;
        let byte = match (first, others) {
            (b'%', [high, low, behind @ ..]) => {
                rest = behind;
                let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap_or(0);
                u8::try_from(digit(high) * 16 + digit(low)).unwrap_or(0)
            }
            (byte, _) => *byte,
        };
        into.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_on_its_line_and_is_no_html() {
        let desc = line("SETDESC", "100 %\nSETOK <b>x</b>\r").unwrap();
        assert_eq!(desc, "SETDESC 100 %25%0ASETOK ＜b>x＜/b>%0D\n");
        assert_eq!(line("RESET", "").unwrap(), "RESET\n");
        assert!(line("SETDESC", &"字".repeat(331)).is_some());
        assert!(line("SETDESC", &"字".repeat(332)).is_none());
    }

    #[test]
    fn an_error_is_known_by_its_code_whatever_its_source() {
        assert_eq!(code(b"83886179 Operation cancelled <Pinentry>"), GPG_ERR_CANCELED);
        assert_eq!(code(b"83886142 Timeout"), GPG_ERR_TIMEOUT);
        assert_eq!(code(b"x"), 0);
    }

    #[test]
    fn a_pin_is_taken_as_it_was_typed() {
        let mut pin = Vec::new();
        decode(b"Ab%2512%0d", &mut pin);
        assert_eq!(pin, b"Ab%12\r");
        assert_eq!(split(b"D 12 34"), (&b"D"[..], &b"12 34"[..]));
        assert_eq!(split(b"OK"), (&b"OK"[..], &b""[..]));
    }
}
