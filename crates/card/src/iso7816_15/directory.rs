//! EF.OD, which says where the lists of keys, certificates and PINs lie, and the algorithms of
//! EF.CIAInfo; ISO/IEC 7816-15 clauses 8.3 and 8.10. Also what all lists have in common.

use super::files::Files;
use crate::tlv::{Records, Tag, Tlv};
use crate::{CardError, StatusWord};

/// A Path, clause 8.2.5: a file, and a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// File identifiers; from the master file when the first is 3F00, else from the application.
    pub(super) file: Vec<u8>,
    /// Where the part begins, bytes.
    pub(super) offset: u16,
    /// How long it is; `None` to the end.
    pub(super) length: Option<u16>,
}

impl Path {
    /// Reads the sequence; `None` for paths over more than one application and for nonsense.
    pub(super) fn parse(sequence: &Tlv<'_>) -> Option<Self> {
        let file = sequence.child(Tag::OCTET_STRING)?.value;
        if file.is_empty() || !file.len().is_multiple_of(2) || file.len() > MAX_PATH {
            return None;
        }
        let number = |tag| match sequence.child(tag) {
            None => Some(None),
            Some(found) => {
                let number = Tlv { tag: Tag::INTEGER, value: found.value }.unsigned()?;
                u16::try_from(number).ok().map(Some)
            }
        };
        let offset = number(Tag::INTEGER)?.unwrap_or(0);
        Some(Self { file: file.to_vec(), offset, length: number(Tag::CONTEXT_0)? })
    }
}

/// Kinds of object that EF.OD leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contents {
    PrivateKeys,
    Certificates,
    /// Trusted and useful certificates: authorities, if anything of use here.
    OtherCertificates,
    Passwords,
}

impl Contents {
    const fn holds(self, tag: Tag) -> bool {
        match self {
            Self::PrivateKeys => tag.0 == 0xA0,
            Self::Certificates => tag.0 == 0xA4,
            Self::OtherCertificates => tag.0 == 0xA5 || tag.0 == 0xA6,
            Self::Passwords => tag.0 == 0xA8,
        }
    }
}

/// EF.OD.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Directory(Vec<(Tag, Path)>);

impl Directory {
    /// `None` when the application has no such file, or nothing of use in it: then it is not what
    /// its name says.
    pub(super) fn read(files: &mut Files<'_, '_>) -> Result<Option<Self>, CardError> {
        let parameters = match files.select(&EF_OD) {
            Ok(parameters) => parameters,
            Err(CardError::Refused { .. }) => return Ok(None),
            Err(other) => return Err(other),
        };
        let directory = Self::parse(&files.read_list(&parameters)?);
        Ok(Some(directory).filter(|directory| !directory.0.is_empty()))
    }

    /// Objects that stand in EF.OD itself instead of a file are left out; no card is known to have
    /// them there.
    fn parse(file: &[u8]) -> Self {
        let records = Records::new(file).map_while(Result::ok).take(MAX_LISTS);
        Self(
            records
                .filter_map(|record| {
                    Some((record.tag, Path::parse(&record.child(Tag::SEQUENCE)?)?))
                })
                .collect(),
        )
    }

    /// All lists of one kind, one after another.
    pub(super) fn contents(
        &self,
        files: &mut Files<'_, '_>,
        kind: Contents,
    ) -> Result<Vec<u8>, CardError> {
        let mut bytes = Vec::new();
        for (_, path) in self.0.iter().filter(|(tag, _)| kind.holds(*tag)) {
            let parameters = files.select(&path.file)?;
            let list = match path.length {
                None if path.offset == 0 => files.read_list(&parameters)?,
                length => files.read(path.offset, length, |_| false)?,
            };
            bytes.extend(whole_records(&list)); // what ends one list must not end the next
        }
        Ok(bytes)
    }
}

/// An algorithm of the card, clause 8.10, AlgorithmInfo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SupportedAlgorithm {
    /// By which a key's record points here.
    pub(super) index: u32,
    /// Its number in PKCS #11.
    pub(super) mechanism: u32,
    /// Whether it computes signatures.
    pub(super) signs: bool,
    /// What the security environment calls it.
    pub(super) reference: Option<u8>,
}

/// The algorithms in EF.CIAInfo; none when the card has no such file.
pub(super) fn algorithms(files: &mut Files<'_, '_>) -> Result<Vec<SupportedAlgorithm>, CardError> {
    let parameters = match files.select(&EF_CIA_INFO) {
        Ok(parameters) => parameters,
        Err(CardError::Refused { status: StatusWord::FILE_NOT_FOUND, .. }) => return Ok(Vec::new()),
        Err(other) => return Err(other),
    };
    let file = files.read(0, parameters.size, |bytes| Tlv::parse(bytes).is_ok())?;
    let listed = Tlv::parse(&file).ok().and_then(|(info, _)| info.child(SUPPORTED_ALGORITHMS));
    Ok(listed.map_or_else(Vec::new, |listed| {
        let entries = listed.children().map_while(Result::ok).take(MAX_ALGORITHMS);
        entries.filter_map(|entry| algorithm(&entry)).collect()
    }))
}

/// reference, algorithm, parameters, supportedOperations, algId, algRef.
fn algorithm(entry: &Tlv<'_>) -> Option<SupportedAlgorithm> {
    let children = || entry.children().map_while(Result::ok);
    let mut integers = children().filter(|child| child.tag == Tag::INTEGER);
    Some(SupportedAlgorithm {
        index: integers.next()?.unsigned()?,
        mechanism: integers.next()?.unsigned()?,
        signs: children().find(|child| child.tag == BIT_STRING).is_some_and(|ops| has_bit(&ops, 1)),
        reference: integers.next().and_then(|reference| one_byte(&reference)),
    })
}

/// The objects of a list, each as its own; an object that ends after the file does is an error.
pub(super) fn objects<'a>(
    list: &'a [u8],
    name: &'static str,
) -> impl Iterator<Item = Result<Tlv<'a>, CardError>> {
    Records::new(list)
        .take(MAX_OBJECTS)
        .map(move |record| record.map_err(|_| CardError::Malformed(name)))
}

/// The sequences that every object begins with: attributes of all objects, then of all keys,
/// certificates or PINs (clause 8.2.1).
pub(super) fn common_attributes<'a>(object: &Tlv<'a>) -> Option<(Tlv<'a>, Tlv<'a>)> {
    let mut sequences =
        object.children().map_while(Result::ok).filter(|child| child.tag == Tag::SEQUENCE);
    Some((sequences.next()?, sequences.next()?))
}

/// The attributes of just this type of object: the sequence in `[1]`.
pub(super) fn type_attributes<'a>(object: &Tlv<'a>) -> Option<Tlv<'a>> {
    object.child(Tag::CONTEXT_1_CONSTRUCTED)?.child(Tag::SEQUENCE)
}

/// Whether a BIT STRING has this bit; bit 0 comes first.
pub(super) fn has_bit(string: &Tlv<'_>, bit: usize) -> bool {
    string.value.get(1 + bit / 8).is_some_and(|byte| byte & (0x80 >> (bit % 8)) != 0)
}

/// A reference that goes into a command as one byte. Cards also write those above 7F without the
/// zero that would make them positive.
pub(super) fn one_byte(integer: &Tlv<'_>) -> Option<u8> {
    match integer.value {
        [byte] | [0x00 | 0xFF, byte] => Some(*byte),
        _ => None,
    }
}

/// Up to the padding, or up to what is torn; then that shows as such.
fn whole_records(list: &[u8]) -> &[u8] {
    let mut rest = list;
    while let Some(1..=0xFE) = rest.first() {
        match Tlv::parse(rest) {
            Ok((_, next)) => rest = next,
            Err(_) => return list,
        }
    }
    list.get(..list.len() - rest.len()).unwrap_or(list)
}

/// X.680: BIT STRING.
pub(super) const BIT_STRING: Tag = Tag(0x03);
/// File identifiers that clause 7.5 gives.
const EF_OD: [u8; 2] = [0x50, 0x31];
const EF_CIA_INFO: [u8; 2] = [0x50, 0x32];
/// In EF.CIAInfo.
const SUPPORTED_ALGORITHMS: Tag = Tag(0xA2);
/// Bytes of a path, at most; SELECT takes more, cards do not.
const MAX_PATH: usize = 16;
/// More than any card has.
const MAX_LISTS: usize = 16;
const MAX_ALGORITHMS: usize = 32;
const MAX_OBJECTS: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_a_file_and_may_have_a_part_of_it() {
        let sequence = |value| Tlv { tag: Tag::SEQUENCE, value };
        let whole = Path::parse(&sequence(&[0x04, 2, 0x43, 0x04])).unwrap();
        assert_eq!(whole, Path { file: vec![0x43, 0x04], offset: 0, length: None });
        let part = [0x04, 2, 0x43, 0x04, 0x02, 2, 0x07, 0x00, 0x80, 2, 0x04, 0x10];
        let part = Path::parse(&sequence(&part)).unwrap();
        assert_eq!((part.offset, part.length), (0x0700, Some(0x0410)));
        assert_eq!(Path::parse(&sequence(&[0x04, 3, 1, 2, 3])), None);
        assert_eq!(Path::parse(&sequence(&[0x04, 0])), None);
        assert_eq!(Path::parse(&sequence(&[0x04, 2, 1, 2, 0x02, 3, 1, 0, 0])), None, "too far");
    }

    #[test]
    fn bits_count_from_the_left_and_those_beyond_are_clear() {
        let usage = Tlv { tag: BIT_STRING, value: &[6, 0x20, 0x40] };
        let set: Vec<_> = (0..32).filter(|bit| has_bit(&usage, *bit)).collect();
        assert_eq!(set, [2, 9]);
    }

    #[test]
    fn a_reference_above_7f_may_lack_its_zero() {
        let byte = |value| one_byte(&Tlv { tag: Tag::INTEGER, value });
        assert_eq!([byte(&[0x81]), byte(&[0x00, 0x81])], [Some(0x81), Some(0x81)]);
        assert_eq!([byte(&[]), byte(&[0x01, 0x00])], [None, None]);
    }

    #[test]
    fn the_padding_of_one_list_does_not_end_the_next() {
        assert_eq!(whole_records(&[0x30, 1, 7, 0, 0, 0]), [0x30, 1, 7]);
        assert_eq!(whole_records(&[0x30, 5, 7]), [0x30, 5, 7]);
    }
}
