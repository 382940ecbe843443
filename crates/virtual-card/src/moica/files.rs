//! A file tree with a current directory and a current file, ISO/IEC 7816-4:2020 clause 7.2.
//! Knows nothing of what the files mean.

use std::fmt;

use ankong_card::StatusWord;

use crate::Command;

/// A two-byte file identifier.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileId(pub(crate) u16);

impl FileId {
    /// The root of the whole card (clause 7.3.1).
    pub(crate) const MASTER_FILE: Self = Self(0x3F00);
    /// The root of the application that is selected.
    pub(crate) const CURRENT_APPLICATION: Self = Self(0x7FFF);
}

impl fmt::Debug for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

/// A directory (DF) with what lies in it.
pub(crate) struct Directory {
    pub(crate) id: FileId,
    pub(crate) directories: Vec<Directory>,
    pub(crate) files: Vec<Elementary>,
}

/// A file (EF) that holds no others.
pub(crate) struct Elementary {
    pub(crate) id: FileId,
    pub(crate) content: Content,
}

/// What an elementary file holds.
pub(crate) enum Content {
    /// Bytes that anybody may read.
    Transparent(Vec<u8>),
    /// PIN and private keys: selected for their use, never read.
    Keys,
}

/// The tree and where in it the card stands.
pub(crate) struct FileTree {
    root: Directory,
    /// The directories from below the root to the current one.
    path: Vec<FileId>,
    current: Option<FileId>,
}

impl FileTree {
    pub(crate) fn new(root: Directory) -> Self {
        Self { root, path: Vec::new(), current: None }
    }

    pub(crate) fn select_root(&mut self) {
        self.path.clear();
        self.current = None;
    }

    /// Moves to the root, which can be selected from everywhere (clause 7.2.2), to the current directory itself, or a child of it. Anything else is 6A82
    /// and moves nothing.
    fn select(&mut self, id: FileId) -> Result<(), StatusWord> {
        let here = self.directory();
        if id == self.root.id {
            self.select_root();
        } else if id == here.id {
            self.current = None;
        } else if here.files.iter().any(|file| file.id == id) {
            self.current = Some(id);
        } else if here.directories.iter().any(|directory| directory.id == id) {
            self.path.push(id);
            self.current = None;
        } else {
            return Err(StatusWord::FILE_NOT_FOUND);
        }
        Ok(())
    }

    /// SELECT by file identifier, clause 11.1.1; P1 and P2 have been looked at.
    pub(crate) fn select_by_identifier(&mut self, data: &[u8]) -> Result<FileId, StatusWord> {
        let id = data.try_into().map_err(|_| StatusWord::WRONG_LENGTH)?;
        let id = FileId(u16::from_be_bytes(id));
        self.select(id)?;
        Ok(id)
    }

    /// READ BINARY, clause 11.2.3. P1 and P2 are always an offset; near the end of the file the
    /// answer is short and still 9000 (unknown on real cards).
    pub(crate) fn read_binary(&self, command: &Command<'_>) -> Result<Vec<u8>, StatusWord> {
        if !command.data.is_empty() {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let length = command.le.ok_or(StatusWord::WRONG_LENGTH)?;
        if length > LONGEST_READ {
            return Err(StatusWord::SM_OBJECTS_MISSING);
        }
        self.read(command.p1_p2(), length).map(<[u8]>::to_vec)
    }

    /// At most `length` bytes of the current file from `offset`; fewer near its end.
    fn read(&self, offset: u16, length: u16) -> Result<&[u8], StatusWord> {
        match self.file().map(|file| &file.content) {
            None => Err(StatusWord::NO_CURRENT_EF),
            // The status a real card gives for its key file is unknown.
            Some(Content::Keys) => Err(StatusWord::INCOMPATIBLE_WITH_FILE),
            Some(Content::Transparent(bytes)) => match bytes.get(usize::from(offset)..) {
                None | Some([]) => Err(StatusWord::WRONG_OFFSET),
                Some(rest) => Ok(rest.get(..usize::from(length)).unwrap_or(rest)),
            },
        }
    }

    /// True while the file with PIN and keys is the current one.
    pub(crate) fn keys_selected(&self) -> bool {
        matches!(self.file(), Some(Elementary { content: Content::Keys, .. }))
    }

    fn directory(&self) -> &Directory {
        self.path.iter().fold(&self.root, |directory, id| {
            directory.directories.iter().find(|child| child.id == *id).unwrap_or(directory)
        })
    }

    fn file(&self) -> Option<&Elementary> {
        let id = self.current?;
        self.directory().files.iter().find(|file| file.id == id)
    }
}

/// Bytes one READ BINARY may ask for. Real cards answer 6987 to some lengths; which is unknown.
/// 240 lies between the 200 that known programs ask for and the 256 of the short form.
const LONGEST_READ: u16 = 240;
