//! The first generation: own commands under class 80, PIN under triple DES, raw RSA-2048.
//!
//! | command | meaning |
//! |---|---|
//! | `80 A4 00 00 02 FID`, `80 B0 off Le` | SELECT, READ BINARY; see [`super::files`] |
//! | `8C 20 00 01 20 <IV><cipher text>` | VERIFY; see [`super::secure_messaging`] |
//! | `80 EA 82 key 80 <128>`, `80 EA 02 key 80 <128>` | the padded block in two halves |
//! | `80 C1 offset Le` | what the second half did not return of the signature |

use x509_parser::prelude::{FromDer, X509Certificate};

use super::IssuerKeys;
use super::directory::{self, CertificateRecord, KeyRecord};
use super::files::{CLASS, FileId, Files};
use super::secure_messaging::{BLOCK, Gen1Key, protected_pin};
use crate::apdu::{CommandApdu, Instruction};
use crate::card::{Card, CardNumber, Digest, Family, PinRule};
use crate::certificate::{Certificates, is_issuer_of, signs_for_its_holder};
use crate::{CardError, Channel, Pin, StatusWord, pkcs1};

/// How the text in 0905 begins on a card this driver works with.
const SUPPORTED: &str = "CHT V32N";
/// Versions that exist, and that nobody has described.
const UNSUPPORTED: [&str; 3] = ["CHT V21N", "CHT V22N", "CHT V31N"];
/// Class byte of VERIFY: proprietary, with secure messaging.
const CLASS_SECURED: u8 = 0x8C;
/// PIN reference, the P2 of VERIFY.
const PIN_REFERENCE: u8 = 0x01;
/// The private-key operation.
const SIGN: Instruction = Instruction(0xEA);
/// P1 of [`SIGN`] while more follows, and for the last part.
const MORE: u8 = 0x82;
const LAST: u8 = 0x02;
/// Reads the result of [`SIGN`].
const READ_RESULT: Instruction = Instruction(0xC1);
/// Modulus length of every key seen, bytes.
const MODULUS: usize = 256;
/// Half of it fits one short command.
const HALF: usize = MODULUS / 2;
/// Characters a PIN of this card may have.
const PIN: PinRule = PinRule { min: 6, max: 8 };
/// A slot of EF 08F2, bytes.
const MAX_CERTIFICATE: u16 = 0x0700;
/// Bytes of the certificate read again to be sure of the card; serial number and names lie there.
const SAMPLE: u16 = 240;

/// A first-generation card that has been read.
pub struct Gen1 {
    number: CardNumber,
    certificates: Certificates,
    location: CertificateRecord,
    key: KeyRecord,
    issuer_key: Option<Gen1Key>,
}

impl Gen1 {
    /// Reads what needs no PIN: card number, directories, the signature certificate and its
    /// issuer's. `None` when the card in the channel is no first-generation card.
    ///
    /// # Errors
    /// The channel failed, a file makes no sense, or it is a version nobody has a driver for.
    pub fn open(channel: &mut Channel<'_>, keys: &IssuerKeys) -> Result<Option<Self>, CardError> {
        let mut files = Files::new(channel);
        if !recognise(&mut files)? {
            return Ok(None);
        }
        files.select(FileId::CARD_INFORMATION, FileId::CARD_NUMBER)?;
        let number = CardNumber::parse(&files.read(0, CardNumber::LENGTH)?);
        files.select(FileId::PKI, FileId::CERTIFICATE_DIRECTORY)?;
        let records = directory::certificates(&files.read_records()?)?;
        files.select(FileId::PKI, FileId::PRIVATE_KEYS)?;
        let private_keys = directory::private_keys(&files.read_records()?)?;
        files.select(FileId::PKI, FileId::CERTIFICATES)?;

        let (location, key, signing) = signing(&mut files, &records, &private_keys)?;
        let issuer = issuer(&mut files, &records, &private_keys, &signing)?;
        Ok(Some(Self {
            number: number.ok_or(CardError::Malformed("card number"))?,
            certificates: Certificates { signing, issuers: issuer.into_iter().collect() },
            location,
            key,
            issuer_key: keys.gen1.clone(),
        }))
    }
}

impl Gen1 {
    /// Whether the card is the one that was read: the beginning of its certificate is the same.
    fn is_in(&self, files: &mut Files<'_, '_>) -> Result<bool, CardError> {
        let length = SAMPLE.min(self.location.length);
        let sample = files
            .select(FileId::PKI, FileId::CERTIFICATES)
            .and_then(|()| files.read(self.location.offset, length));
        match sample {
            Ok(sample) => Ok(sample.len() == usize::from(length)
                && self.certificates.signing.starts_with(&sample)),
            // A card that does not even know the file.
            Err(CardError::Refused { .. } | CardError::Malformed(_)) => Ok(false),
            Err(other) => Err(other),
        }
    }
}

impl Card for Gen1 {
    fn family(&self) -> Family {
        Family::MoicaGen1
    }

    fn number(&self) -> Option<&CardNumber> {
        Some(&self.number)
    }

    fn certificates(&self) -> &Certificates {
        &self.certificates
    }

    fn pin_rule(&self) -> PinRule {
        PIN
    }

    fn can_sign(&self) -> bool {
        self.issuer_key.is_some()
    }

    fn verify(
        &self,
        channel: &mut Channel<'_>,
        pin: &Pin,
        random: &mut dyn FnMut(&mut [u8]),
    ) -> Result<(), CardError> {
        let key = self.issuer_key.as_ref().ok_or(CardError::NoIssuerKeys)?;
        if !PIN.admits(pin) {
            return Err(CardError::PinLength { min: PIN.min, max: PIN.max });
        }
        let mut files = Files::new(channel);
        if !self.is_in(&mut files)? {
            return Err(CardError::AnotherCard);
        }
        files.select(FileId::PKI, FileId::PIN_AND_KEYS)?;

        let mut iv = [0; BLOCK];
        random(&mut iv);
        let data = protected_pin(key, iv, pin)?;
        let verify = CommandApdu::new(CLASS_SECURED, Instruction::VERIFY, 0, PIN_REFERENCE)
            .with_data(&data)?;
        match files.channel.send(&verify)?.status {
            StatusWord::OK => Ok(()),
            StatusWord::AUTHENTICATION_METHOD_BLOCKED => Err(CardError::PinBlocked),
            status => Err(match status.tries_left() {
                Some(0) => CardError::PinBlocked,
                Some(tries) => CardError::WrongPin { tries_left: Some(tries) },
                None => CardError::Refused { instruction: Instruction::VERIFY, status },
            }),
        }
    }

    fn sign(&self, channel: &mut Channel<'_>, digest: &Digest) -> Result<Vec<u8>, CardError> {
        let block = pkcs1::signature_block::<MODULUS>(digest);
        let (first, last) = block.split_at(HALF);
        let mut signature = sign_part(channel, MORE, self.key.reference, first)?;
        signature.extend(sign_part(channel, LAST, self.key.reference, last)?);
        while signature.len() < MODULUS {
            // Which part of the result comes by itself differs; the rest is fetched by its offset.
            let [high, low] = u16::try_from(signature.len()).unwrap_or_default().to_be_bytes();
            let read = CommandApdu::new(CLASS, READ_RESULT, high, low).expecting(0x80);
            let answer = channel.send(&read)?;
            match answer.status {
                StatusWord::OK if !answer.data.is_empty() => signature.extend(answer.data),
                StatusWord::OK => return Err(CardError::Malformed("signature")),
                status => {
                    return Err(CardError::Refused { instruction: READ_RESULT, status });
                }
            }
        }
        if signature.len() > MODULUS {
            return Err(CardError::Malformed("signature"));
        }
        Ok(signature)
    }
}

/// By file 3F00/0900/0905, which begins with the version of the card's operating system.
fn recognise(files: &mut Files<'_, '_>) -> Result<bool, CardError> {
    match files.select(FileId::CARD_INFORMATION, FileId::OPERATING_SYSTEM) {
        Ok(()) => {}
        Err(CardError::Refused { .. }) => return Ok(false),
        Err(other) => return Err(other),
    }
    let text = files.read(0, 0x14)?;
    match UNSUPPORTED.iter().find(|version| text.starts_with(version.as_bytes())) {
        Some(version) => Err(CardError::Unsupported(version)),
        None => Ok(text.starts_with(SUPPORTED.as_bytes())),
    }
}

fn sign_part(
    channel: &mut Channel<'_>,
    p1: u8,
    key_reference: u8,
    part: &[u8],
) -> Result<Vec<u8>, CardError> {
    let command = CommandApdu::new(CLASS, SIGN, p1, key_reference).with_data(part)?;
    let answer = channel.send(&command)?;
    match answer.status {
        StatusWord::OK => Ok(answer.data),
        status => Err(CardError::Refused { instruction: SIGN, status }),
    }
}

/// The certificate whose key usage is to sign for its holder, with its key. Those with a private
/// key on the card come first, of them the one called SIGN.
fn signing(
    files: &mut Files<'_, '_>,
    records: &[CertificateRecord],
    keys: &[KeyRecord],
) -> Result<(CertificateRecord, KeyRecord, Vec<u8>), CardError> {
    let mut owned: Vec<_> = records
        .iter()
        .filter_map(|record| Some((record, keys.iter().find(|key| key.id == record.id)?)))
        .collect();
    owned.sort_by_key(|(record, _)| record.id != b"SIGN");
    for (record, key) in owned {
        let der = certificate(files, record)?;
        if X509Certificate::from_der(&der).is_ok_and(|(_, found)| signs_for_its_holder(&found)) {
            return Ok((record.clone(), key.clone(), der));
        }
    }
    Err(CardError::Malformed("signature certificate"))
}

/// The issuing authority's certificate, when the card carries it. Without it the caller needs one
/// from elsewhere, so a card that lacks it, or holds nonsense in that slot, is no error.
fn issuer(
    files: &mut Files<'_, '_>,
    records: &[CertificateRecord],
    keys: &[KeyRecord],
    signing: &[u8],
) -> Result<Option<Vec<u8>>, CardError> {
    let authorities =
        records.iter().filter(|record| !keys.iter().any(|key| key.id == record.id)).rev();
    for record in authorities {
        match certificate(files, record) {
            Ok(der) if is_issuer_of(&der, signing) => return Ok(Some(der)),
            Ok(_) | Err(CardError::Malformed(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(None)
}

fn certificate(
    files: &mut Files<'_, '_>,
    record: &CertificateRecord,
) -> Result<Vec<u8>, CardError> {
    if record.length > MAX_CERTIFICATE {
        return Err(CardError::Malformed("certificate"));
    }
    let der = files.read(record.offset, record.length)?;
    match X509Certificate::from_der(&der) {
        Ok(([], _)) => Ok(der),
        Ok(_) | Err(_) => Err(CardError::Malformed("certificate")),
    }
}
