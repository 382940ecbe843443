//! A scripted module with the objects HiCOS shows, and what every test asks of a module.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ankong::module::{Found, Modules, Program, Session};
use ankong_card::Pin;
use ankong_card::algorithm::{Algorithm, Digest};
use ankong_peer_pkcs11::{Call, CertificateObject, Deed, KeyObject, Mischief, Script};
use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::hash::MessageDigest;
use openssl::sha::{sha256, sha384};
use openssl::sign::Verifier;
use openssl::x509::X509;
use tempfile::TempDir;
use virtual_card::CardImage;

pub const PIN: &str = "123456";
const TEXT: &[u8] = b"a text to sign";
/// Long enough for a loaded machine; tests of hanging modules are less patient.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A scripted module at its place.
pub struct Mock {
    pub folder: TempDir,
    pub library: PathBuf,
}

impl Mock {
    pub fn new(script: &Script) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = script.place(folder.path()).unwrap();
        Self { folder, library }
    }

    pub fn modules(&self) -> Modules {
        self.modules_within(PATIENCE)
    }

    pub fn modules_within(&self, patience: Duration) -> Modules {
        Modules::new(program(&[]), vec![self.library.clone()], patience)
    }

    pub fn open(&self) -> Session {
        self.modules().find(None).unwrap().open().unwrap()
    }
}

/// The program under test, with this environment and no other.
pub fn program(environment: &[(&str, &Path)]) -> Program {
    let own = |(name, value): &(&str, &Path)| ((*name).into(), (*value).into());
    Program {
        path: env!("CARGO_BIN_EXE_ankong").into(),
        environment: environment.iter().map(own).collect(),
    }
}

/// The objects of a card as HiCOS shows them: the issuers' certificates first, labels with a tab at
/// their end, and a third key whose name begins like the first one's.
pub fn hicos() -> Script {
    let CardImage { keys, certificates, .. } = image();
    let certificate = |label: &str, id: &str, pem| {
        let (label, id) = (label.to_owned(), id.to_owned());
        CertificateObject { label, id, pem }
    };
    let key = |label: &str, id: &str, pem| {
        let (label, id) = (label.to_owned(), id.to_owned());
        KeyObject { label, id, always_authenticate: false, pem }
    };
    Script {
        certificates: vec![
            certificate("cert\t", "ROOTCACert", certificates.root),
            certificate("cert\t", "CACert", certificates.issuer),
            certificate("cert2\t", "KEYX", certificates.encryption),
            certificate("cert1\t", "SIGN", certificates.signature),
        ],
        keys: vec![
            key("k3", "SIGN02", keys.encryption.clone()),
            key("k2", "KEYX", keys.encryption),
            key("k1", "SIGN", keys.signature),
        ],
        ..Script::default()
    }
}

pub fn with_mischief(during: Call, deed: Deed) -> Script {
    Script { mischief: Some(Mischief { during, deed }), ..hicos() }
}

pub fn image() -> CardImage {
    toml::from_str(include_str!("../../crates/virtual-card/tests/data/card.toml")).unwrap()
}

pub fn der(pem: &str) -> Vec<u8> {
    X509::from_pem(pem.as_bytes()).unwrap().to_der().unwrap()
}

pub fn pin(typed: &str) -> Pin {
    Pin::from_bytes(typed.as_bytes()).unwrap()
}

pub fn digest(algorithm: Algorithm) -> Digest {
    match algorithm {
        Algorithm::Rs256 | Algorithm::Es256 => Digest::Sha256(sha256(TEXT)),
        Algorithm::Es384 => Digest::Sha384(sha384(TEXT)),
    }
}

/// Logs in, signs, and checks the signature with the certificate that was found.
pub fn log_in_and_sign(found: &Found) {
    let mut session = found.open().unwrap();
    session.login(Some(&pin(PIN))).unwrap();
    check(found, &session.sign(&digest(found.algorithm())).unwrap());
}

pub fn check(found: &Found, signature: &[u8]) {
    let key = X509::from_der(&found.certificates().signing).unwrap().public_key().unwrap();
    let right = if found.algorithm() == Algorithm::Rs256 {
        let mut verifier = Verifier::new(MessageDigest::sha256(), &key).unwrap();
        verifier.verify_oneshot(signature, TEXT).unwrap()
    } else {
        let (r, s) = signature.split_at(signature.len() / 2);
        let [r, s] = [r, s].map(|half| BigNum::from_slice(half).unwrap());
        let signature = EcdsaSig::from_private_components(r, s).unwrap();
        signature.verify(digest(found.algorithm()).as_bytes(), &key.ec_key().unwrap()).unwrap()
    };
    assert!(right);
}
