//! Reads a revocation list (RFC 5280 §5.1) as it streams by: the entries go into the index one by one, and
//! never is more of the list in memory than one of its fields.
//!
//! Refuses what would need more than one list to judge by: delta lists, indirect ones, lists for some
//! reasons only; and any critical extension it does not know.

use std::io::{self, Read};

use openssl::error::ErrorStack;
use time::OffsetDateTime;

use super::{
    Issuer, RevocationList, RevocationReason, SourceError,
    index::{Entry, Index, serial},
    list::Covers,
};
use crate::{
    KeyIdentifier,
    algorithm::{Algorithm, quietly},
    der::{self, Malformed, Reader},
};

mod extensions;
mod stream;

use extensions::Extensions;
use stream::Stream;

/// Most bytes of a list. MOICA's have 20 MB.
pub(super) const MAX_LIST: u64 = 64 << 20;
/// Most entries of a list: 28 MB of memory.
const MAX_ENTRIES: usize = 1_000_000;
/// Most bytes of one entry: number, time and a few extensions.
const MAX_ENTRY: usize = 512;
/// Most bytes of any other field.
const MAX_FIELD: usize = 16 * 1024;

/// Why a list is not believed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// It cannot be read.
    #[error("the list cannot be read")]
    Io(#[from] io::Error),
    /// It is not the DER of one list, from the first byte to the last.
    #[error("the bytes from {at} on are not those of a revocation list")]
    Malformed {
        /// Where, in bytes.
        at: u64,
    },
    /// It is longer than any list here.
    #[error("the list has more than {limit} bytes")]
    TooLarge {
        /// Most bytes of a list.
        limit: u64,
    },
    /// It has more entries than any list here.
    #[error("the list has more than {limit} entries")]
    TooManyEntries {
        /// Most entries of a list.
        limit: usize,
    },
    /// Its authority cannot sign one.
    #[error("the authority cannot sign lists")]
    Authority(#[source] SourceError),
    /// It is another authority's, perhaps one of the same name.
    #[error("the list is of the authority with the key {found}, not {wanted}")]
    OtherAuthority {
        /// The key of the authority it should be of.
        wanted: KeyIdentifier,
        /// The key the list says it was signed by; empty where it has another name as well.
        found: KeyIdentifier,
    },
    /// Its signature is not its authority's.
    #[error("the list is not signed by the authority with the key {authority}")]
    NotSigned {
        /// The key.
        authority: KeyIdentifier,
    },
    /// Signed with an algorithm that is not accepted.
    #[error("the list is signed with an algorithm that is not accepted")]
    SignatureAlgorithm,
    /// A field that is needed is missing: nextUpdate, the number, or the authority's key identifier.
    #[error("the list has no {field}")]
    Missing {
        /// The field's name in the standard.
        field: &'static str,
    },
    /// It says what has changed since another one.
    #[error("the list is a delta list; the complete one is needed")]
    Delta,
    /// It is about certificates of other authorities as well.
    #[error("the list is an indirect one")]
    Indirect,
    /// It is about some reasons or some kinds of certificates only.
    #[error("the list is a partial one")]
    Partial,
    /// An extension that must be understood and is not.
    #[error("the list has a critical extension that is not understood")]
    UnknownCritical,
    /// OpenSSL could not do its work.
    #[error("the cryptographic library failed")]
    Crypto(#[from] ErrorStack),
}

impl ListError {
    /// The stable code of this error; see the crate's `tests/data/README.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io(_) | Self::Malformed { .. } => "list-unreadable",
            Self::TooLarge { .. } | Self::TooManyEntries { .. } => "list-too-large",
            Self::Authority(_) => "list-authority",
            Self::OtherAuthority { .. } => "list-of-another-authority",
            Self::NotSigned { .. } => "list-signature",
            Self::SignatureAlgorithm => "list-signature-algorithm",
            Self::Missing { .. } => "list-incomplete",
            Self::Delta => "delta-list",
            Self::Indirect => "indirect-list",
            Self::Partial => "partial-list",
            Self::UnknownCritical => "list-critical-extension",
            Self::Crypto(_) => "internal",
        }
    }
}

pub(super) fn list(from: impl Read, issuer: &Issuer) -> Result<RevocationList, ListError> {
    let mut stream = Stream::new(from, MAX_LIST);
    let outer = stream.begin(der::SEQUENCE)?;
    let inner = stream.begin_signed(der::SEQUENCE)?;

    let head = Head::read(&mut stream, issuer)?;
    let mut entries = Vec::new();
    let mut extensions = Extensions::default();
    let mut tag = stream.tag_before(inner)?;
    if tag == Some(der::SEQUENCE) {
        let all = stream.begin(der::SEQUENCE)?;
        while stream.position() < all {
            if entries.len() == MAX_ENTRIES {
                return Err(ListError::TooManyEntries { limit: MAX_ENTRIES });
            }
            let field = stream.field(MAX_ENTRY)?;
            entries.push(entry(field).map_err(|error| error.at(&stream))?);
        }
        stream.end(all)?;
        tag = stream.tag_before(inner)?;
    }
    if tag == Some(der::constructed(0)) {
        let field = stream.field(MAX_FIELD)?;
        extensions = Extensions::read(field).map_err(|error| error.at(&stream))?;
    }
    stream.end(inner)?;
    let signed = stream.end_signed();

    let same = stream.field(MAX_FIELD)? == head.algorithm;
    let field = stream.field(MAX_FIELD)?;
    let signature = Reader::new(field).octets_of_bits().map(<[u8]>::to_vec);
    let signature = signature.map_err(|_| malformed(&stream))?;
    stream.end(outer)?;
    stream.end_of_input()?;
    if !same {
        return Err(ListError::SignatureAlgorithm);
    }
    check_authority(&extensions, issuer)?;
    if !signed.is_some_and(|verifier| quietly(|| verifier.verify(&signature))) {
        return Err(ListError::NotSigned { authority: issuer.key_identifier.clone() });
    }
    Ok(RevocationList {
        authority: issuer.key_identifier.clone(),
        number: extensions.number.ok_or(ListError::Missing { field: "cRLNumber" })?,
        this_update: head.this_update,
        next_update: head.next_update.ok_or(ListError::Missing { field: "nextUpdate" })?,
        places: extensions.places,
        covers: extensions.covers,
        index: Index::new(entries),
    })
}

/// What stands before the entries.
struct Head {
    /// AlgorithmIdentifier.
    algorithm: Vec<u8>,
    this_update: OffsetDateTime,
    next_update: Option<OffsetDateTime>,
}

impl Head {
    fn read<'k, R: Read>(
        stream: &mut Stream<'k, R>,
        issuer: &'k Issuer,
    ) -> Result<Self, ListError> {
        // v2 is written 1, and only it has extensions.
        if stream.field(MAX_FIELD)? != [der::INTEGER, 1, 1] {
            return Err(malformed(stream));
        }
        let algorithm = stream.field(MAX_FIELD)?.to_vec();
        let oid = Reader::only(&algorithm, der::SEQUENCE)
            .and_then(|mut fields| fields.content(der::OBJECT_IDENTIFIER))
            .map_err(|_| malformed(stream))?;
        let known = Algorithm::of_oid(oid).ok_or(ListError::SignatureAlgorithm)?;
        match known.verifier(&issuer.public_key)? {
            Some(verifier) => stream.feed(verifier)?,
            None => return Err(ListError::SignatureAlgorithm),
        }
        if stream.field(MAX_FIELD)? != issuer.name {
            let (wanted, found) = (issuer.key_identifier.clone(), KeyIdentifier(Vec::new()));
            return Err(ListError::OtherAuthority { wanted, found });
        }
        let this_update = time_of(stream)?.ok_or_else(|| malformed(stream))?;
        let next_update = match stream.peek()? {
            Some(der::UTC_TIME | der::GENERALIZED_TIME) => time_of(stream)?,
            Some(_) | None => None,
        };
        Ok(Self { algorithm, this_update, next_update })
    }
}

fn time_of<R: Read>(stream: &mut Stream<'_, R>) -> Result<Option<OffsetDateTime>, ListError> {
    let time = Reader::new(stream.field(MAX_FIELD)?).time();
    time.map(Some).map_err(|_| malformed(stream))
}

/// `SEQUENCE { userCertificate, revocationDate, crlEntryExtensions OPTIONAL }`
fn entry(field: &[u8]) -> Result<Entry, Fault> {
    let mut fields = Reader::only(field, der::SEQUENCE)?;
    let number = der::unsigned(fields.content(der::INTEGER)?)?;
    let since = fields.time()?.unix_timestamp();
    let mut reason = RevocationReason::UNSPECIFIED;
    if !fields.is_empty() {
        reason = extensions::reason(fields.content(der::SEQUENCE)?)?;
        fields.end()?;
    }
    Ok(Entry {
        serial: serial(number).filter(|_| !number.is_empty()).ok_or(Malformed)?,
        since: u32::try_from(since).map_err(|_| Malformed)?,
        reason: reason.0,
    })
}

/// The list says which key signed it; a name is no proof, for several keys share one.
fn check_authority(extensions: &Extensions, issuer: &Issuer) -> Result<(), ListError> {
    let missing = ListError::Missing { field: "authorityKeyIdentifier" };
    let found = extensions.authority_key.as_ref().ok_or(missing)?;
    if *found != issuer.key_identifier {
        let wanted = issuer.key_identifier.clone();
        return Err(ListError::OtherAuthority { wanted, found: found.clone() });
    }
    Ok(())
}

fn malformed<R: Read>(stream: &Stream<'_, R>) -> ListError {
    ListError::Malformed { at: stream.position() }
}

/// What can be wrong with one field.
enum Fault {
    Malformed,
    List(ListError),
}

impl Fault {
    fn at<R: Read>(self, stream: &Stream<'_, R>) -> ListError {
        match self {
            Self::Malformed => malformed(stream),
            Self::List(error) => error,
        }
    }
}

impl From<Malformed> for Fault {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

impl From<ListError> for Fault {
    fn from(error: ListError) -> Self {
        Self::List(error)
    }
}
