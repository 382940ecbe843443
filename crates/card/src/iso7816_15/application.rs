//! Where on the card the application is: by its name, else by what EF.DIR says (ISO/IEC 7816-15
//! clause 7.4, ISO/IEC 7816-4:2020 clause 12.2.3).

use super::files::Files;
use crate::tlv::{Records, Tag};
use crate::{CardError, Channel, StatusWord};

/// The application, and how this card likes to be asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Application {
    pub(super) selector: Selector,
    /// Its path from the master file, `3F00` first, once that is known.
    pub(super) path: Option<Vec<u8>>,
    /// Which of [`super::files::WAYS`] the card understands.
    pub(super) way: usize,
}

/// What SELECT is given to enter it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Selector {
    /// An application identifier.
    Name(Vec<u8>),
    /// A path from the master file, `3F00` first.
    Path(Vec<u8>),
}

impl Application {
    pub(super) fn new(selector: Selector) -> Self {
        let path = match &selector {
            Selector::Name(_) => None,
            Selector::Path(path) => Some(path.clone()),
        };
        Self { selector, path, way: 0 }
    }
}

/// Enters the application; `None` when the card has none. A card that knows nothing of the
/// interindustry class is asked no second time.
pub(super) fn find<'c, 't>(
    channel: &'c mut Channel<'t>,
) -> Result<Option<Files<'c, 't>>, CardError> {
    let mut files = Files::outside(channel, Application::new(Selector::Name(PKCS15.to_vec())));
    match files.enter_application() {
        Ok(()) => return Ok(Some(files)),
        Err(CardError::Refused {
            status: StatusWord::CLASS_NOT_SUPPORTED | StatusWord::INSTRUCTION_NOT_SUPPORTED,
            ..
        }) => return Ok(None),
        Err(CardError::Refused { .. }) => {}
        Err(other) => return Err(other),
    }
    let listed = match files.select(&EF_DIR) {
        Ok(parameters) => files.read_list(&parameters)?,
        Err(CardError::Refused { .. }) => return Ok(None),
        Err(other) => return Err(other),
    };
    for selector in selectors(&listed).into_iter().take(MAX_APPLICATIONS) {
        files.leave_for(Application::new(selector));
        match files.enter_application() {
            Ok(()) => return Ok(Some(files)),
            Err(CardError::Refused { .. }) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(None)
}

/// What EF.DIR offers, in its order; a path before a name, for the name may be the one that was
/// not found.
fn selectors(listed: &[u8]) -> Vec<Selector> {
    let templates = Records::new(listed).map_while(Result::ok).filter(|t| t.tag == TEMPLATE);
    templates
        .filter_map(|template| {
            let name = template.child(NAME)?.value;
            if name != PKCS15 && !name.starts_with(&ISO7816_15) {
                return None;
            }
            match template.child(PATH).map(|path| path.value) {
                Some(path @ [0x3F, 0x00, _, _, ..]) if path.len() <= 16 && path.len() % 2 == 0 => {
                    Some(Selector::Path(path.to_vec()))
                }
                Some(_) | None if name != PKCS15 => Some(Selector::Name(name.to_vec())),
                Some(_) | None => None,
            }
        })
        .collect()
}

/// The application identifier of PKCS #15 v1.1 section 5.4, which most cards carry.
const PKCS15: [u8; 12] = *b"\xA0\x00\x00\x00\x63PKCS-15";
/// How the identifiers of ISO/IEC 7816-15 clause 7.4 begin.
const ISO7816_15: [u8; 5] = [0xE8, 0x28, 0xBD, 0x08, 0x0F];
/// ISO/IEC 7816-4 clause 12.2.1.
const EF_DIR: [u8; 4] = [0x3F, 0x00, 0x2F, 0x00];
/// The application template and what it holds, table 124.
const TEMPLATE: Tag = Tag(0x61);
const NAME: Tag = Tag(0x4F);
const PATH: Tag = Tag(0x51);
/// Applications tried, at most.
const MAX_APPLICATIONS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_applications_of_this_standard_are_offered() {
        let mut listed = vec![0x61, 0x07, 0x4F, 0x05, 0xA0, 0x00, 0x00, 0x03, 0x08];
        listed.extend([0x61, 0x14, 0x4F, 0x0C]);
        listed.extend(PKCS15);
        listed.extend([0x51, 0x04, 0x3F, 0x00, 0x50, 0x15]);
        listed.extend([0x61, 0x08, 0x4F, 0x06, 0xE8, 0x28, 0xBD, 0x08, 0x0F, 0x01, 0x00, 0x00]);
        let expected = [
            Selector::Path(vec![0x3F, 0x00, 0x50, 0x15]),
            Selector::Name(vec![0xE8, 0x28, 0xBD, 0x08, 0x0F, 0x01]),
        ];
        assert_eq!(selectors(&listed), expected);
    }
}
