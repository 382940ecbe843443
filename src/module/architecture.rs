//! For which processors a library was made: the first bytes of ELF (System V ABI, "ELF Header"), PE
//! (Microsoft's "PE Format") and Mach-O (`mach-o/loader.h`, `mach-o/fat.h`). Read from the file, which
//! is never loaded for it.

use std::fs::File;
use std::io::{Read, Result};
use std::path::Path;

/// The headers lie within these first bytes.
const HEADERS: u64 = 4096;
/// More processors than a library is ever made for.
const MOST: usize = 16;

/// The processors as [`std::env::consts::ARCH`] names them; empty where it is no library, or for others.
///
/// # Errors
/// The file cannot be read.
pub(crate) fn of_file(library: &Path) -> Result<Vec<&'static str>> {
    let mut header = Vec::new();
    File::open(library)?.take(HEADERS).read_to_end(&mut header)?;
    Ok(of(&header))
}

fn of(header: &[u8]) -> Vec<&'static str> {
    let found = match header {
        [0x7F, b'E', b'L', b'F', _, 1, ..] => elf(little(header, 18)),
        [b'M', b'Z', ..] => portable_executable(header),
        [0xCF, 0xFA, 0xED, 0xFE, ..] | [0xCE, 0xFA, 0xED, 0xFE, ..] => {
            mach(four(header, 4).map(u32::from_le_bytes))
        }
        [0xCA, 0xFE, 0xBA, 0xBE, ..] => return fat(header),
        _ => None,
    };
    found.into_iter().collect()
}

/// `e_machine`.
fn elf(machine: Option<u16>) -> Option<&'static str> {
    Some(match machine? {
        3 => "x86",
        40 => "arm",
        62 => "x86_64",
        183 => "aarch64",
        _ => return None,
    })
}

/// `Machine`, behind the signature that `e_lfanew` points to.
fn portable_executable(header: &[u8]) -> Option<&'static str> {
    let at = usize::try_from(u32::from_le_bytes(four(header, 0x3C)?)).ok()?;
    if four(header, at)? != *b"PE\0\0" {
        return None;
    }
    Some(match little(header, at.checked_add(4)?)? {
        0x014C => "x86",
        0x8664 => "x86_64",
        0xAA64 => "aarch64",
        _ => return None,
    })
}

/// `cputype`.
fn mach(kind: Option<u32>) -> Option<&'static str> {
    Some(match kind? {
        7 => "x86",
        0x0100_0007 => "x86_64",
        0x0100_000C => "aarch64",
        _ => return None,
    })
}

/// A file for several: `nfat_arch`, then twenty bytes for each, the `cputype` first, big-endian.
fn fat(header: &[u8]) -> Vec<&'static str> {
    let number = |at| four(header, at).map(u32::from_be_bytes);
    let count = number(4).and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
    (0..count.min(MOST)).filter_map(|index| mach(number(8 + 20 * index))).collect()
}

fn little(header: &[u8], at: usize) -> Option<u16> {
    let bytes = header.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(bytes.try_into().ok()?))
}

fn four(header: &[u8], at: usize) -> Option<[u8; 4]> {
    header.get(at..at.checked_add(4)?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_program_was_made_for_this_processor() {
        let program = std::env::current_exe().unwrap();
        assert_eq!(of_file(&program).unwrap(), [std::env::consts::ARCH]);
    }

    #[test]
    fn each_kind_of_library_says_for_which_processors_it_is() {
        let elf =
            |machine: u8| [b"\x7FELF\x01\x01\x01".as_slice(), &[0; 11], &[machine, 0]].concat();
        assert_eq!(of(&elf(3)), ["x86"]);
        assert_eq!(of(&elf(183)), ["aarch64"]);
        assert!(of(&elf(200)).is_empty());
        let mut windows =
            [b"MZ".as_slice(), &[0; 0x3A], &0x80u32.to_le_bytes(), &[0; 0x40]].concat();
        windows.extend_from_slice(b"PE\0\0\x4C\x01");
        assert_eq!(of(&windows), ["x86"]);
        let apple = b"\xCA\xFE\xBA\xBE\0\0\0\x02\x01\0\0\x07____________\0\0\0\0\x01\0\0\x0C";
        let mut apple = apple.to_vec();
        apple.splice(12..28, [0; 16]);
        assert_eq!(of(&apple), ["x86_64", "aarch64"]);
        assert_eq!(of(b"\xCF\xFA\xED\xFE\x0C\0\0\x01"), ["aarch64"]);
    }

    #[test]
    fn what_is_cut_short_or_no_library_says_nothing() {
        let whole = b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3E\0";
        assert_eq!(of(whole), ["x86_64"]);
        for length in 0..whole.len() {
            assert!(of(whole.get(..length).unwrap()).is_empty());
        }
        let far = [b"MZ".as_slice(), &[0xFF; 0x60]].concat();
        assert!(of(&far).is_empty() && of(b"#!/bin/sh\n").is_empty());
        assert!(of(b"\xCA\xFE\xBA\xBE\xFF\xFF\xFF\xFF").is_empty());
    }
}
