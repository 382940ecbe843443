//! Signed documents (RFC 5652) of CAdES-B-B, in order and with any flaw.

use openssl::{
    hash::{MessageDigest, hash},
    nid::Nid,
    pkey::Id,
    sign::Signer,
    x509::X509,
};

use super::{
    Card, NOW,
    algorithm::identifier,
    der::{der, integer, oid, sequence, utc_time},
};

/// The defaults are an attached document that is in order.
pub(crate) struct Cms<'a> {
    pub(crate) card: &'a Card<'a>,
    pub(crate) certificate: X509,
    pub(crate) digest: MessageDigest,
    pub(crate) content: Vec<u8>,
    pub(crate) attached: bool,
    /// Type and values of each signed attribute; none where there are none at all.
    pub(crate) attributes: Option<Vec<(&'static str, Vec<u8>)>>,
    /// How often the signature is in it.
    pub(crate) signers: usize,
    pub(crate) with_certificate: bool,
    /// rsaEncryption in place of sha256WithRSAEncryption, as OpenSSL writes it.
    pub(crate) plain_rsa: bool,
}

pub(crate) const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
pub(crate) const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
pub(crate) const SIGNING_TIME: &str = "1.2.840.113549.1.9.5";
pub(crate) const SIGNING_CERTIFICATE: &str = "1.2.840.113549.1.9.16.2.47";
pub(crate) const DATA: &str = "1.2.840.113549.1.7.1";

impl<'a> Cms<'a> {
    pub(crate) fn of(card: &'a Card<'a>, content: &[u8]) -> Self {
        Self::with_digest(card, content, MessageDigest::sha256())
    }

    pub(crate) fn with_digest(card: &'a Card<'a>, content: &[u8], digest: MessageDigest) -> Self {
        let certificate = card.certificate();
        let attributes = vec![
            (CONTENT_TYPE, oid(DATA)),
            (MESSAGE_DIGEST, der(0x04, &[&hash(digest, content).unwrap()])),
            (SIGNING_TIME, utc_time(NOW)),
            (SIGNING_CERTIFICATE, signing_certificate(&certificate, digest)),
        ];
        Self {
            card,
            certificate,
            digest,
            content: content.to_vec(),
            attached: true,
            attributes: Some(attributes),
            signers: 1,
            with_certificate: true,
            plain_rsa: false,
        }
    }

    /// Without the attribute of this type.
    pub(crate) fn without(mut self, kind: &str) -> Self {
        self.attributes.iter_mut().for_each(|all| all.retain(|(of, _)| *of != kind));
        self
    }

    /// With another value in the attribute of this type.
    pub(crate) fn with(mut self, kind: &'static str, value: Vec<u8>) -> Self {
        self = self.without(kind);
        self.attributes.iter_mut().for_each(|all| all.push((kind, value.clone())));
        self
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        let digest = sequence(&[oid(digest_oid(self.digest))]);
        let content = der(0xA0, &[&der(0x04, &[&self.content])]);
        let content = if self.attached { content } else { Vec::new() };
        let certificate = der(0xA0, &[&self.certificate.to_der().unwrap()]);
        let signers = self.signer().repeat(self.signers);
        let signed = sequence(&[
            integer(&[1]),
            der(0x31, &[&digest]),
            sequence(&[oid(DATA), content]),
            if self.with_certificate { certificate } else { Vec::new() },
            der(0x31, &[&signers]),
        ]);
        sequence(&[oid("1.2.840.113549.1.7.2"), der(0xA0, &[&signed])])
    }

    fn signer(&self) -> Vec<u8> {
        let set = self.attributes.as_ref().map(|all| {
            let attribute =
                |(kind, value): &(&str, Vec<u8>)| sequence(&[oid(kind), der(0x31, &[value])]);
            let mut all: Vec<_> = all.iter().map(attribute).collect();
            all.sort();
            all.concat()
        });
        let message = match &set {
            Some(set) => der(0x31, &[set]),
            None => self.content.clone(),
        };
        let mut signer = Signer::new(self.digest, self.card.key).unwrap();
        signer.update(&message).unwrap();
        let algorithm = if self.plain_rsa && self.card.key.id() == Id::RSA {
            sequence(&[oid("1.2.840.113549.1.1.1"), vec![5, 0]])
        } else {
            identifier(self.card.key, self.digest)
        };
        sequence(&[
            integer(&[1]),
            sequence(&[
                self.certificate.issuer_name().to_der().unwrap(),
                integer(&self.certificate.serial_number().to_bn().unwrap().to_vec()),
            ]),
            sequence(&[oid(digest_oid(self.digest))]),
            set.map(|set| der(0xA0, &[&set])).unwrap_or_default(),
            algorithm,
            der(0x04, &[&signer.sign_to_vec().unwrap()]),
        ])
    }
}

/// SigningCertificateV2 with one certificate; SHA-256 is the default and not written.
pub(crate) fn signing_certificate(certificate: &X509, digest: MessageDigest) -> Vec<u8> {
    let algorithm = match digest.type_() {
        Nid::SHA256 => Vec::new(),
        _ => sequence(&[oid(digest_oid(digest))]),
    };
    let hash = hash(digest, &certificate.to_der().unwrap()).unwrap();
    sequence(&[sequence(&[sequence(&[algorithm, der(0x04, &[&hash])])])])
}

fn digest_oid(digest: MessageDigest) -> &'static str {
    match digest.type_() {
        Nid::SHA1 => "1.3.14.3.2.26",
        Nid::SHA384 => "2.16.840.1.101.3.4.2.2",
        Nid::SHA512 => "2.16.840.1.101.3.4.2.3",
        _ => "2.16.840.1.101.3.4.2.1",
    }
}
