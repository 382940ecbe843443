//! From an answer to the bytes of response APDUs, ISO/IEC 7816-4:2020 clause 5. Knows no command.

use ankong_card::StatusWord;

/// The part of an answer that did not fit into Le, for GET RESPONSE (clauses 5.3.4 and 11.7.1).
#[derive(Default)]
pub(crate) struct Pending(Vec<u8>);

impl Pending {
    /// What waits, and is forgotten with this: GET RESPONSE works directly after a 61xx only.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }

    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }

    /// As much as Le allows; `61xx` announces the rest.
    pub(crate) fn deliver(&mut self, mut answer: Vec<u8>, le: Option<u16>) -> Response {
        let now = usize::from(le.unwrap_or(0));
        if answer.len() <= now {
            return (answer, StatusWord::OK);
        }
        self.0 = answer.split_off(now);
        let left = u8::try_from(self.0.len()).unwrap_or(0);
        (answer, StatusWord(MORE_DATA | u16::from(left)))
    }
}

/// Data and status.
pub(crate) type Response = (Vec<u8>, StatusWord);

/// The response APDU; an error is a status without data.
pub(crate) fn bytes(outcome: Result<Response, StatusWord>) -> Vec<u8> {
    let (mut bytes, status) = outcome.unwrap_or_else(|status| (Vec::new(), status));
    bytes.extend(status.0.to_be_bytes());
    bytes
}

/// `61xx`: xx more bytes wait, 00 for 256 and above.
const MORE_DATA: u16 = 0x6100;
