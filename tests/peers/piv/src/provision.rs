//! Filling the card as its owner would: prove the management key, put in a key, put in a
//! certificate (NIST SP 800-73-4 part 2 clauses 3.2.4, 3.3.1 and 3.3.2).

use ankong_card::Transport;
use ankong_card::tlv::{Tag, Tlv};
use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, BigNumContext};
use openssl::ec::{EcGroup, EcKey, EcPoint};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private, Public};
use openssl::rsa::Rsa;
use openssl::symm::{Cipher, Crypter, Mode};
use openssl::x509::extension::KeyUsage;
use openssl::x509::{X509, X509Name};

use crate::Carrier;

/// A key of the card by its reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Slot {
    /// 9A, PIV authentication.
    Authentication,
    /// 9C, digital signature.
    DigitalSignature,
}

/// What key to put in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyKind {
    /// RSA-2048, made outside and imported, which this card can for 9A only.
    Rsa2048,
    /// P-256, made on the card.
    P256,
    /// P-384, made on the card.
    P384,
}

/// Gives the card a key and a certificate for it, whose usage is to sign; returns the certificate.
pub fn provision(card: &mut Carrier<'_>, slot: Slot, kind: KeyKind) -> X509 {
    send(card, [0x00, 0xA4, 0x04, 0x00], &APPLICATION);
    prove_management_key(card);
    let (reference, object) = match slot {
        Slot::Authentication => (0x9A, 0x05),
        Slot::DigitalSignature => (0x9C, 0x0A),
    };
    let key = match kind {
        KeyKind::Rsa2048 => import(card, reference),
        KeyKind::P256 => generate(card, reference, 0x11, Nid::X9_62_PRIME256V1),
        KeyKind::P384 => generate(card, reference, 0x14, Nid::SECP384R1),
    };
    let certificate = certify(&key);
    let container =
        [element(0x70, &certificate.to_der().unwrap()), element(0x71, &[0]), element(0xFE, &[])];
    let data = [vec![0x5C, 3, 0x5F, 0xC1, object], element(0x53, &container.concat())];
    send(card, [0x00, 0xDB, 0x3F, 0xFF], &data.concat());
    certificate
}

/// The card's challenge goes back encrypted under the key that every new card has.
fn prove_management_key(card: &mut Carrier<'_>) {
    let key: Vec<u8> = (1..=8).cycle().take(24).collect();
    let header = [0x00, 0x87, 0x03, 0x9B];
    let answer = send(card, header, &[0x7C, 2, 0x81, 0]);
    let (template, _) = Tlv::parse(&answer).unwrap();
    let challenge = template.child(Tag(0x81)).unwrap().value;
    let mut encrypter = Crypter::new(Cipher::des_ede3_ecb(), Mode::Encrypt, &key, None).unwrap();
    encrypter.pad(false);
    let mut response = vec![0; challenge.len() + 8];
    let length = encrypter.update(challenge, &mut response).unwrap();
    send(card, header, &element(0x7C, &element(0x82, &response[..length])));
}

/// GENERATE ASYMMETRIC KEY PAIR; the point comes back uncompressed.
fn generate(card: &mut Carrier<'_>, slot: u8, algorithm: u8, curve: Nid) -> PKey<Public> {
    let answer = send(card, [0x00, 0x47, 0x00, slot], &[0xAC, 3, 0x80, 1, algorithm]);
    let (public, _) = Tlv::parse(&answer).unwrap();
    let point = public.child(Tag(0x86)).unwrap().value;
    let group = EcGroup::from_curve_name(curve).unwrap();
    let point = EcPoint::from_bytes(&group, point, &mut BigNumContext::new().unwrap()).unwrap();
    PKey::from_ec_key(EcKey::from_public_key(&group, &point).unwrap()).unwrap()
}

/// IMPORT ASYMMETRIC KEY, an addition of Yubico's: the standard has no way to put a key in. Its
/// making outside spares minutes of searching for primes with a library built for debugging.
fn import(card: &mut Carrier<'_>, slot: u8) -> PKey<Public> {
    let key = Rsa::generate(2048).unwrap();
    let parts = [(0x01, key.p().unwrap()), (0x02, key.q().unwrap()), (0x03, key.e())];
    let parts = parts.map(|(tag, number)| element(tag, &number.to_vec()));
    send(card, [0x00, 0xFE, 0x07, slot], &parts.concat());
    let public =
        Rsa::from_public_components(key.n().to_owned().unwrap(), key.e().to_owned().unwrap());
    PKey::from_rsa(public.unwrap()).unwrap()
}

/// A certificate by a key made for it alone: nobody looks at who signed.
fn certify(key: &PKey<Public>) -> X509 {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let issuer: PKey<Private> = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut name = X509Name::builder().unwrap();
    name.append_entry_by_nid(Nid::COMMONNAME, "a card written elsewhere").unwrap();
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(1).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_pubkey(key).unwrap();
    builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::days_from_now(1).unwrap()).unwrap();
    builder.append_extension(KeyUsage::new().digital_signature().build().unwrap()).unwrap();
    builder.sign(&issuer, MessageDigest::sha256()).unwrap();
    builder.build()
}

/// Chained where it is long; panics unless the card agrees.
fn send(card: &mut Carrier<'_>, header: [u8; 4], data: &[u8]) -> Vec<u8> {
    let [class, rest @ ..] = header;
    let mut parts = data.chunks(255).peekable();
    let mut answer = Vec::new();
    while let Some(part) = parts.next() {
        let class = if parts.peek().is_some() { class | 0x10 } else { class };
        let mut command = vec![class];
        command.extend(rest);
        command.push(part.len() as u8);
        command.extend(part);
        answer = card.transmit(&command).unwrap();
    }
    let mut whole = Vec::new();
    while answer.len() >= 2 && answer[answer.len() - 2] == 0x61 {
        whole.extend(&answer[..answer.len() - 2]);
        answer = card.transmit(&[0x00, 0xC0, 0x00, 0x00, 0x00]).unwrap();
    }
    assert!(answer.ends_with(&[0x90, 0x00]), "{header:02X?}: {answer:02X?}");
    whole.extend(&answer[..answer.len() - 2]);
    whole
}

fn element(tag: u8, value: &[u8]) -> Vec<u8> {
    let [.., high, low] = value.len().to_be_bytes();
    let mut bytes = match (high, low) {
        (0, 0..=0x7F) => vec![tag, low],
        (0, _) => vec![tag, 0x81, low],
        (_, _) => vec![tag, 0x82, high, low],
    };
    bytes.extend(value);
    bytes
}

/// The PIV application's whole name; this card takes it without its version too.
const APPLICATION: [u8; 11] = [0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00];
