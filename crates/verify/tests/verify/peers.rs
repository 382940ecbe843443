//! What another implementation makes: documents signed and questions answered by OpenSSL's own programs.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use ankong_verify::{
    CmsVerifier, Fetch, FetchError, Get, Got, OcspError, OcspSource, Origin, Post, RevocationError,
    RevocationReason, Verifier, VerifyError,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use openssl::{nid::Nid, x509::X509};
use time::{Duration, OffsetDateTime};

use crate::{
    CHALLENGE,
    support::{CA, Card, DECADE, ORIGIN, ROOT, crl::responder_at, elliptic},
    trusted,
};

/// Runs `openssl` in a folder, with something on its standard input.
fn openssl(folder: &Path, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut command = Command::new("openssl");
    command.args(arguments).current_dir(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn a_document_that_openssl_signs_is_accepted() {
    let now = OffsetDateTime::now_utc();
    let elliptic = [Nid::X9_62_PRIME256V1, Nid::SECP384R1].map(elliptic);
    let cards = [
        (Card::default(), "sha256"),
        (Card::default(), "sha512"),
        (Card { key: &elliptic[0], ..Card::default() }, "sha256"),
        (Card { key: &elliptic[1], ..Card::default() }, "sha384"),
    ];
    for (mut card, digest) in cards {
        card.validity = (now - Duration::DAY, now + DECADE);
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: Vec<u8>| fs::write(folder.path().join(name), bytes).unwrap();
        file("card.pem", card.certificate().to_pem().unwrap());
        file("card.key", card.key.private_key_to_pem_pkcs8().unwrap());
        let arguments = ["cms", "-sign", "-cades", "-binary", "-outform", "DER", "-md", digest];
        let with = ["-signer", "card.pem", "-inkey", "card.key"];
        let detached = [&arguments[..], &with].concat();
        let trust = trusted(&ROOT).intermediate(&CA.der()).without_revocation().build().unwrap();
        let verifier = CmsVerifier::new(Arc::new(trust));
        let content = "本人同意。".as_bytes();
        let cms = openssl(folder.path(), &detached, content);
        let signed = verifier.verify_detached(&cms, content, now).unwrap();
        assert!((signed.unverified_signing_time.unwrap() - now).abs() < Duration::minutes(5));
        let other = verifier.verify_detached(&cms, b"another", now).unwrap_err();
        assert_eq!(other.code(), "cms-message-digest");

        let attached = [&detached[..], &["-nodetach"]].concat();
        let cms = openssl(folder.path(), &attached, content);
        assert_eq!(verifier.verify_attached(&cms, now).unwrap().content, content);
        // Without -cades nothing says which certificate was signed with.
        let plain: Vec<_> = attached.iter().copied().filter(|word| *word != "-cades").collect();
        let cms = openssl(folder.path(), &plain, content);
        assert_eq!(verifier.verify_attached(&cms, now).unwrap_err().code(), "cms-attribute");
    }
}

/// `openssl ocsp`, asked through its files.
struct Responder {
    folder: tempfile::TempDir,
    /// In place of the nonce that was asked with.
    forgets_nonce: bool,
}

impl Fetch for Responder {
    fn get(&self, _: &Get<'_>, _: &mut dyn Write) -> Result<Got, FetchError> {
        Err(FetchError::TimedOut)
    }

    fn post(&self, request: &Post<'_>) -> Result<Vec<u8>, FetchError> {
        assert_eq!(request.url, "http://ocsp.example/");
        let folder = self.folder.path();
        fs::write(folder.join("request.der"), request.body).unwrap();
        let of_ca = ["-index", "index.txt", "-CA", "ca.pem", "-rsigner", "ca.pem"];
        let mut arguments = ["ocsp", "-rkey", "ca.key", "-ndays", "1"].to_vec();
        arguments.extend(of_ca);
        if self.forgets_nonce {
            arguments.extend(["-issuer", "ca.pem", "-cert", "card.pem", "-no_nonce"]);
        } else {
            arguments.extend(["-reqin", "request.der"]);
        }
        arguments.extend(["-respout", "response.der"]);
        openssl(folder, &arguments, b"");
        Ok(fs::read(folder.join("response.der")).unwrap())
    }
}

fn ask(line: impl Fn(&X509) -> String, forgets_nonce: bool) -> Result<(), RevocationError> {
    let now = OffsetDateTime::now_utc();
    let validity = (now - Duration::DAY, now + Duration::days(1000));
    let extra = vec![responder_at("http://ocsp.example/")];
    let card = Card { validity, extra, ..Card::default() };
    let certificate = card.certificate();
    let mut token = card.token(ORIGIN, CHALLENGE);
    token["unverifiedCertificate"] = BASE64_STANDARD.encode(certificate.to_der().unwrap()).into();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: Vec<u8>| fs::write(folder.path().join(name), bytes).unwrap();
    file("ca.pem", CA.certificate.to_pem().unwrap());
    file("ca.key", CA.key.private_key_to_pem_pkcs8().unwrap());
    file("card.pem", certificate.to_pem().unwrap());
    file("index.txt", line(&certificate).into_bytes());
    let responder = Arc::new(Responder { folder, forgets_nonce });
    let source = OcspSource::new(&CA.der(), responder).unwrap();
    let trust = trusted(&ROOT).intermediate(&CA.der()).ocsp(source).build().unwrap();
    let verifier = Verifier::new(Origin::parse(ORIGIN).unwrap(), Arc::new(trust));
    match verifier.verify(token.to_string().as_bytes(), CHALLENGE, now) {
        Ok(_) => Ok(()),
        Err(VerifyError::Revocation(error)) => Err(error),
        Err(other) => panic!("{other:?}"),
    }
}

/// A line of the file in which OpenSSL's authority keeps its certificates.
fn indexed(certificate: &X509, status: &str, revoked: &str) -> String {
    let number = certificate.serial_number().to_bn().unwrap().to_hex_str().unwrap();
    format!("{status}\t350101000000Z\t{revoked}\t{}\tunknown\t/CN=card\n", &*number)
}

#[test]
fn openssls_responder_is_understood_and_its_nonce_is_the_one_that_was_asked_with() {
    assert!(ask(|certificate| indexed(certificate, "V", ""), false).is_ok());
    let error = ask(|certificate| indexed(certificate, "V", ""), true).unwrap_err();
    let RevocationError::Ocsp { source, .. } = &error else { panic!("{error:?}") };
    assert!(matches!(source, OcspError::Nonce), "{source:?}");
    let revoked = |certificate: &X509| indexed(certificate, "R", "260101000000Z,keyCompromise");
    let error = ask(revoked, false).unwrap_err();
    let RevocationError::Revoked { since, reason } = error else { panic!("{error:?}") };
    assert_eq!((since.year(), reason), (2026, RevocationReason::KEY_COMPROMISE));
    let held = |certificate: &X509| indexed(certificate, "R", "260101000000Z,certificateHold");
    let error = ask(held, false).unwrap_err();
    assert!(matches!(error, RevocationError::Suspended { .. }), "{error:?}");
    let error = ask(|_| String::new(), false).unwrap_err();
    let RevocationError::Ocsp { source, .. } = &error else { panic!("{error:?}") };
    assert!(matches!(source, OcspError::UnknownCertificate), "{source:?}");
}
