//! The extensions of a list (RFC 5280 §5.2) and of its entries (§5.3).

use super::{Covers, Fault, ListError, RevocationReason, serial};
use crate::{
    KeyIdentifier,
    der::{self, Malformed, Reader},
    revocation::index::Serial,
};

/// What a list's extensions say.
pub(super) struct Extensions {
    pub(super) authority_key: Option<KeyIdentifier>,
    pub(super) number: Option<Serial>,
    pub(super) places: Option<Vec<String>>,
    pub(super) covers: Covers,
}

impl Default for Extensions {
    fn default() -> Self {
        Self { authority_key: None, number: None, places: None, covers: Covers::All }
    }
}

/// id-ce, 2.5.29.
const ID_CE: [u8; 2] = [0x55, 0x1D];
const CRL_NUMBER: u8 = 20;
const REASON_CODE: u8 = 21;
const DELTA_CRL_INDICATOR: u8 = 27;
const ISSUING_DISTRIBUTION_POINT: u8 = 28;
const CERTIFICATE_ISSUER: u8 = 29;
const AUTHORITY_KEY_IDENTIFIER: u8 = 35;

/// Most extensions of anything; the standard knows seven of a list.
const MAX_EXTENSIONS: usize = 32;

impl Extensions {
    /// `[0] EXPLICIT Extensions`
    pub(super) fn read(field: &[u8]) -> Result<Self, Fault> {
        let all = Reader::only(field, der::constructed(0))?.inside(der::SEQUENCE)?;
        let mut read = Self::default();
        each(all, |number, critical, value| match number {
            Some(AUTHORITY_KEY_IDENTIFIER) => {
                let mut fields = Reader::only(value, der::SEQUENCE)?;
                let key = fields.optional(der::context(0))?;
                read.authority_key = key.map(|key| KeyIdentifier(key.content.to_vec()));
                Ok(())
            }
            Some(CRL_NUMBER) => {
                let mut fields = Reader::new(value);
                let number = der::unsigned(fields.content(der::INTEGER)?)?;
                fields.end()?;
                read.number = Some(serial(number).ok_or(Malformed)?);
                Ok(())
            }
            Some(DELTA_CRL_INDICATOR) => Err(ListError::Delta.into()),
            Some(ISSUING_DISTRIBUTION_POINT) => read.take_distribution_point(value),
            _ if critical => Err(ListError::UnknownCritical.into()),
            _ => Ok(()),
        })?;
        Ok(read)
    }

    /// IssuingDistributionPoint, RFC 5280 §5.2.5.
    fn take_distribution_point(&mut self, value: &[u8]) -> Result<(), Fault> {
        let mut fields = Reader::only(value, der::SEQUENCE)?;
        if let Some(point) = fields.optional(der::constructed(0))? {
            // A name below the issuer's cannot be compared with what certificates say here.
            let names = Reader::only(point.content, der::constructed(0));
            self.places = Some(places(names.map_err(|_| ListError::Partial)?)?);
        }
        let people = flag(&mut fields, 1)?;
        let authorities = flag(&mut fields, 2)?;
        let some_reasons = fields.optional(der::context(3))?.is_some();
        let indirect = flag(&mut fields, 4)?;
        let attributes = flag(&mut fields, 5)?;
        fields.end()?;
        if indirect {
            return Err(ListError::Indirect.into());
        }
        self.covers = match (people, authorities, some_reasons || attributes) {
            (_, _, true) => return Err(ListError::Partial.into()),
            (true, true, _) => return Err(Malformed.into()),
            (true, false, _) => Covers::People,
            (false, true, _) => Covers::Authorities,
            (false, false, _) => Covers::All,
        };
        Ok(())
    }
}

/// `[number] BOOLEAN DEFAULT FALSE`
fn flag(fields: &mut Reader<'_>, number: u8) -> Result<bool, Malformed> {
    match fields.optional(der::context(number))?.map(|element| element.content) {
        None => Ok(false),
        Some([0xFF]) => Ok(true),
        Some(_) => Err(Malformed),
    }
}

/// The URIs of GeneralNames, RFC 5280 §4.2.1.6: `[6] IA5String`.
fn places(mut names: Reader<'_>) -> Result<Vec<String>, Malformed> {
    let mut places = Vec::new();
    while !names.is_empty() && places.len() < MAX_EXTENSIONS {
        let name = names.element()?;
        if name.tag == der::context(6) {
            places.push(String::from_utf8(name.content.to_vec()).map_err(|_| Malformed)?);
        }
    }
    Ok(places)
}

/// The reason in an entry's extensions.
pub(super) fn reason(extensions: &[u8]) -> Result<RevocationReason, Fault> {
    let mut reason = RevocationReason::UNSPECIFIED;
    each(Reader::new(extensions), |number, critical, value| match number {
        Some(REASON_CODE) => {
            let mut fields = Reader::new(value);
            let [code] = fields.content(der::ENUMERATED)? else { return Err(Malformed.into()) };
            reason = RevocationReason(*code);
            fields.end()?;
            // Only a delta list takes something back.
            if reason == RevocationReason::REMOVE_FROM_CRL {
                return Err(ListError::Delta.into());
            }
            Ok(())
        }
        Some(CERTIFICATE_ISSUER) => Err(ListError::Indirect.into()),
        _ if critical => Err(ListError::UnknownCritical.into()),
        _ => Ok(()),
    })?;
    Ok(reason)
}

/// Calls `take` with the number below id-ce (if it has one), criticality and value of each extension.
fn each<'a>(
    mut all: Reader<'a>,
    mut take: impl FnMut(Option<u8>, bool, &'a [u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    // As many bits as there are numbers below id-ce: none may come twice.
    let mut seen = 0_u128;
    let mut count = 0;
    while !all.is_empty() {
        count += 1;
        let mut fields = all.inside(der::SEQUENCE)?;
        let oid = fields.content(der::OBJECT_IDENTIFIER)?;
        let critical = fields.flag()?;
        let value = fields.content(der::OCTET_STRING)?;
        fields.end()?;
        let number = match oid.strip_prefix(&ID_CE) {
            Some([number @ 0..0x80]) => Some(*number),
            Some(_) | None => None,
        };
        let bit = number.map_or(0, |number| 1 << number);
        if seen & bit != 0 || count > MAX_EXTENSIONS {
            return Err(Malformed.into());
        }
        seen |= bit;
        take(number, critical, value)?;
    }
    Ok(())
}
