//! A file tree selected by identifier, path or name, ISO/IEC 7816-4:2020 clauses 7.2 and 11.2.2.
//! Knows nothing of what the files mean.

use ankong_card::StatusWord;

use crate::der::{constructed, element};

/// A directory (DF) with what lies in it.
pub(super) struct Directory {
    pub(super) id: u16,
    /// An application's name; the root has none.
    pub(super) name: &'static [u8],
    pub(super) directories: Vec<Directory>,
    pub(super) files: Vec<Elementary>,
}

/// A transparent file (EF) that anybody may read.
pub(super) struct Elementary {
    pub(super) id: u16,
    /// The short identifier, 1 to 30; 0 for none.
    pub(super) short: u8,
    pub(super) content: Vec<u8>,
}

/// P1 and the data field of a SELECT.
pub(super) struct Selection<'a> {
    pub(super) how: u8,
    pub(super) what: &'a [u8],
}

/// The tree and where in it the card stands.
pub(super) struct FileTree {
    root: Directory,
    at: Position,
}

#[derive(Clone, Default)]
struct Position {
    /// The directories from below the root to the current one.
    path: Vec<u16>,
    file: Option<u16>,
}

impl FileTree {
    pub(super) fn new(root: Directory) -> Self {
        Self { root, at: Position::default() }
    }

    pub(super) fn select_root(&mut self) {
        self.at = Position::default();
    }

    /// Moves where P1 and data say (table 63); true when the directory is another one now, or has
    /// been entered anew. An error moves nothing.
    pub(super) fn select(&mut self, selection: Selection<'_>) -> Result<bool, StatusWord> {
        let root = Position::default();
        let here = Position { path: self.at.path.clone(), file: None };
        let to = match selection.how {
            0x00 if matches!(selection.what, [] | ROOT) => root,
            0x00 => self.near(here, selection.what)?,
            0x01 => self.directory_in(here, selection.what)?,
            0x02 => self.file_in(here, selection.what)?,
            0x03 if selection.what.is_empty() => parent(here),
            0x03 => return Err(StatusWord::WRONG_LENGTH),
            0x04 => self.named(selection.what)?,
            0x08 => self.walk(root, selection.what)?,
            0x09 => self.walk(here, selection.what)?,
            _ => return Err(StatusWord::INCORRECT_P1_P2),
        };
        let moved = to.path != self.at.path || selection.how == 0x04;
        self.at = to;
        Ok(moved)
    }

    /// Makes the file with this short identifier in the current directory the current one.
    pub(super) fn select_short(&mut self, short: u8) -> Result<(), StatusWord> {
        let files = &self.directory(&self.at.path).files;
        let file = files.iter().find(|file| file.short == short && short != 0);
        self.at.file = Some(file.ok_or(StatusWord::FILE_NOT_FOUND)?.id);
        Ok(())
    }

    /// The current file from `offset` on.
    pub(super) fn rest(&self, offset: u16) -> Result<&[u8], StatusWord> {
        let content = &self.file().ok_or(StatusWord::NO_CURRENT_EF)?.content;
        match content.get(usize::from(offset)..) {
            None | Some([]) => Err(StatusWord::WRONG_OFFSET),
            Some(rest) => Ok(rest),
        }
    }

    /// True inside the application, false at the root.
    pub(super) fn in_application(&self) -> bool {
        !self.at.path.is_empty()
    }

    /// What SELECT answers about the current file or directory, clause 7.4.3 table 12.
    pub(super) fn control_parameters(&self, template: u8) -> Vec<u8> {
        let identifier = |id: u16| element(0x83, &id.to_be_bytes());
        let activated = element(0x8A, &[0x05]);
        let Some(file) = self.file() else {
            let directory = self.directory(&self.at.path);
            let name = match directory.name {
                [] => Vec::new(),
                name => element(0x84, name),
            };
            let descriptor = element(0x82, &[0x38]);
            return constructed(template, [descriptor, identifier(directory.id), name, activated]);
        };
        let size = element(0x80, &(file.content.len() as u16).to_be_bytes());
        let descriptor = element(0x82, &[0x01]);
        // Without a short identifier the object is there and empty (table 12).
        let short = match file.short {
            0 => element(0x88, &[]),
            short => element(0x88, &[short << 3]),
        };
        constructed(template, [size, descriptor, identifier(file.id), short, activated])
    }

    /// P1 00: the directory itself, its parent, or anything in it.
    fn near(&self, here: Position, what: &[u8]) -> Result<Position, StatusWord> {
        let id = identifier(what)?;
        if id == self.directory(&here.path).id {
            return Ok(here);
        }
        let up = parent(here.clone());
        if !here.path.is_empty() && id == self.directory(&up.path).id {
            return Ok(up);
        }
        self.file_in(here.clone(), what).or_else(|_| self.directory_in(here, what))
    }

    fn directory_in(&self, mut at: Position, what: &[u8]) -> Result<Position, StatusWord> {
        let id = identifier(what)?;
        let here = self.directory(&at.path);
        let directory = here.directories.iter().find(|directory| directory.id == id);
        at.path.push(directory.ok_or(StatusWord::FILE_NOT_FOUND)?.id);
        Ok(at)
    }

    fn file_in(&self, mut at: Position, what: &[u8]) -> Result<Position, StatusWord> {
        let id = identifier(what)?;
        let file = self.directory(&at.path).files.iter().find(|file| file.id == id);
        at.file = Some(file.ok_or(StatusWord::FILE_NOT_FOUND)?.id);
        Ok(at)
    }

    /// An application by its whole name or the beginning of it.
    fn named(&self, name: &[u8]) -> Result<Position, StatusWord> {
        let begins = |directory: &&Directory| !name.is_empty() && directory.name.starts_with(name);
        let directory = self.root.directories.iter().find(begins);
        let id = directory.ok_or(StatusWord::FILE_NOT_FOUND)?.id;
        Ok(Position { path: vec![id], file: None })
    }

    fn walk(&self, mut at: Position, path: &[u8]) -> Result<Position, StatusWord> {
        let mut steps = path.chunks(2).peekable();
        if steps.peek().is_none() {
            return Err(StatusWord::WRONG_LENGTH);
        }
        while let Some(step) = steps.next() {
            at = match steps.peek() {
                Some(_) => self.directory_in(at, step)?,
                None => self.file_in(at.clone(), step).or_else(|_| self.directory_in(at, step))?,
            };
        }
        Ok(at)
    }

    fn directory(&self, path: &[u16]) -> &Directory {
        path.iter().fold(&self.root, |directory, id| {
            directory.directories.iter().find(|child| child.id == *id).unwrap_or(directory)
        })
    }

    fn file(&self) -> Option<&Elementary> {
        let id = self.at.file?;
        self.directory(&self.at.path).files.iter().find(|file| file.id == id)
    }
}

fn parent(mut at: Position) -> Position {
    at.path.pop();
    at
}

fn identifier(bytes: &[u8]) -> Result<u16, StatusWord> {
    bytes.try_into().map(u16::from_be_bytes).map_err(|_| StatusWord::WRONG_LENGTH)
}

/// The identifier of the master file, clause 7.2.2.
const ROOT: &[u8] = &[0x3F, 0x00];
