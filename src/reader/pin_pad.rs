//! A PIN typed on a reader's own keys: PC/SC specification, part 10, version 2.02.09.
//!
//! Refuses to know which card it is and what its answer means.

use ankong_card::pin_pad::{PadCommand, PadEncoding};
use pcsc::Error;

use super::features::{MAX_ANSWER, Properties, control_code, dword};

/// A reader's way to have a PIN typed on it.
pub(super) struct PinPad {
    verify: u32,
    properties: Properties,
}

impl PinPad {
    /// What the reader of this card offers; `None` where it has no keys, or says so in no way this
    /// program understands.
    pub(super) fn of(card: &pcsc::Card) -> Option<Self> {
        let verify = control_code(card, VERIFY_PIN_DIRECT)?;
        Some(Self { verify, properties: Properties::of(card) })
    }

    /// Has the PIN typed and sent; blocks until then, [`TIME_OUT`] at most.
    pub(super) fn verify(&self, card: &pcsc::Card, command: &PadCommand) -> Result<Vec<u8>, Error> {
        let structure = structure(command, &self.properties).ok_or(Error::UnsupportedFeature)?;
        let mut buffer = [0; MAX_ANSWER];
        card.control(dword(self.verify), &structure, &mut buffer).map(<[u8]>::to_vec)
    }
}

/// So long a person may take for the whole PIN, seconds. The reader counts.
pub(super) const TIME_OUT: u8 = 60;

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
    bytes.push(BY_KEY);
    bytes.push(messages);
    bytes.extend(TAIWAN.to_le_bytes());
    bytes.extend([0; 4]); // first message; no T=1 prologue of ours
    bytes.extend(length.to_le_bytes());
    bytes.extend(command.header);
    bytes.push(block);
    bytes.extend(&command.template);
    Some(bytes)
}

/// FEATURE_VERIFY_PIN_DIRECT, clause 2.3.
const VERIFY_PIN_DIRECT: u8 = 0x06;
/// bmFormatString: the position, here 0, counts bytes.
const IN_BYTES: u8 = 0x80;
/// bmPINBlockString has four bits for the size.
const MAX_BLOCK: u8 = 15;
/// bEntryValidationCondition: by the key that confirms, and by nothing else a reader may offer: when
/// the time is over or the longest PIN is typed, nobody has said that this is the PIN.
const BY_KEY: u8 = 0x02;
/// wLangId for the reader's own display: zh-TW.
const TAIWAN: u16 = 0x0404;

#[cfg(test)]
mod tests {
    use super::*;
    use ankong_card::card::PinRule;

    fn command(template: &[u8], encoding: PadEncoding) -> PadCommand {
        let rule = PinRule { min: 6, max: 8 };
        PadCommand { header: [0, 0x20, 0, 0x80], template: template.to_vec(), encoding, rule }
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
    fn only_the_key_that_confirms_ends_an_entry() {
        let offered = Properties::parse(&[0x02, 1, 7]); // also the last digit, and the clock
        let bytes = structure(&command(&[0xFF; 8], PadEncoding::Ascii), &offered).unwrap();
        assert_eq!(bytes[7], 2);
    }

    #[test]
    fn a_pin_as_long_as_it_is_has_no_template_and_bcd_its_own_format() {
        let bytes = structure(&command(&[], PadEncoding::Bcd), &Properties::default()).unwrap();
        assert_eq!((bytes[2], bytes[3]), (0x81, 0));
        assert_eq!(bytes[15..], [5, 0, 0, 0, 0, 0x20, 0, 0x80, 0]);
    }

    #[test]
    fn the_readers_limits_narrow_the_cards() {
        let told = [0x01, 2, 0, 0, 0x06, 1, 4, 0x07, 1, 7];
        let properties = Properties::parse(&told);
        let bytes = structure(&command(&[], PadEncoding::Ascii), &properties).unwrap();
        assert_eq!(bytes[5..9], [7, 6, 2, 0]);
        let short = Properties { max: Some(5), ..Properties::default() };
        assert_eq!(structure(&command(&[], PadEncoding::Ascii), &short), None);
    }
}
