//! SELECT and READ BINARY, ISO/IEC 7816-4:2020 clauses 11.2.2 and 11.3.3.

use super::application::{Application, Selector};
use super::{CLASS, refused};
use crate::apdu::{CommandApdu, Instruction};
use crate::tlv::{Tag, Tlv, padding_follows};
use crate::{CardError, Channel, StatusWord};

/// How a card likes to be asked. The next one is tried when it answers 6A86, wrong P1-P2.
struct Way {
    /// P1 may name a whole path; else every step is a SELECT of its own.
    by_path: bool,
    /// P2: 04 asks for the FCP template, 00 for FCI.
    p2: u8,
}

const WAYS: [Way; 3] = [
    Way { by_path: true, p2: 0x04 },
    Way { by_path: true, p2: 0x00 },
    Way { by_path: false, p2: 0x00 },
];

/// What SELECT said of a file, clause 7.4.3 table 12.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parameters {
    /// Bytes in it.
    pub(super) size: Option<u16>,
    /// Short identifier, 1 to 30.
    pub(super) short: Option<u8>,
    identifier: Option<[u8; 2]>,
    /// Its records are read one by one.
    linear: bool,
}

/// A card's files; remembers which directory is selected, to save commands.
pub(super) struct Files<'c, 't> {
    pub(super) channel: &'c mut Channel<'t>,
    application: Application,
    in_application: bool,
    /// The path of the selected directory, if it is known.
    directory: Option<Vec<u8>>,
    /// The file identifier of the application's directory, if the card told it.
    identifier: Option<[u8; 2]>,
    /// The most bytes asked for in one command; less once the card has refused that.
    piece: u32,
}

impl<'c, 't> Files<'c, 't> {
    /// Nothing is selected yet.
    pub(super) fn outside(channel: &'c mut Channel<'t>, application: Application) -> Self {
        let piece = channel.longest_answer();
        Self {
            channel,
            application,
            in_application: false,
            directory: None,
            identifier: None,
            piece,
        }
    }

    /// Selects the application.
    pub(super) fn enter(
        channel: &'c mut Channel<'t>,
        application: Application,
    ) -> Result<Self, CardError> {
        let mut files = Self::outside(channel, application);
        files.enter_application()?;
        Ok(files)
    }

    /// The application with what has been learned of it.
    pub(super) fn into_application(self) -> Application {
        self.application
    }

    /// Another application is meant from here on; not yet selected.
    pub(super) fn leave_for(&mut self, application: Application) {
        self.application = Application { way: self.application.way, ..application };
        (self.in_application, self.identifier) = (false, None);
    }

    pub(super) fn enter_application(&mut self) -> Result<(), CardError> {
        match self.application.selector.clone() {
            Selector::Path(path) => {
                self.select(&path)?;
            }
            Selector::Name(name) => {
                let parameters = self.in_each_way(|files, way| files.ask(0x04, way.p2, &name))?;
                self.identifier = parameters.identifier;
            }
        }
        self.directory = self.application.path.clone();
        self.in_application = true;
        Ok(())
    }

    /// Whether this directory is the selected one; without a path, the application's.
    pub(super) fn is_in(&self, directory: Option<&[u8]>) -> bool {
        match directory {
            None => self.in_application,
            Some(path) => self.directory.as_deref() == Some(path),
        }
    }

    /// Selects this directory, unless it is; without a path, the application's.
    pub(super) fn go_to(&mut self, directory: Option<&[u8]>) -> Result<(), CardError> {
        if self.is_in(directory) {
            return Ok(());
        }
        match directory {
            None => self.enter_application(),
            Some(path) => {
                self.select(path)?;
                self.in_application = self.application.path.as_deref() == Some(path);
                self.directory = Some(path.to_vec());
                Ok(())
            }
        }
    }

    /// Selects a file by its path: from the master file when it begins with 3F00, else from the
    /// application.
    pub(super) fn select(&mut self, path: &[u8]) -> Result<Parameters, CardError> {
        match path.split_last_chunk::<2>() {
            Some((parent, _)) if parent.starts_with(&ROOT) => {
                let steps = path.get(ROOT.len()..).unwrap_or_default();
                let parameters = self.select_by(0x08, steps, path)?;
                self.note_directory(parent);
                Ok(parameters)
            }
            Some(_) | None => {
                self.go_to(None)?;
                let direct = path.len() == ROOT.len();
                let parameters = self.select_by(if direct { 0x02 } else { 0x09 }, path, path)?;
                if !direct {
                    (self.in_application, self.directory) = (false, None); // some way below it
                }
                Ok(parameters)
            }
        }
    }

    /// Reads the selected file from `offset` until `limit` bytes, its end or `enough`.
    pub(super) fn read(
        &mut self,
        offset: u16,
        limit: Option<u16>,
        enough: impl Fn(&[u8]) -> bool,
    ) -> Result<Vec<u8>, CardError> {
        // Asking beyond an end nobody knows is what cards differ in most: a short piece at a time.
        let most = if limit.is_some() { u32::MAX } else { SHORT_PIECE };
        let limit = limit.map_or(MAX_FILE, usize::from).min(MAX_FILE);
        let mut bytes = Vec::new();
        for _ in 0..MAX_PIECES {
            let left = limit.saturating_sub(bytes.len());
            if left == 0 || enough(&bytes) {
                bytes.truncate(limit);
                return Ok(bytes);
            }
            let at = usize::from(offset) + bytes.len();
            let Some(at @ ..=0x7FFF) = u16::try_from(at).ok() else { break };
            let [high, low] = at.to_be_bytes();
            let piece = u32::try_from(left).unwrap_or(u32::MAX).min(self.piece).min(most);
            let read =
                CommandApdu::new(CLASS, Instruction::READ_BINARY, high, low).expecting_long(piece);
            let answer = self.channel.send(&read)?;
            match answer.status {
                StatusWord::OK if answer.data.is_empty() => return Ok(bytes),
                StatusWord::OK => bytes.extend(answer.data),
                END_OF_FILE => {
                    bytes.extend(answer.data);
                    bytes.truncate(limit);
                    return Ok(bytes);
                }
                StatusWord::WRONG_OFFSET => return Ok(bytes),
                StatusWord::WRONG_LENGTH if self.piece > SHORT_PIECE => {
                    self.piece = SHORT_PIECE;
                    self.channel.shorten();
                }
                StatusWord::WRONG_LENGTH if self.piece > SMALL_PIECE => self.piece = SMALL_PIECE,
                status => return Err(refused(Instruction::READ_BINARY, status)),
            }
        }
        Err(CardError::Malformed("file"))
    }

    /// Selects a file of the current directory by its short identifier and reads it, both in one
    /// command; `None` when the card will not.
    pub(super) fn read_short(
        &mut self,
        short: u8,
        offset: u16,
        length: u16,
    ) -> Result<Option<Vec<u8>>, CardError> {
        let Ok(offset) = u8::try_from(offset) else { return Ok(None) };
        let read = CommandApdu::new(CLASS, Instruction::READ_BINARY, 0x80 | short, offset)
            .expecting(length);
        let answer = self.channel.send(&read)?;
        Ok(matches!(answer.status, StatusWord::OK | END_OF_FILE).then_some(answer.data))
    }

    /// The selected file, which lists objects: up to its padding, or record by record.
    pub(super) fn read_list(&mut self, parameters: &Parameters) -> Result<Vec<u8>, CardError> {
        if !parameters.linear {
            return self.read(0, parameters.size, padding_follows);
        }
        let mut bytes = Vec::new();
        for number in 1..=MAX_RECORDS {
            let read =
                CommandApdu::new(CLASS, Instruction::READ_RECORD, number, 0x04).expecting(256);
            let answer = self.channel.send(&read)?;
            match answer.status {
                StatusWord::OK => bytes.extend(answer.data),
                _ => break, // by whichever word a card says that there are no more
            }
        }
        Ok(bytes)
    }

    /// The path may have brought the card out of the application, or show where that is.
    fn note_directory(&mut self, directory: &[u8]) {
        let application = &mut self.application.path;
        if application.is_none() && self.identifier.is_some_and(|id| directory.ends_with(&id)) {
            *application = Some(directory.to_vec());
        }
        self.in_application = application.as_deref() == Some(directory);
        self.directory = Some(directory.to_vec());
    }

    /// One SELECT with `path` after this P1, or, for a card that has none of it, one for each of
    /// `steps`.
    fn select_by(&mut self, p1: u8, path: &[u8], steps: &[u8]) -> Result<Parameters, CardError> {
        self.in_each_way(|files, way| {
            if way.by_path {
                return files.ask(p1, way.p2, path);
            }
            let mut parameters = Parameters::default();
            for step in steps.chunks(2) {
                parameters = files.ask(0x00, way.p2, step)?;
            }
            Ok(parameters)
        })
    }

    fn in_each_way(
        &mut self,
        select: impl Fn(&mut Self, &Way) -> Result<Parameters, CardError>,
    ) -> Result<Parameters, CardError> {
        for way in WAYS.iter().skip(self.application.way) {
            match select(self, way) {
                Err(CardError::Refused { status: StatusWord::INCORRECT_P1_P2, .. }) => {
                    self.application.way += 1;
                }
                done => return done,
            }
        }
        self.application.way = 0;
        Err(refused(Instruction::SELECT, StatusWord::INCORRECT_P1_P2))
    }

    fn ask(&mut self, p1: u8, p2: u8, name: &[u8]) -> Result<Parameters, CardError> {
        let select = CommandApdu::new(CLASS, Instruction::SELECT, p1, p2).with_data(name)?;
        let answer = self.channel.send(&select.expecting(256))?;
        match answer.status {
            StatusWord::OK => Ok(Parameters::parse(&answer.data)),
            status => Err(refused(Instruction::SELECT, status)),
        }
    }
}

impl Parameters {
    /// A card that says nothing, or nothing that makes sense, is read until its file ends.
    fn parse(answer: &[u8]) -> Self {
        let mut parameters = Self::default();
        let Ok((template, _)) = Tlv::parse(answer) else { return parameters };
        for object in template.children().map_while(Result::ok) {
            match (object.tag, object.value) {
                (SIZE, [high, low]) => parameters.size = Some(u16::from_be_bytes([*high, *low])),
                (DESCRIPTOR, [descriptor, ..]) => {
                    // Table 14: 001 transparent, 010 to 101 with records, 110 cyclic.
                    parameters.linear =
                        descriptor & 0xB8 != 0x38 && (2..=5).contains(&(descriptor & 7));
                }
                (IDENTIFIER, [high, low]) => parameters.identifier = Some([*high, *low]),
                (SHORT, [short]) => {
                    parameters.short = Some(short >> 3).filter(|short| (1..=30).contains(short));
                }
                _ => {}
            }
        }
        parameters
    }
}

/// The master file's identifier, clause 7.2.2.
const ROOT: [u8; 2] = [0x3F, 0x00];
/// Objects of the templates 62 and 6F, table 12.
const SIZE: Tag = Tag(0x80);
const DESCRIPTOR: Tag = Tag(0x82);
const IDENTIFIER: Tag = Tag(0x83);
const SHORT: Tag = Tag(0x88);
/// The file ended before so many bytes were read; what there is comes along (table 6).
const END_OF_FILE: StatusWord = StatusWord(0x6282);
/// What READ BINARY falls back to when a piece is too long for the card.
const SMALL_PIECE: u32 = 128;
/// What a command of short form can ask for.
const SHORT_PIECE: u32 = 256;
/// No file worth reading here is longer.
const MAX_FILE: usize = 8192;
/// READ BINARYs for one file, at most; enough for the longest in small pieces.
const MAX_PIECES: usize = 70;
/// READ RECORDs for one file, at most.
const MAX_RECORDS: u8 = 8;
