//! Takes the person out of what a card answered.
//!
//! A file comes in pieces, so the pieces are put together first; [`super::content`] replaces what is
//! somebody's, byte for byte; the bytes then go back to where they came from.

use super::Exchange;
use super::content::{Content, redact};
use super::pseudonyms::Pseudonyms;
use crate::apdu::Instruction;

/// The same exchanges without what belongs to a person.
pub(super) fn exchanges(mut exchanges: Vec<Exchange>) -> Vec<Exchange> {
    let mut pseudonyms = Pseudonyms::default();
    for mut whole in wholes(&exchanges) {
        redact(whole.content, &mut whole.bytes, &mut pseudonyms);
        let mut rest = whole.bytes.as_slice();
        for exchange in exchanges.iter_mut().skip(whole.first).take(whole.count) {
            let data = exchange.data_mut();
            if let Some((piece, next)) = rest.split_at_checked(data.len()) {
                data.copy_from_slice(piece);
                rest = next;
            }
        }
    }
    exchanges
}

/// What consecutive answers make together.
struct Whole {
    content: Content,
    bytes: Vec<u8>,
    /// The first answer, and how many.
    first: usize,
    count: usize,
    /// Where in the file the next piece would begin.
    next: Option<usize>,
}

fn wholes(exchanges: &[Exchange]) -> Vec<Whole> {
    let mut wholes: Vec<Whole> = Vec::new();
    for (at, exchange) in exchanges.iter().enumerate() {
        let data = exchange.data();
        let offset = offset(&exchange.command);
        let continued = wholes.last_mut().filter(|last| {
            let rest = instruction(&exchange.command) == Some(Instruction::GET_RESPONSE);
            rest || (offset.is_some() && offset == last.next && !by_short(&exchange.command))
        });
        match continued {
            Some(last) => {
                last.bytes.extend_from_slice(data);
                last.count += 1;
                last.next = last.next.map(|next| next + data.len());
            }
            None => wholes.push(Whole {
                content: match instruction(&exchange.command) {
                    Some(Instruction::SELECT) => Content::Parameters,
                    Some(_) | None => Content::Objects,
                },
                bytes: data.to_vec(),
                first: at,
                count: 1,
                next: offset.map(|offset| offset + data.len()),
            }),
        }
    }
    wholes
}

fn instruction(command: &[u8]) -> Option<Instruction> {
    command.get(1).map(|ins| Instruction(*ins))
}

/// Where READ BINARY reads, ISO/IEC 7816-4:2020 table 55: 15 bits of offset, or 8 after a short
/// identifier.
fn offset(command: &[u8]) -> Option<usize> {
    match command {
        [_, ins, p1, p2, ..] if Instruction(*ins) == Instruction::READ_BINARY => {
            let high = if by_short(command) { 0 } else { usize::from(*p1) };
            Some(high << 8 | usize::from(*p2))
        }
        _ => None,
    }
}

/// Whether READ BINARY names its file by a short identifier.
fn by_short(command: &[u8]) -> bool {
    command.get(2).is_some_and(|p1| p1 & 0x80 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Recording;

    fn redacted(text: &str) -> String {
        let recorded = Recording::parse(text).unwrap();
        Recording { exchanges: exchanges(recorded.exchanges), ..recorded }.to_string()
    }

    #[test]
    fn a_value_is_replaced_across_the_pieces_it_came_in() {
        // A UTF8String 王曉明 in two pieces, and again as one answer with GET RESPONSE.
        let read = "! atr 3B 00\n> 00 A4 00 0C\n< 90 00\n> 00 B0 00 00 04\n< 0C 09 E7 8E 90 00\n\
                    > 00 B0 00 04 00\n< 8B E6 9B 89 E6 98 8E 90 00\n\
                    > 00 CA 00 00 00\n< 0C 09 E7 8E 8B 61 06\n> 00 C0 00 00 06\n\
                    < E6 9B 89 E6 98 8E 90 00\n";
        let expected = "! atr 3B 00\n> 00 A4 00 0C\n< 90 00\n> 00 B0 00 00 04\n< 0C 09 78 78 90 00\n\
                    > 00 B0 00 04 00\n< 78 78 78 78 78 78 61 90 00\n\
                    > 00 CA 00 00 00\n< 0C 09 78 78 78 61 06\n> 00 C0 00 00 06\n\
                    < 78 78 78 78 78 61 90 00\n";
        assert_eq!(redacted(read), expected);
    }

    #[test]
    fn what_lies_elsewhere_in_a_file_begins_anew() {
        let read =
            "! atr 3B 00\n> 00 B0 00 00 03\n< 02 01 05 90 00\n> 00 B0 00 10 03\n< 02 01 07 90 00\n";
        assert_eq!(redacted(read), read);
    }

    #[test]
    fn a_point_says_that_it_is_one_and_a_signature_says_nothing() {
        let read = |length: usize| {
            let value = [&[0x04], vec![0xC3; length - 1].as_slice()].concat();
            let hex: String = value.iter().map(|byte| format!(" {byte:02X}")).collect();
            let text = format!(
                "! atr 3B 00\n> 00 B0 00 00 00\n< 03 81 {:02X} 00{hex} 90 00\n",
                length + 1
            );
            redacted(&text)
        };
        for point in [65, 97, 133] {
            assert!(read(point).contains(" 00 04 78 78"), "{point}");
        }
        for signature in [96, 128, 192] {
            assert!(read(signature).contains(" 00 78 78 78"), "{signature}");
        }
    }
}
