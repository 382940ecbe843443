//! SoftHSM 2, whose token is files that it would like to write and may not.

use std::fs;
use std::path::Path;
use std::process::Command;

use ankong::module::{ModuleError, Modules};
use openssl::asn1::Asn1Time;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::extension::KeyUsage;
use openssl::x509::{X509, X509Name};
use tempfile::TempDir;

use crate::support::{PATIENCE, PIN, log_in_and_sign, pin, program};

const LIBRARY: &str = "/usr/lib/softhsm/libsofthsm2.so";

#[test]
fn softhsm_signs_with_an_rsa_key_and_with_an_elliptic_one() {
    let group = EcGroup::from_curve_name(Nid::SECP384R1).unwrap();
    let elliptic = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let rsa = PKey::from_rsa(Rsa::generate(3072).unwrap()).unwrap();
    for key in [rsa, elliptic] {
        let folder = token_with(&key);
        let found = modules(folder.path()).find(None).unwrap();
        log_in_and_sign(&found);
        let error = found.open().unwrap().login(Some(&pin("654321"))).unwrap_err();
        assert!(matches!(error, ModuleError::WrongPin { .. }), "{error}");
    }
}

fn modules(folder: &Path) -> Modules {
    let program = program(&[("SOFTHSM2_CONF", &folder.join("softhsm2.conf"))]);
    Modules::new(program, vec![LIBRARY.into()], PATIENCE)
}

/// A token of one key and its certificate, filled by SoftHSM's own program and OpenSC's.
fn token_with(key: &PKey<Private>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("tokens")).unwrap();
    let conf = format!("directories.tokendir = {}\n", path("tokens").display());
    fs::write(path("softhsm2.conf"), conf).unwrap();
    fs::write(path("key.pem"), key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    fs::write(path("certificate.der"), certify(key).to_der().unwrap()).unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(folder.path());
        let output = command.env("SOFTHSM2_CONF", path("softhsm2.conf")).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let token = ["--label", "ankong", "--pin", PIN, "--so-pin", "12345678"];
    run("softhsm2-util", &[&["--init-token", "--free"], &token[..]].concat());
    let key = ["--token", "ankong", "--label", "signature", "--id", "01", "--pin", PIN];
    run("softhsm2-util", &[&["--import", "key.pem"], &key[..]].concat());
    let login = ["--module", LIBRARY, "--login", "--pin", PIN];
    let object = ["--write-object", "certificate.der", "--type", "cert", "--id", "01"];
    run("pkcs11-tool", &[&login[..], &object].concat());
    folder
}

fn certify(key: &PKey<Private>) -> X509 {
    let mut name = X509Name::builder().unwrap();
    name.append_entry_by_nid(Nid::COMMONNAME, "a token in files").unwrap();
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_pubkey(key).unwrap();
    builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::days_from_now(1).unwrap()).unwrap();
    builder.append_extension(KeyUsage::new().digital_signature().build().unwrap()).unwrap();
    builder.sign(key, MessageDigest::sha384()).unwrap();
    builder.build()
}
