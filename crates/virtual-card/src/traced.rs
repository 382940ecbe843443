//! A card whose exchanges are written down: headers, lengths, status words, never a byte of data.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ankong_card::apdu::ResponseApdu;

use crate::{Card, Command, Contact};

/// Writes two lines per exchange, `> 8C 20 00 01 Lc=32 Le=0` and `< 9000 Lr=0`, and counts them.
pub struct Traced<C> {
    card: C,
    lines: Box<dyn Write + Send>,
    count: CommandCount,
}

/// How many commands a [`Traced`] card has been sent so far; clones look at the same number.
#[derive(Clone, Debug, Default)]
pub struct CommandCount(Arc<AtomicU64>);

impl CommandCount {
    /// The number now.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl<C: Card> Traced<C> {
    /// Traces `card` into `lines`; `std::io::sink()` leaves only the count.
    pub fn new(card: C, lines: impl Write + Send + 'static) -> Self {
        Self { card, lines: Box::new(lines), count: CommandCount::default() }
    }

    /// The counter, to keep while the card is in a reader.
    pub fn count(&self) -> CommandCount {
        self.count.clone()
    }

    /// The card underneath.
    pub fn into_card(self) -> C {
        self.card
    }

    fn write(&mut self, line: std::fmt::Arguments<'_>) {
        // The trace is an onlooker: a full disk must not change how the card behaves.
        let _ = writeln!(self.lines, "{line}").and_then(|()| self.lines.flush());
    }
}

impl<C: Card> Card for Traced<C> {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    fn reset(&mut self) {
        self.write(format_args!("# reset"));
        self.card.reset();
    }

    fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
        self.count.0.fetch_add(1, Ordering::Relaxed);
        match Command::try_from(apdu) {
            Ok(command) => self.write(format_args!("> {command}")),
            Err(_) => self.write(format_args!("> {} bytes, no short command", apdu.len())),
        }
        let answer = self.card.answer(apdu);
        match answer.clone().map(ResponseApdu::try_from) {
            Some(Ok(response)) => {
                self.write(format_args!("< {} Lr={}", response.status, response.data.len()));
            }
            Some(Err(short)) => self.write(format_args!("< {short}")),
            None => self.write(format_args!("< no answer")),
        }
        answer
    }

    fn contact(&self) -> Contact {
        self.card.contact()
    }

    fn delay(&self) -> Duration {
        self.card.delay()
    }

    fn tries_left(&self) -> Option<u8> {
        self.card.tries_left()
    }
}
