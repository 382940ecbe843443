//! What a trace shows of a PIN and a signature: nothing but lengths.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use std::io::Write;
use std::sync::{Arc, Mutex};

use virtual_card::gen1::Gen1;
use virtual_card::{Card, CardImage, Traced};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_trace_has_headers_and_lengths_and_counts_the_commands() {
    let image: CardImage = toml::from_str(include_str!("data/card.toml")).unwrap();
    let lines = Lines::default();
    let mut card = Traced::new(Gen1::new(&image).unwrap(), lines.clone());
    let count = card.count();
    card.reset();
    card.answer(&[0x80, 0xA4, 0, 0, 2, 0x09, 0x00]);
    card.answer(&[0x80, 0xA4, 0, 0, 2, 0x09, 0x03]);
    card.answer(&[0x80, 0xB0, 0, 0, 16]);
    card.answer(b"\x80\x20\x00\x01\x06123456");
    card.answer(b"\x80\x20\x00\x01\x07123456"); // one byte short

    let trace = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let expected = "\
# reset
> 80 A4 00 00 Lc=2 Le=0
< 9000 Lr=0
> 80 A4 00 00 Lc=2 Le=0
< 9000 Lr=0
> 80 B0 00 00 Lc=0 Le=16
< 9000 Lr=16
> 80 20 00 01 Lc=6 Le=0
< 6987 Lr=0
> 11 bytes, no short command
< 6700 Lr=0
";
    assert_eq!(trace, expected);
    assert_eq!(count.get(), 5);
    assert_eq!(card.into_card().tries_left(), Some(2));
}
