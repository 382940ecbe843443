//! A CMS signature looked into from outside: by the `cms` crate, by OpenSSL's program, and by
//! pyHanko (`cms.py` beside this).

use std::path::{Path, PathBuf};
use std::process::Command;

use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerInfo};
use der::asn1::OctetString;
use der::oid::ObjectIdentifier;
use der::{Decode, Encode};
use virtual_card::issue::Ca;

use crate::support::cards::AUTHORITY;

/// A signature taken apart.
pub struct Parsed {
    pub data: SignedData,
    pub signer: SignerInfo,
}

impl Parsed {
    pub fn of(der: &[u8]) -> Self {
        let data: SignedData = ContentInfo::from_der(der).unwrap().content.decode_as().unwrap();
        let signers: Vec<SignerInfo> = data.signer_infos.0.iter().cloned().collect();
        let [signer] = <[SignerInfo; 1]>::try_from(signers).expect("one signer");
        Self { data, signer }
    }

    /// What was signed: RFC 5652 section 5.4.
    pub fn attributes(&self) -> Vec<u8> {
        self.signer.signed_attrs.as_ref().unwrap().to_der().unwrap()
    }

    /// The names of the attributes, in the order of their DER.
    pub fn names(&self) -> Vec<String> {
        let attributes = self.signer.signed_attrs.as_ref().unwrap();
        attributes.iter().map(|attribute| attribute.oid.to_string()).collect()
    }

    pub fn message_digest(&self) -> Vec<u8> {
        let attributes = self.signer.signed_attrs.as_ref().unwrap();
        let digest = attributes.iter().find(|a| a.oid == MESSAGE_DIGEST).unwrap();
        let value: OctetString = digest.values.get(0).unwrap().decode_as().unwrap();
        value.as_bytes().to_vec()
    }

    pub fn signature(&self) -> &[u8] {
        self.signer.signature.as_bytes()
    }
}

const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");

/// Signatures in files, with the content of the detached ones, for other programs to look at.
pub struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = AUTHORITY.root().to_pem().unwrap();
        let issuers = [Ca::G2, Ca::G3].map(|ca| AUTHORITY.issuing(ca).to_pem().unwrap()).concat();
        for (name, pem) in [
            ("root.pem", root.clone()),
            ("issuers.pem", issuers.clone()), // not every card carries its issuer
            ("all.pem", [root, issuers].concat()),
        ] {
            std::fs::write(folder.path().join(name), pem).unwrap();
        }
        Self { folder }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn put(&self, name: &str, cms: &[u8], detached: Option<&[u8]>) -> PathBuf {
        let file = self.path().join(format!("{name}.p7s"));
        std::fs::write(&file, cms).unwrap();
        if let Some(content) = detached {
            std::fs::write(file.with_extension("content"), content).unwrap();
        }
        file
    }

    /// `openssl cms -verify`, chain and signing-certificate attribute included; the content it
    /// found signed.
    pub fn openssl(&self, file: &Path) -> Result<Vec<u8>, String> {
        let mut openssl = Command::new("openssl");
        openssl.args(["cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any"]);
        openssl.arg("-in").arg(file).arg("-CAfile").arg(self.path().join("all.pem"));
        let content = file.with_extension("content");
        if content.exists() {
            openssl.arg("-content").arg(content);
        }
        let output = openssl.output().unwrap();
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    /// What pyHanko says of every signature here: a line each, its name and `valid` or why not.
    pub fn pyhanko(&self) -> Vec<String> {
        let python = crate::support::pypi().join("python");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/door/cms.py");
        let output = Command::new(python).arg(script).arg(self.path()).output().unwrap();
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{complaints}");
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
    }
}
