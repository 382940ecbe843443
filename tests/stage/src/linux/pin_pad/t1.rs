//! The card's end of the block protocol T=1, ISO/IEC 7816-3:2006 clause 11, as far as an error-free line needs it.

use virtual_card::Card;

/// Where both sides are with chaining and sequence numbers.
pub(super) struct T1 {
    received: Vec<u8>,
    unsent: Vec<u8>,
    sequence: u8,
    block_size: usize,
}

impl Default for T1 {
    /// 32 bytes a block until the reader says otherwise (clause 11.4.2).
    fn default() -> Self {
        Self { received: Vec::new(), unsent: Vec::new(), sequence: 0, block_size: 32 }
    }
}

impl T1 {
    /// A block with this prologue (node address and control byte) around `information`.
    pub(super) fn block(prologue: [u8; 2], information: &[u8]) -> Vec<u8> {
        let mut block = prologue.to_vec();
        block.push(u8::try_from(information.len()).unwrap_or(u8::MAX));
        block.extend(information);
        block.push(block.iter().fold(0, |check, byte| check ^ byte));
        block
    }

    /// The card's answer to a block; `None` when it was no block, or the card has left.
    pub(super) fn receive(&mut self, block: &[u8], card: &mut impl Card) -> Option<Vec<u8>> {
        let [node, control, _length, rest @ ..] = block else { return None };
        let (_check, information) = rest.split_last()?;
        if block.iter().fold(0, |check, byte| check ^ byte) != 0 || *node != 0 {
            return None;
        }
        Some(match *control {
            RESYNCHRONISE => {
                self.sequence = 0;
                Self::block([0, RESYNCHRONISE | ANSWER], &[])
            }
            BLOCK_SIZE => {
                self.block_size = information.first().copied().map_or(32, usize::from);
                Self::block([0, BLOCK_SIZE | ANSWER], information)
            }
            control if control & 0x80 == 0 => {
                self.received.extend(information);
                if control & MORE != 0 {
                    let expects = !control & 0x40;
                    return Some(Self::block([0, 0x80 | expects >> 2], &[]));
                }
                self.unsent = card.answer(&std::mem::take(&mut self.received))?;
                self.next()
            }
            _acknowledged => self.next(),
        })
    }

    fn next(&mut self) -> Vec<u8> {
        let rest = self.unsent.split_off(self.unsent.len().min(self.block_size));
        let part = std::mem::replace(&mut self.unsent, rest);
        let more = if self.unsent.is_empty() { 0 } else { MORE };
        let control = self.sequence << 6 | more;
        self.sequence ^= 1;
        Self::block([0, control], &part)
    }
}

/// Control bytes of clause 11.3.2.2.
const RESYNCHRONISE: u8 = 0xC0;
const BLOCK_SIZE: u8 = 0xC1;
const ANSWER: u8 = 0x20;
const MORE: u8 = 0x20;
