//! Looks at what is sent to a card, whoever carries it.

use ankong_card::{Protocol, Transport, TransportError};

use crate::PIN;

/// A carrier under observation.
pub struct Witness<'a> {
    carrier: &'a mut dyn Transport,
    verifies: u32,
    pin_in_clear: u32,
    /// What the card answered last, if that was to a VERIFY without data: how many tries are left.
    told: Option<u8>,
    on_last_try: u32,
}

impl<'a> Witness<'a> {
    /// Observes `carrier`.
    #[must_use]
    pub fn new(carrier: &'a mut dyn Transport) -> Self {
        Self { carrier, verifies: 0, pin_in_clear: 0, told: None, on_last_try: 0 }
    }

    /// How often a PIN was sent: VERIFY (INS 20) with data, whatever its class. Without data it
    /// only asks.
    #[must_use]
    pub fn verifies(&self) -> u32 {
        self.verifies
    }

    /// How often a PIN was sent right after the card had said that one try is left.
    #[must_use]
    pub fn on_last_try(&self) -> u32 {
        self.on_last_try
    }

    /// How many commands held the PIN as it was typed.
    #[must_use]
    pub fn pin_in_clear(&self) -> u32 {
        self.pin_in_clear
    }
}

impl Transport for Witness<'_> {
    fn protocol(&mut self) -> Protocol {
        self.carrier.protocol()
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let verify = matches!(command, [_, VERIFY, _, _, _, _, ..]);
        let holds_the_pin = command.windows(PIN.len()).any(|part| part == PIN.as_bytes());
        assert!(verify || !holds_the_pin, "a PIN in a command that is no VERIFY");
        self.verifies += u32::from(verify);
        self.pin_in_clear += u32::from(holds_the_pin);
        self.on_last_try += u32::from(verify && self.told == Some(1));
        let asks = command.get(1) == Some(&VERIFY) && !verify;
        let answer = self.carrier.transmit(command);
        self.told = match &answer {
            Ok(answer) if asks => match answer.as_slice() {
                [.., 0x63, told @ 0xC0..=0xCF] => Some(told & 0x0F),
                _ => None,
            },
            Ok(_) | Err(_) => None,
        };
        answer
    }
}

/// ISO/IEC 7816-4 clause 11.6.6.
const VERIFY: u8 = 0x20;
