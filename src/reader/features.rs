//! What a reader says about itself: PC/SC specification, part 10, version 2.02.09.

use ankong_card::Protocol;

/// The control code of a feature, if the reader has it (clause 2.3).
pub(super) fn control_code(card: &pcsc::Card, feature: u8) -> Option<u32> {
    let mut buffer = [0; MAX_ANSWER];
    let features = card.control(pcsc::ctl_code(dword(GET_FEATURES)), &[], &mut buffer).ok()?;
    code_among(features, feature)
}

/// What reader and card have agreed upon.
pub(super) fn protocol(card: &pcsc::Card) -> Result<Protocol, pcsc::Error> {
    Ok(match card.status2_owned()?.protocol2() {
        Some(pcsc::Protocol::T0) => Protocol::T0,
        Some(pcsc::Protocol::T1 | pcsc::Protocol::RAW) | None => Protocol::T1,
    })
}

/// Whether the reader carries more than short commands to this card. A reader that does not say is
/// taken for one that does not.
pub(super) fn takes_extended_length(card: &pcsc::Card) -> bool {
    Properties::of(card).max_data.is_some_and(|bytes| bytes > SHORT)
}

/// What FEATURE_GET_TLV_PROPERTIES tells, clause 2.6.14. Absent values are left to the driver.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Properties {
    /// Fewest and most characters of a PIN the reader types.
    pub(super) min: Option<u8>,
    pub(super) max: Option<u8>,
    pub(super) no_display: bool,
    /// Bytes of data in a command.
    pub(super) max_data: Option<u32>,
}

impl Properties {
    /// What the reader of this card tells; nothing where it has no such feature.
    pub(super) fn of(card: &pcsc::Card) -> Self {
        let mut buffer = [0; MAX_ANSWER];
        control_code(card, GET_TLV_PROPERTIES)
            .and_then(|code| card.control(dword(code), &[], &mut buffer).ok())
            .map(Self::parse)
            .unwrap_or_default()
    }

    /// Tag, length and value one after another; what comes after a broken one is left out.
    pub(super) fn parse(mut tlv: &[u8]) -> Self {
        let mut found = Self::default();
        while let [tag, length, rest @ ..] = tlv {
            let Some((value, next)) = rest.split_at_checked(usize::from(*length)) else { break };
            match (*tag, value) {
                (LCD_LAYOUT, layout) => found.no_display = layout.iter().all(|byte| *byte == 0),
                (MIN_PIN, [min]) => found.min = Some(*min),
                (MAX_PIN, [max]) if *max != 0 => found.max = Some(*max),
                (MAX_DATA, value) => {
                    found.max_data = value.try_into().ok().map(u32::from_le_bytes);
                }
                _other => {}
            }
            tlv = next;
        }
        found
    }
}

/// A control code in the width that this system's PC/SC has for it.
pub(super) fn dword<T: From<u32>>(code: u32) -> T {
    code.into()
}

/// Tag, length 4, code with the high byte first.
fn code_among(features: &[u8], feature: u8) -> Option<u32> {
    features.chunks_exact(6).find_map(|entry| match entry {
        [tag, 4, code @ ..] if *tag == feature => Some(u32::from_be_bytes(code.try_into().ok()?)),
        _ => None,
    })
}

/// Bytes of the longest answer to a control call.
pub(super) const MAX_ANSWER: usize = 264;
/// CM_IOCTL_GET_FEATURE_REQUEST, clause 2.2.
const GET_FEATURES: u32 = 3400;
/// FEATURE_GET_TLV_PROPERTIES, clause 2.3.
const GET_TLV_PROPERTIES: u8 = 0x12;
/// Tags of clause 2.6.14.
const LCD_LAYOUT: u8 = 0x01;
const MIN_PIN: u8 = 0x06;
const MAX_PIN: u8 = 0x07;
const MAX_DATA: u8 = 0x0A;
/// Bytes of data in a command of short form.
const SHORT: u32 = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_is_found_by_its_tag_in_a_whole_list_only() {
        let features = [0x0A, 4, 0x42, 0, 0x0D, 0x48, 0x06, 4, 0x42, 0x33, 0, 0x06];
        assert_eq!(code_among(&features, 0x06), Some(0x4233_0006));
        assert_eq!(code_among(&features, GET_TLV_PROPERTIES), None);
        assert_eq!(code_among(&features[..11], 0x06), None);
        assert_eq!(code_among(&[0x06, 2, 0x42, 0x33, 0, 6], 0x06), None);
    }

    #[test]
    fn properties_that_end_early_are_read_as_far_as_they_go() {
        let told = [MAX_DATA, 4, 0, 0, 1, 0, MIN_PIN, 1, 4, MAX_PIN, 9, 1];
        let properties = Properties::parse(&told);
        assert_eq!((properties.min, properties.max), (Some(4), None));
        assert_eq!(properties.max_data, Some(0x1_0000));
        assert_eq!(Properties::parse(&[MIN_PIN]), Properties::default());
    }
}
