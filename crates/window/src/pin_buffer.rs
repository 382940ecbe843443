//! The characters typed so far: one fixed piece of memory, locked so that it is never swapped
//! out, never moved while it grows, and wiped as soon as it has been handed over.
//!
//! Refuses to know how long a PIN has to be.

use ankong_dialog::PinRule;
use region::LockGuard;
use zeroize::{Zeroize, Zeroizing};

/// No [`PinRule`] asks for more.
const CAPACITY: usize = u8::MAX as usize;

/// A PIN being typed. Has no `Debug`, no `Clone`, and no way to look at single characters.
pub struct PinBuffer {
    // Declared before the bytes: unlocked, after `drop` has wiped them, while they still exist.
    lock: Option<LockGuard>,
    characters: Box<[u8; CAPACITY]>,
    length: u8,
}

impl PinBuffer {
    /// An empty buffer in locked memory.
    #[must_use]
    pub fn new() -> Self {
        let characters = Box::new([0; CAPACITY]);
        let lock = region::lock(characters.as_ptr(), CAPACITY).ok();
        Self { lock, characters, length: 0 }
    }

    /// Whether the system agreed to keep the memory out of swap. It may refuse where the user's
    /// limit for locked memory is used up; the characters are wiped all the same.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.lock.is_some()
    }

    /// Appends a printable ASCII character, up to the rule's greatest length; anything else is
    /// left out.
    pub fn push(&mut self, character: char, rule: PinRule) {
        if !matches!(character, '!'..='~') || self.length >= rule.max {
            return;
        }
        if let (Some(place), Ok(byte)) =
            (self.characters.get_mut(usize::from(self.length)), u8::try_from(character))
        {
            *place = byte;
            self.length += 1;
        }
    }

    /// Takes the last character back.
    pub fn erase(&mut self) {
        self.length = self.length.saturating_sub(1);
        if let Some(place) = self.characters.get_mut(usize::from(self.length)) {
            place.zeroize();
        }
    }

    /// Takes every character back.
    pub fn wipe(&mut self) {
        self.characters.zeroize();
        self.length = 0;
    }

    /// How many characters there are.
    #[must_use]
    pub fn length(&self) -> u8 {
        self.length
    }

    /// Whether there are as many characters as the rule wants.
    #[must_use]
    pub fn is_complete(&self, rule: PinRule) -> bool {
        (rule.min..=rule.max).contains(&self.length)
    }

    /// Hands the characters over and wipes the buffer.
    #[must_use]
    pub fn take(&mut self) -> Zeroizing<Vec<u8>> {
        let typed = self.characters.iter().take(usize::from(self.length)).copied();
        let mut pin = Zeroizing::new(Vec::with_capacity(usize::from(self.length)));
        pin.extend(typed);
        self.wipe();
        pin
    }
}

impl Default for PinBuffer {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for PinBuffer {
    fn drop(&mut self) {
        self.wipe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: PinRule = PinRule { min: 6, max: 8 };

    fn typed(text: &str) -> PinBuffer {
        let mut buffer = PinBuffer::new();
        text.chars().for_each(|character| buffer.push(character, RULE));
        buffer
    }

    #[test]
    fn only_printable_ascii_is_kept_and_never_more_than_the_rule_allows() {
        let mut buffer = typed("1Aa~\u{7f}\n\u{ff11}卡 2345678");
        assert_eq!(buffer.length(), 8);
        assert_eq!(buffer.take().as_slice(), b"1Aa~2345");
    }

    #[test]
    fn a_pin_is_complete_between_the_shortest_and_the_longest() {
        assert!(!typed("12345").is_complete(RULE));
        assert!(typed("123456").is_complete(RULE));
        assert!(typed("12345678").is_complete(RULE));
    }

    #[test]
    fn what_is_erased_handed_over_or_wiped_is_overwritten() {
        let mut buffer = typed("123456");
        buffer.erase();
        assert_eq!(buffer.characters[..6], *b"12345\0");
        assert_eq!(buffer.take().as_slice(), b"12345");
        assert!(buffer.characters.iter().all(|byte| *byte == 0));
        assert_eq!(buffer.length(), 0);
        buffer.erase();
        assert_eq!(buffer.length(), 0);
    }

    #[test]
    fn the_characters_do_not_move_while_it_grows() {
        let mut buffer = PinBuffer::new();
        let address = buffer.characters.as_ptr();
        "12345678".chars().for_each(|character| buffer.push(character, RULE));
        assert_eq!(buffer.characters.as_ptr(), address);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_kernel_counts_the_memory_as_locked() {
        let buffer = PinBuffer::new();
        assert!(buffer.is_locked());
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let locked = status.lines().find_map(|line| line.strip_prefix("VmLck:")).unwrap();
        assert_ne!(locked.trim(), "0 kB");
    }
}
