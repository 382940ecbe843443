//! Cards with the cryptographic information application of ISO/IEC 7816-15:2016 (PKCS #15 v1.1).
//!
//! | command | meaning |
//! |---|---|
//! | `00 A4 04 04 0C A0 00 00 00 63 PKCS-15` | SELECT the application; see [`application`] |
//! | `00 A4 08 04 <path>`, `00 B0 off Le` | SELECT, READ BINARY; see [`files`] |
//! | `00 20 00 ref <PIN>` | VERIFY, the PIN laid out as its record says; see [`password`] |
//! | `00 22 41 B6 …`, `00 2A 9E 9A …` | choose the key, sign; see [`signing`] |
//!
//! What the card can do is taken from its directories, never from its maker. Refuses to know
//! secure messaging: a PIN or key that needs it can be read about here, not used.

mod application;
mod certificates;
mod directory;
mod files;
mod password;
mod private_key;
mod signing;

use application::Application;
use directory::{Contents, Directory};
use files::Files;
use password::Password;
use signing::Signer;

use crate::algorithm::{Algorithm, Digest};
use crate::apdu::{CommandApdu, Instruction};
use crate::card::{Card, CardNumber, Family, PinRule};
use crate::certificate::Certificates;
use crate::pin::{may_go, verdict};
use crate::pin_pad::reader_said;
use crate::{CardError, Channel, LastTry, Pin, StatusWord};

/// A card that has been read.
struct Iso7816Part15 {
    application: Application,
    certificates: Certificates,
    /// Where the signature certificate stands, to be sure of the card by it.
    location: certificates::Location,
    algorithm: Algorithm,
    /// The card takes commands of extended length.
    extended: bool,
    /// How to sign; `None` when the card asks for something this driver refuses to know.
    means: Option<Means>,
}

struct Means {
    password: Password,
    signer: Signer,
}

/// Reads the card in the channel; `None` when it has no such application.
///
/// # Errors
/// The channel failed or a file makes no sense.
pub(crate) fn open(channel: &mut Channel<'_>) -> Result<Option<Box<dyn Card>>, CardError> {
    let Some(mut files) = application::find(channel)? else { return Ok(None) };
    let Some(directory) = Directory::read(&mut files)? else { return Ok(None) };
    let algorithms = directory::algorithms(&mut files)?;
    let passwords = password::records(&directory.contents(&mut files, Contents::Passwords)?)?;
    let keys = private_key::records(&directory.contents(&mut files, Contents::PrivateKeys)?)?;
    let records = certificates::records(&directory.contents(&mut files, Contents::Certificates)?)?;

    let (key, found) = certificates::signing(&mut files, &records, &keys)?;
    let mut issuers = certificates::issuers(&mut files, &records, &found.der)?;
    if issuers.is_empty() {
        let others = directory.contents(&mut files, Contents::OtherCertificates)?;
        issuers = certificates::issuers(&mut files, &certificates::records(&others)?, &found.der)?;
    }
    let extended = files.channel.is_extended();
    let means = password::of_key(&passwords, key.password.as_deref())
        .zip(Signer::new(key, found.key, &algorithms))
        .map(|(password, signer)| Means { password: password.clone(), signer });
    Ok(Some(Box::new(Iso7816Part15 {
        application: files.into_application(),
        location: found.location,
        algorithm: found.key.algorithm(),
        certificates: Certificates { signing: found.der, issuers },
        extended,
        means,
    })))
}

impl Iso7816Part15 {
    /// Enters the application and compares the beginning of the signature certificate, where
    /// serial number and names lie. One command does it where the file has a short identifier.
    fn enter<'c, 't>(&self, channel: &'c mut Channel<'t>) -> Result<Files<'c, 't>, CardError> {
        let mut files = Files::enter(channel, self.application.clone())
            .map_err(|error| unless_broken(error, CardError::AnotherCard))?;
        let length = SAMPLE.min(u16::try_from(self.certificates.signing.len()).unwrap_or(SAMPLE));
        let same = |sample: &[u8]| {
            sample.len() == usize::from(length) && self.certificates.signing.starts_with(sample)
        };
        if let Some(short) = self.location.short
            && let Some(sample) = files.read_short(short, self.location.offset, length)?
            && same(&sample)
        {
            return Ok(files);
        }
        files
            .select(&self.location.path)
            .map_err(|error| unless_broken(error, CardError::AnotherCard))?;
        let sample = files.read(self.location.offset, Some(length), |_| false)?;
        if same(&sample) { Ok(files) } else { Err(CardError::AnotherCard) }
    }
}

impl Card for Iso7816Part15 {
    fn family(&self) -> Family {
        Family::Iso7816Part15
    }

    fn number(&self) -> Option<&CardNumber> {
        None // the serial number in EF.CIAInfo is the chip's, not the one printed on the card
    }

    fn certificates(&self) -> &Certificates {
        &self.certificates
    }

    fn pin_rule(&self) -> PinRule {
        self.means.as_ref().map_or(PinRule { min: 1, max: 16 }, |means| means.password.rule())
    }

    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn tries_left(&self, channel: &mut Channel<'_>) -> Result<Option<u8>, CardError> {
        let Some(means) = &self.means else { return Ok(None) };
        let files = match Files::enter(channel, self.application.clone()) {
            Ok(files) => files,
            Err(error @ CardError::Transport(_)) => return Err(error),
            Err(_) => return Ok(None),
        };
        if !files.is_in(means.password.directory.as_deref()) {
            return Ok(None);
        }
        means.password.ask_for_tries(files.channel)
    }

    fn can_sign(&self) -> bool {
        self.means.is_some()
    }

    fn verify(
        &self,
        channel: &mut Channel<'_>,
        pin: &Pin,
        last_try: LastTry,
        _random: &mut dyn FnMut(&mut [u8]),
    ) -> Result<(), CardError> {
        let password = &self.means.as_ref().ok_or(CardError::NoIssuerKeys)?.password;
        let data = password.laid_out(pin)?;
        let mut files = self.enter(channel)?;
        files.go_to(password.directory.as_deref())?;
        may_go(password.ask_for_tries(files.channel)?, last_try)?;
        let verify =
            CommandApdu::new(CLASS, Instruction::VERIFY, 0, password.reference).with_data(&data)?;
        verdict(files.channel.send(&verify)?.status)
    }

    fn takes_pin_pad(&self) -> bool {
        self.means.as_ref().is_some_and(|means| means.password.on_pad().is_some())
    }

    fn verify_on_pad(&self, channel: &mut Channel<'_>, last_try: LastTry) -> Result<(), CardError> {
        let password = &self.means.as_ref().ok_or(CardError::NoIssuerKeys)?.password;
        let command = password.on_pad().ok_or(CardError::NoPinPad)?;
        let mut files = self.enter(channel)?;
        files.go_to(password.directory.as_deref())?;
        may_go(password.ask_for_tries(files.channel)?, last_try)?;
        let status = files.channel.verify_on_pad(&command)?;
        reader_said(status, password.rule()).map_or_else(|| verdict(status), Err)
    }

    fn sign(&self, channel: &mut Channel<'_>, digest: &Digest) -> Result<Vec<u8>, CardError> {
        let means = self.means.as_ref().ok_or(CardError::NoIssuerKeys)?;
        channel.extend_if(self.extended);
        means.signer.sign(channel, digest)
    }
}

fn refused(instruction: Instruction, status: StatusWord) -> CardError {
    CardError::Refused { instruction, status }
}

/// What a refusal means here; a broken channel stays what it is.
fn unless_broken(error: CardError, meaning: CardError) -> CardError {
    match error {
        CardError::Refused { .. } => meaning,
        other => other,
    }
}

/// The interindustry class, no chaining, no secure messaging, channel 0.
const CLASS: u8 = 0x00;
/// Bytes of the certificate that are compared to be sure of the card.
const SAMPLE: u16 = 240;

#[cfg(test)]
mod tests;
