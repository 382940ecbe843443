//! The signature algorithms, from the signer's side.

use openssl::{
    ec::{EcGroup, EcKey},
    ecdsa::EcdsaSig,
    hash::MessageDigest,
    nid::Nid,
    pkey::{Id, PKey, PKeyRef, Private},
    rsa::Padding,
    sign::{RsaPssSaltlen, Signer},
};

use super::der::{oid, sequence};

#[derive(Clone, Copy)]
pub(crate) struct Signature {
    /// As a token names it.
    pub(crate) name: &'static str,
    pub(crate) digest: MessageDigest,
}

impl Signature {
    pub(crate) fn named(name: &'static str) -> Self {
        let digest = match &name[2..] {
            "256" => MessageDigest::sha256(),
            "384" => MessageDigest::sha384(),
            _ => MessageDigest::sha512(),
        };
        Self { name, digest }
    }

    pub(crate) fn of(key: &PKeyRef<Private>) -> Self {
        Self::named(match (key.id(), key.bits()) {
            (Id::EC, 256) => "ES256",
            (Id::EC, 384) => "ES384",
            (Id::EC, _) => "ES512",
            _ => "RS256",
        })
    }

    /// As OpenSSL gives it.
    pub(crate) fn sign(&self, key: &PKeyRef<Private>, message: &[u8]) -> Vec<u8> {
        let mut signer = Signer::new(self.digest, key).unwrap();
        if self.name.starts_with("PS") {
            signer.set_rsa_padding(Padding::PKCS1_PSS).unwrap();
            signer.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH).unwrap();
        }
        signer.update(message).unwrap();
        signer.sign_to_vec().unwrap()
    }

    /// As tokens have it.
    pub(crate) fn side_by_side(&self, key: &PKeyRef<Private>, message: &[u8]) -> Vec<u8> {
        let signature = self.sign(key, message);
        if key.id() != Id::EC {
            return signature;
        }
        let octets = i32::try_from(key.bits().div_ceil(8)).unwrap();
        let pair = EcdsaSig::from_der(&signature).unwrap();
        [pair.r(), pair.s()].map(|number| number.to_vec_padded(octets).unwrap()).concat()
    }
}

/// The AlgorithmIdentifier of a signature by this key with this digest.
pub(crate) fn identifier(key: &PKeyRef<Private>, digest: MessageDigest) -> Vec<u8> {
    let number = match digest.type_() {
        Nid::SHA1 => 0,
        Nid::SHA384 => 2,
        Nid::SHA512 => 3,
        _ => 1,
    };
    match key.id() {
        Id::EC => sequence(&[oid(&format!("1.2.840.10045.4.3.{}", number + 1))]),
        _ if number == 0 => sequence(&[oid("1.2.840.113549.1.1.5"), vec![5, 0]]),
        _ => sequence(&[oid(&format!("1.2.840.113549.1.1.{}", number + 10)), vec![5, 0]]),
    }
}

pub(crate) fn elliptic(curve: Nid) -> PKey<Private> {
    let group = EcGroup::from_curve_name(curve).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}
