//! What of a card's content is somebody's. Whatever is not known to be nobody's is replaced: what
//! stays is structure (tags, lengths, object identifiers, paths, flags, small numbers), which is
//! what the drivers go by.
//!
//! X.690 for the encoding, RFC 5280 for certificates, ISO/IEC 7816-15 for directories, NIST SP
//! 800-73-4 for PIV's objects.

use std::ops::Range;

use super::packed;
use super::pseudonyms::Pseudonyms;
use crate::card::CardNumber;
use crate::tlv::{Tag, header};

/// Which command brought the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// SELECT: what a file or an application is.
    Parameters,
    /// What is in a file or object.
    Objects,
}

/// Replaces what is somebody's; lengths stay as they are.
pub(super) fn redact(content: Content, bytes: &mut [u8], pseudonyms: &mut Pseudonyms) {
    // Two files of a MOICA card hold text and no objects: the card number and the version.
    let is_version = bytes.starts_with(VERSION);
    if CardNumber::parse(bytes).is_some() {
        pseudonyms.replace(bytes);
    } else if let Some(rest) = bytes.get_mut(VERSION_LENGTH..).filter(|_| is_version) {
        pseudonyms.replace(rest);
    } else {
        let place = Place { depth: 0, content, set: false, context: false, cut: false };
        Redaction { pseudonyms }.all(bytes, place);
    }
}

/// Replaces the objects of a certificate that was packed.
pub(super) fn redact_unpacked(bytes: &mut [u8], pseudonyms: &mut Pseudonyms) {
    redact(Content::Objects, bytes, pseudonyms);
}

/// Where an object stands.
#[derive(Clone, Copy)]
struct Place {
    depth: u8,
    content: Content,
    /// Directly in a SET: the value of somebody's attribute.
    set: bool,
    /// Somewhere in a context tag, where ISO/IEC 7816-15 has its paths.
    context: bool,
    /// In an object whose end was not read.
    cut: bool,
}

/// An object among its siblings: its tag, and where its value lies as far as it was read.
struct Object {
    tag: Tag,
    value: Range<usize>,
    whole: bool,
    /// Its length has two bytes or three: a certificate, and hardly ever a text that looks like it.
    long: bool,
}

struct Redaction<'p> {
    pseudonyms: &'p mut Pseudonyms,
}

impl Redaction<'_> {
    /// Objects one after another, and padding. Text can look like objects for a while, and then
    /// tags and lengths would be its characters: so what does not come out even is no object.
    fn all(&mut self, bytes: &mut [u8], place: Place) {
        let (mut objects, end) = split(bytes);
        let rest = bytes.get(end..).unwrap_or_default();
        let padded = place.depth == 0 && rest.iter().all(|byte| PADDING.contains(byte));
        let cut = place.cut && rest.len() < CUT_OFF;
        let even = (rest.is_empty() || padded || cut)
            && objects.last().is_none_or(|last| last.whole || place.cut);
        if !even {
            let certificates = objects.iter().take_while(|object| object.is_certificate(place));
            let certificates = certificates.count();
            objects.truncate(certificates);
        }
        for (at, object) in objects.iter().enumerate() {
            self.one(bytes, &objects, at, object, place);
        }
        let end = objects.last().map_or(0, |last| last.value.end);
        let rest = bytes.get_mut(end..).unwrap_or_default();
        if !even && !rest.is_empty() {
            self.pseudonyms.replace(rest);
        }
    }

    fn one(
        &mut self,
        bytes: &mut [u8],
        objects: &[Object],
        at: usize,
        object: &Object,
        place: Place,
    ) {
        let before = at.checked_sub(1).and_then(|before| objects.get(before));
        let after = objects.get(at + 1);
        let names_an_authority = |bytes: &[u8]| {
            // The serial number of a certificate, before the algorithm it was signed with.
            before.is_none_or(|before| before.tag == CONTEXT_0_CONSTRUCTED)
                && after.is_some_and(|after| {
                    after.tag == Tag::SEQUENCE && bytes.get(after.value.start) == Some(&OID)
                })
        };
        let serial = object.tag == Tag::INTEGER && names_an_authority(bytes);
        let after_an_identifier =
            objects.first().is_some_and(|first| first.tag == OBJECT_IDENTIFIER);
        let Some(value) = bytes.get_mut(object.value.clone()) else { return };
        let pseudonyms = &mut *self.pseudonyms;
        match object.tag {
            Tag::INTEGER if serial || place.set || value.len() > SMALL_NUMBER => {
                pseudonyms.replace_number(value);
            }
            Tag::INTEGER => {}
            OBJECT_IDENTIFIER if place.set => identifier(value),
            OBJECT_IDENTIFIER => {}
            UTC_TIME | GENERALIZED_TIME => pseudonyms.replace_time(value),
            BMP_STRING => pseudonyms.replace_wide(value, 2),
            UNIVERSAL_STRING => pseudonyms.replace_wide(value, 4),
            BIT_STRING if value.len() <= FLAGS && !place.set => {}
            BIT_STRING => self.bit_string(value, place.inside(object)),
            // The value of an extension is an object in its turn, RFC 5280 section 4.1.
            Tag::OCTET_STRING if after_an_identifier && !place.set => {
                self.all(value, Place { context: false, ..place.inside(object) });
            }
            Tag::OCTET_STRING if is_path(value) || KEY_NAMES.iter().any(|name| *name == value) => {}
            Tag::SEQUENCE if is_relative_path(value, place.context) => {}
            CERTIFICATE if packed::is_packed(value) => packed::redact(value, pseudonyms),
            DATA_OBJECT => self.all(value, place.inside(object)),
            APPLICATION_NAME if value.len() <= LONGEST_NAME => {
                // Some applications have the card's serial number in their name.
                if !PROVIDERS.iter().any(|provider| value.starts_with(provider)) {
                    pseudonyms.replace(value.get_mut(5..).unwrap_or_default());
                }
            }
            APPLICATION_PATH if value.len() <= LONGEST_NAME => {}
            KEY_INFORMATION if value.len() <= SMALL_TEMPLATE => {}
            tag if place.is_of_parameters() && FILE_PARAMETERS.contains(&tag) => {
                if value.len() > LONGEST_NAME {
                    pseudonyms.replace(value);
                }
            }
            tag if is_constructed(tag) && place.depth < DEEPEST && value.len() > 1 => {
                let context = place.context || is_context(tag);
                self.all(value, Place { set: tag == SET, context, ..place.inside(object) });
            }
            // One byte tells nobody apart; two in a context tag are a length or a reference.
            _ if value.len() <= 1 && !place.set => {}
            tag if is_context(tag) && !is_constructed(tag) && value.len() <= 2 && !place.set => {}
            _ => pseudonyms.replace(value),
        }
    }

    /// A key or a signature: an object, the point of an elliptic key, or just bytes.
    fn bit_string(&mut self, value: &mut [u8], place: Place) {
        let Some((unused, content)) = value.split_first_mut() else { return };
        *unused = 0;
        match content {
            [SEQUENCE_BYTE, ..] if is_one_object(content) => self.all(content, place),
            [UNCOMPRESSED, point @ ..] if is_two_coordinates(point) => {
                self.pseudonyms.replace(point);
            }
            other => self.pseudonyms.replace(other),
        }
    }
}

impl Place {
    fn inside(self, object: &Object) -> Self {
        let cut = !object.whole;
        Self { depth: self.depth.saturating_add(1), set: false, cut, ..self }
    }

    fn is_of_parameters(self) -> bool {
        self.content == Content::Parameters && self.depth == 1
    }
}

impl Object {
    /// One in a file, or in an object of PIV's; what follows it need not be an object.
    fn is_certificate(&self, place: Place) -> bool {
        place.depth == 0 && self.long && [Tag::SEQUENCE, DATA_OBJECT].contains(&self.tag)
    }
}

/// The objects at the beginning of the bytes, and where they end.
fn split(bytes: &[u8]) -> (Vec<Object>, usize) {
    let mut objects = Vec::new();
    let mut end = 0;
    while let Some(rest) = bytes.get(end..).filter(|_| objects.len() < MOST_OBJECTS) {
        if rest.first().is_none_or(|first| PADDING.contains(first)) {
            break;
        }
        let Some((tag, before, length)) = header(rest) else { break };
        let start = end + before;
        let wanted = start.saturating_add(length);
        end = wanted.min(bytes.len());
        let (whole, long) = (end == wanted, length > 0xFF);
        objects.push(Object { tag, value: start..end, whole, long });
    }
    (objects, end)
}

fn is_one_object(bytes: &[u8]) -> bool {
    header(bytes).is_some_and(|(_, before, length)| before + length == bytes.len())
}

/// Of one length, so even bytes: a signature of RSA has an even number with its first, which can
/// be the same by chance.
fn is_two_coordinates(bytes: &[u8]) -> bool {
    bytes.len() >= SHORTEST_POINT && bytes.len().is_multiple_of(2)
}

/// From the master file or the current application, ISO/IEC 7816-4:2020 clause 7.3.
fn is_path(value: &[u8]) -> bool {
    value.len() <= LONGEST_NAME && matches!(value, [0x3F, 0x00, ..] | [0x7F, 0xFF, ..] | [_])
}

/// The content of a Path (ISO/IEC 7816-15 clause 8.2.5) that begins in the application: a file
/// identifier with an offset and a length, and nothing else. Where no path is to be expected,
/// a lone file identifier may be another.
fn is_relative_path(content: &[u8], expected: bool) -> bool {
    let (objects, end) = split(content);
    let [path, part @ ..] = objects.as_slice() else { return false };
    let of_part = |object: &Object| [Tag::INTEGER, Tag::CONTEXT_0].contains(&object.tag);
    path.tag == Tag::OCTET_STRING
        && [2, 4].contains(&path.value.len())
        && (expected || !part.is_empty())
        && part.iter().all(|object| of_part(object) && object.value.len() <= SMALL_NUMBER)
        && end == content.len()
}

/// Another identifier of the same length: 1.2.1.1.1…
fn identifier(value: &mut [u8]) {
    value.fill(0x01);
    if let Some(first) = value.first_mut() {
        *first = 0x2A;
    }
}

/// The first byte of a tag says class and form, X.690 clause 8.1.2.
fn first_byte(tag: Tag) -> u8 {
    let [.., a, b, c] = tag.0.to_be_bytes();
    [a, b, c].into_iter().find(|byte| *byte != 0).unwrap_or(0)
}

fn is_constructed(tag: Tag) -> bool {
    first_byte(tag) & 0x20 != 0
}

fn is_context(tag: Tag) -> bool {
    first_byte(tag) & 0xC0 == 0x80
}

/// How the version text of a MOICA card begins, and how far it is known: `CHT V32N`.
const VERSION: &[u8] = b"CHT V";
const VERSION_LENGTH: usize = 8;
/// What follows the last object of a file.
const PADDING: [u8; 2] = [0x00, 0xFF];
/// How MOICA cards call their two keys; other names are as good as numbers.
const KEY_NAMES: [&[u8]; 2] = [b"SIGN", b"KEYX"];

const OID: u8 = 0x06;
const SEQUENCE_BYTE: u8 = 0x30;
const OBJECT_IDENTIFIER: Tag = Tag(0x06);
const BIT_STRING: Tag = Tag(0x03);
const UTC_TIME: Tag = Tag(0x17);
const GENERALIZED_TIME: Tag = Tag(0x18);
const UNIVERSAL_STRING: Tag = Tag(0x1C);
const BMP_STRING: Tag = Tag(0x1E);
const SET: Tag = Tag(0x31);
const CONTEXT_0_CONSTRUCTED: Tag = Tag(0xA0);
/// SEC 1 section 2.3.3, and the bytes of two coordinates.
const UNCOMPRESSED: u8 = 0x04;
const SHORTEST_POINT: usize = 64;

/// Providers of applications whose names are the same on every card: PKCS #15, PIV, GlobalPlatform,
/// and Chunghwa Telecom's.
const PROVIDERS: [[u8; 5]; 4] = [
    [0xA0, 0x00, 0x00, 0x00, 0x63],
    [0xA0, 0x00, 0x00, 0x03, 0x08],
    [0xA0, 0x00, 0x00, 0x01, 0x51],
    [0xA0, 0x00, 0x00, 0x02, 0x83],
];
/// Application identifier and path, ISO/IEC 7816-4:2020 clause 12.2.3.
const APPLICATION_NAME: Tag = Tag(0x4F);
const APPLICATION_PATH: Tag = Tag(0x51);
/// File size, descriptor, identifier, name, short identifier, life cycle: table 12.
const FILE_PARAMETERS: [Tag; 7] =
    [Tag(0x80), Tag(0x81), Tag(0x82), Tag(0x83), Tag(0x84), Tag(0x88), Tag(0x8A)];
/// PIV's data object, whose tag says that it holds no objects, and the certificate in it.
const DATA_OBJECT: Tag = Tag(0x53);
const CERTIFICATE: Tag = Tag(0x70);
/// Kind and length of a key, GlobalPlatform Card Specification v2.3.1 clause 11.3.3.1.
const KEY_INFORMATION: Tag = Tag(0xC0);
const SMALL_TEMPLATE: usize = 4;

/// Bytes of a number that is an offset, a reference or an exponent.
const SMALL_NUMBER: usize = 3;
/// Bytes of a BIT STRING that is flags.
const FLAGS: usize = 4;
/// ISO/IEC 7816-4:2020 clause 8.2.1.2.
const LONGEST_NAME: usize = 16;
/// Fewer bytes than these may be the header of an object that was cut off.
const CUT_OFF: usize = 4;
/// Deeper than certificates are; and more objects than a file holds.
const DEEPEST: u8 = 16;
const MOST_OBJECTS: usize = 256;
