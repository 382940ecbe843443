//! Readers with keys of their own: PC/SC specification, part 10, version 2.02.09.
//!
//! Refuses to know which card it is and what its answer means.

use ankong_card::pin_pad::{PadCommand, PadEncoding};
use pcsc::Error;

/// A reader's way to have a PIN typed on it.
pub(super) struct PinPad {
    verify: u32,
    properties: Properties,
}

impl PinPad {
    /// What the reader of this card offers; `None` where it has no keys, or says so in no way this
    /// program understands.
    pub(super) fn of(card: &pcsc::Card) -> Option<Self> {
        let mut buffer = [0; MAX_ANSWER];
        let features = card.control(pcsc::ctl_code(GET_FEATURES.into()), &[], &mut buffer).ok()?;
        let verify = control_code(features, VERIFY_PIN_DIRECT)?;
        let properties = control_code(features, GET_TLV_PROPERTIES)
            .and_then(|code| card.control(code.into(), &[], &mut buffer).ok())
            .map(Properties::parse)
            .unwrap_or_default();
        Some(Self { verify, properties })
    }

    /// Has the PIN typed and sent; blocks until then, [`TIME_OUT`] at most.
    pub(super) fn verify(&self, card: &pcsc::Card, command: &PadCommand) -> Result<Vec<u8>, Error> {
        let structure = structure(command, &self.properties).ok_or(Error::UnsupportedFeature)?;
        let mut buffer = [0; MAX_ANSWER];
        card.control(self.verify.into(), &structure, &mut buffer).map(<[u8]>::to_vec)
    }
}

/// So long a person may take for the whole PIN, seconds. The reader counts.
pub(super) const TIME_OUT: u8 = 60;

/// What a reader says about itself, clause 2.6.14. Absent values are left to the driver.
#[derive(Debug, Default, PartialEq, Eq)]
struct Properties {
    min: Option<u8>,
    max: Option<u8>,
    validation: Option<u8>,
    no_display: bool,
}

impl Properties {
    fn parse(mut tlv: &[u8]) -> Self {
        let mut found = Self::default();
        while let [tag, length, rest @ ..] = tlv {
            let Some((value, next)) = rest.split_at_checked(usize::from(*length)) else { break };
            match (*tag, value) {
                (LCD_LAYOUT, layout) => found.no_display = layout.iter().all(|byte| *byte == 0),
                (ENTRY_VALIDATION, [condition]) if *condition != 0 => {
                    found.validation = Some(*condition);
                }
                (MIN_PIN, [min]) => found.min = Some(*min),
                (MAX_PIN, [max]) if *max != 0 => found.max = Some(*max),
                _other => {}
            }
            tlv = next;
        }
        found
    }
}

/// The control code of a feature among those of clause 2.3: tag, length 4, code (big-endian).
fn control_code(features: &[u8], feature: u8) -> Option<u32> {
    features.chunks_exact(6).find_map(|entry| match entry {
        [tag, 4, code @ ..] if *tag == feature => Some(u32::from_be_bytes(code.try_into().ok()?)),
        _ => None,
    })
}

/// PIN_VERIFY, clause 2.6.5; `None` when the reader cannot type such a PIN.
fn structure(command: &PadCommand, properties: &Properties) -> Option<Vec<u8>> {
    let block = u8::try_from(command.template.len()).ok().filter(|size| *size <= MAX_BLOCK)?;
    let min = properties.min.unwrap_or(0).max(command.rule.min);
    let max = properties.max.unwrap_or(u8::MAX).min(command.rule.max);
    if min > max {
        return None;
    }
    let kind = match command.encoding {
        PadEncoding::Bcd => 0x01,
        PadEncoding::Ascii => 0x02,
    };
    let max_and_min = u16::from_be_bytes([min, max]).to_le_bytes();
    let messages = if properties.no_display { 0 } else { 1 };
    let length = u32::try_from(command.header.len() + 1 + command.template.len()).ok()?;

    let mut bytes = vec![TIME_OUT, TIME_OUT, IN_BYTES | kind, block, 0];
    bytes.extend(max_and_min);
    bytes.push(properties.validation.unwrap_or(BY_KEY));
    bytes.push(messages);
    bytes.extend(TAIWAN.to_le_bytes());
    bytes.extend([0; 4]); // first message; no T=1 prologue of ours
    bytes.extend(length.to_le_bytes());
    bytes.extend(command.header);
    bytes.push(block);
    bytes.extend(&command.template);
    Some(bytes)
}

/// CM_IOCTL_GET_FEATURE_REQUEST, clause 2.2.
const GET_FEATURES: u16 = 3400;
/// FEATURE_VERIFY_PIN_DIRECT and FEATURE_GET_TLV_PROPERTIES, clause 2.3.
const VERIFY_PIN_DIRECT: u8 = 0x06;
const GET_TLV_PROPERTIES: u8 = 0x12;
/// Tags of clause 2.6.14.
const LCD_LAYOUT: u8 = 0x01;
const ENTRY_VALIDATION: u8 = 0x02;
const MIN_PIN: u8 = 0x06;
const MAX_PIN: u8 = 0x07;
/// bmFormatString: the position, here 0, counts bytes.
const IN_BYTES: u8 = 0x80;
/// bmPINBlockString has four bits for the size.
const MAX_BLOCK: u8 = 15;
/// bEntryValidationCondition: by the key that confirms.
const BY_KEY: u8 = 0x02;
/// wLangId for the reader's own display: zh-TW.
const TAIWAN: u16 = 0x0404;
/// Bytes of the longest answer to a control call.
const MAX_ANSWER: usize = 264;

#[cfg(test)]
mod tests {
    use super::*;
    use ankong_card::card::PinRule;

    fn command(template: &[u8], encoding: PadEncoding) -> PadCommand {
        let rule = PinRule { min: 6, max: 8 };
        PadCommand { header: [0, 0x20, 0, 0x80], template: template.to_vec(), encoding, rule }
    }

    #[test]
    fn a_feature_is_found_by_its_tag_in_a_whole_list_only() {
        let features = [0x0A, 4, 0x42, 0, 0x0D, 0x48, 0x06, 4, 0x42, 0x33, 0, 0x06];
        assert_eq!(control_code(&features, VERIFY_PIN_DIRECT), Some(0x4233_0006));
        assert_eq!(control_code(&features, GET_TLV_PROPERTIES), None);
        assert_eq!(control_code(&features[..11], VERIFY_PIN_DIRECT), None);
        assert_eq!(control_code(&[0x06, 2, 0x42, 0x33, 0, 6], VERIFY_PIN_DIRECT), None);
    }

    #[test]
    fn the_structure_is_laid_out_as_part_10_says() {
        let command = command(&[0xFF; 8], PadEncoding::Ascii);
        let expected = [
            &[60, 60, 0x82, 8, 0, 8, 6, 2, 1, 4, 4, 0, 0, 0, 0, 13, 0, 0, 0][..],
            &[0, 0x20, 0, 0x80, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        ];
        assert_eq!(structure(&command, &Properties::default()).unwrap(), expected.concat());
    }

    #[test]
    fn a_pin_as_long_as_it_is_has_no_template_and_bcd_its_own_format() {
        let bytes = structure(&command(&[], PadEncoding::Bcd), &Properties::default()).unwrap();
        assert_eq!((bytes[2], bytes[3]), (0x81, 0));
        assert_eq!(bytes[15..], [5, 0, 0, 0, 0, 0x20, 0, 0x80, 0]);
    }

    #[test]
    fn the_readers_limits_narrow_the_cards() {
        let told = [LCD_LAYOUT, 2, 0, 0, MIN_PIN, 1, 4, MAX_PIN, 1, 7, ENTRY_VALIDATION, 1, 7];
        let properties = Properties::parse(&told);
        let bytes = structure(&command(&[], PadEncoding::Ascii), &properties).unwrap();
        assert_eq!(bytes[5..9], [7, 6, 7, 0]);
        let short = Properties { max: Some(5), ..Properties::default() };
        assert_eq!(structure(&command(&[], PadEncoding::Ascii), &short), None);
    }

    #[test]
    fn properties_that_end_early_are_read_as_far_as_they_go() {
        assert_eq!(Properties::parse(&[MIN_PIN, 1, 4, MAX_PIN, 9, 1]).min, Some(4));
        assert_eq!(Properties::parse(&[MIN_PIN]), Properties::default());
    }
}
