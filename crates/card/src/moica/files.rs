//! The file system of both generations: SELECT one step at a time, READ BINARY in pieces.
//!
//! First generation `80 A4 00 00 02 <FID>`, no FCP in the answer, `80 B0 <offset> <Le>`; second
//! generation `00 A4 00 04 02 <FID> 00` and `00 B0 <offset> <Le>` below its application 7FFF.

use crate::apdu::{CommandApdu, Instruction, TooLong};
use crate::tlv::padding_follows;
use crate::{CardError, Channel, StatusWord};

/// How one generation wants its files selected.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    /// Class byte of plain SELECT and READ BINARY.
    class: u8,
    /// P2 of SELECT, which says what to answer.
    select_p2: u8,
    /// Le of SELECT.
    select_le: Option<u16>,
    /// Where paths begin.
    root: FileId,
}

/// The first generation, which answers 6E00 to class 00.
pub(super) const GEN1: Dialect =
    Dialect { class: 0x80, select_p2: 0x00, select_le: None, root: FileId(0x3F00) };
/// The second generation; its root is the application selected last (ISO/IEC 7816-4 clause 7.3.1).
pub(super) const GEN2: Dialect =
    Dialect { class: 0x00, select_p2: 0x04, select_le: Some(256), root: FileId(0x7FFF) };

/// Bytes per READ BINARY. The card's T=1 blocks hold 250, so one piece and its status fit in one.
const PIECE: u16 = 240;
/// What READ BINARY falls back to when the card answers 6987 or 6700 to a piece.
const SMALL_PIECE: u16 = 0x10;
/// No directory file seen is longer; READ BINARY reaches 32 KiB.
const MAX_DIRECTORY: usize = 4096;

/// A file identifier, ISO/IEC 7816-4 clause 7.3.1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileId(pub(super) u16);

impl FileId {
    pub(super) const CARD_INFORMATION: Self = Self(0x0900);
    pub(super) const CARD_NUMBER: Self = Self(0x0903);
    pub(super) const OPERATING_SYSTEM: Self = Self(0x0905);
    pub(super) const PKI: Self = Self(0x5030);
    pub(super) const PRIVATE_KEYS: Self = Self(0x4100);
    pub(super) const CERTIFICATE_DIRECTORY: Self = Self(0x4104);
    pub(super) const CERTIFICATES: Self = Self(0x08F2);
    pub(super) const PIN_AND_KEYS: Self = Self(0x0810);
}

/// A card's files; remembers which directory is selected, to save commands.
pub(super) struct Files<'c, 't> {
    pub(super) channel: &'c mut Channel<'t>,
    dialect: Dialect,
    place: Place,
}

/// What is known of where the card stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Unknown,
    Root,
    Directory(FileId),
}

impl<'c, 't> Files<'c, 't> {
    /// Nothing is known of what is selected.
    pub(super) fn new(channel: &'c mut Channel<'t>, dialect: Dialect) -> Self {
        Self { channel, dialect, place: Place::Unknown }
    }

    /// The root has just been selected.
    pub(super) fn at_root(channel: &'c mut Channel<'t>, dialect: Dialect) -> Self {
        Self { channel, dialect, place: Place::Root }
    }

    /// Selects `file` in `directory` under the root. A sibling of the selected file is
    /// asked for directly; should the card not know it from there, the whole path is walked.
    pub(super) fn select(&mut self, directory: FileId, file: FileId) -> Result<(), CardError> {
        if self.place == Place::Directory(directory) {
            match self.step(file) {
                Err(CardError::Refused { status: StatusWord::FILE_NOT_FOUND, .. }) => {}
                done => return done,
            }
        }
        if std::mem::replace(&mut self.place, Place::Unknown) != Place::Root {
            self.step(self.dialect.root)?;
        }
        self.step(directory)?;
        self.place = Place::Directory(directory);
        self.step(file)
    }

    fn step(&mut self, file: FileId) -> Result<(), CardError> {
        let select = self.dialect.select(file)?;
        match self.channel.send(&select)?.status {
            StatusWord::OK => Ok(()),
            status => Err(CardError::Refused { instruction: Instruction::SELECT, status }),
        }
    }

    /// Reads `length` bytes of the selected file from `offset`; fewer if the file ends before.
    pub(super) fn read(&mut self, offset: u16, length: u16) -> Result<Vec<u8>, CardError> {
        let mut bytes = Vec::with_capacity(usize::from(length));
        let mut piece = PIECE;
        let mut commands = 0;
        while let Some(left @ 1..) =
            u16::try_from(bytes.len()).ok().and_then(|n| length.checked_sub(n))
        {
            // A card that hands out its bytes one by one would keep the reader for hours.
            commands += 1;
            if commands > length / SMALL_PIECE + 3 {
                return Err(CardError::Malformed("file"));
            }
            let at = offset.saturating_add(length - left);
            if at > 0x7FFF {
                return Err(CardError::Malformed("file"));
            }
            let [high, low] = at.to_be_bytes();
            let read = CommandApdu::new(self.dialect.class, Instruction::READ_BINARY, high, low)
                .expecting(left.min(piece));
            let answer = self.channel.send(&read)?;
            match answer.status {
                StatusWord::OK if answer.data.is_empty() => break,
                StatusWord::OK => bytes.extend(answer.data),
                StatusWord::SM_OBJECTS_MISSING | StatusWord::WRONG_LENGTH
                    if piece > SMALL_PIECE =>
                {
                    piece = SMALL_PIECE;
                }
                StatusWord::WRONG_OFFSET => break, // the end of the file
                status => {
                    return Err(CardError::Refused {
                        instruction: Instruction::READ_BINARY,
                        status,
                    });
                }
            }
        }
        bytes.truncate(usize::from(length));
        Ok(bytes)
    }

    /// Reads the selected directory file up to its padding.
    pub(super) fn read_records(&mut self) -> Result<Vec<u8>, CardError> {
        let mut bytes = Vec::new();
        while bytes.len() < MAX_DIRECTORY {
            let offset = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
            let piece = self.read(offset, PIECE)?;
            let short = piece.len() < usize::from(PIECE);
            bytes.extend(piece);
            if short || padding_follows(&bytes) {
                return Ok(bytes);
            }
        }
        Err(CardError::Malformed("directory"))
    }
}

impl Dialect {
    /// SELECT of a file in the current directory.
    pub(super) fn select(self, file: FileId) -> Result<CommandApdu, TooLong> {
        let select = CommandApdu::new(self.class, Instruction::SELECT, 0, self.select_p2)
            .with_data(&file.0.to_be_bytes())?;
        Ok(match self.select_le {
            Some(le) => select.expecting(le),
            None => select,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::Transcript;

    fn with_files<T>(script: &str, act: impl FnOnce(&mut Files) -> T) -> T {
        let mut transcript = Transcript::parse(script);
        let mut channel = Channel::new(&mut transcript);
        let result = act(&mut Files::new(&mut channel, GEN1));
        transcript.assert_finished();
        result
    }

    #[test]
    fn a_sibling_is_selected_directly_and_by_the_whole_path_when_the_card_insists() {
        let script = include_str!("../../tests/data/gen1-select-sibling.txt");
        with_files(script, |files| {
            files.select(FileId::PKI, FileId::CERTIFICATE_DIRECTORY).unwrap();
            files.select(FileId::PKI, FileId::PRIVATE_KEYS).unwrap();
            files.select(FileId::PKI, FileId::CERTIFICATES).unwrap();
        });
    }

    #[test]
    fn a_card_that_dislikes_long_reads_is_read_in_small_pieces() {
        let script = include_str!("../../tests/data/gen1-read-6987.txt");
        let bytes = with_files(script, |files| files.read(0x700, 20).unwrap());
        assert_eq!(bytes, (0..20).collect::<Vec<u8>>());
    }

    #[test]
    fn a_file_may_end_early() {
        let script = "> 80 B0 00 00 14\n< 01 02 90 00\n> 80 B0 00 02 12\n< 6B 00";
        assert_eq!(with_files(script, |files| files.read(0, 20).unwrap()), [1, 2]);
    }
}
