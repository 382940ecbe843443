//! `virtual-card issue --ready`: a set of cards, and what their authority says of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use openssl::x509::{CrlStatus, ReasonCode, X509, X509Crl};
use virtual_card::{CardImage, Profile};

#[test]
fn the_ready_set_has_every_condition_and_a_list_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let set = Set::issue(folder.path(), "piv");
    let list = set.list("ca-g2.crl");
    let issuer = X509::from_pem(&std::fs::read(set.0.join("ca-g2.pem")).unwrap()).unwrap();
    assert!(list.verify(&issuer.public_key().unwrap()).unwrap());

    for (name, verdict, reason) in [
        ("good", OK, None),
        ("expired", "certificate has expired", None),
        ("revoked", "certificate revoked", Some(1)),
        ("suspended", "certificate revoked", Some(6)),
        ("blocked", OK, None),
        ("other-person", OK, None),
    ] {
        let image = set.card(name);
        assert_eq!(image.profile, Profile::Piv);
        assert!(image.insertable().is_ok(), "{name}");
        assert_eq!(image.tries, if name == "blocked" { 0 } else { 3 }, "{name}");
        for pem in [&image.certificates.signature, &image.certificates.encryption] {
            let certificate = X509::from_pem(pem.as_bytes()).unwrap();
            assert!(
                set.verdict(&certificate).ends_with(verdict),
                "{name}: {}",
                set.verdict(&certificate)
            );
            assert_eq!(reason_of(&list, &certificate), reason, "{name}");
        }
    }
    let holder = |name: &str| {
        let certificate = X509::from_pem(set.card(name).certificates.signature.as_bytes()).unwrap();
        let name = certificate.subject_name().entries().nth(1).unwrap();
        name.data().to_string().unwrap()
    };
    assert_eq!([holder("good"), holder("revoked")], ["王曉明", "王曉明"]);
    assert_eq!(holder("other-person"), "陳美玲");

    // A set is not issued over another.
    let output = program(folder.path(), &["--ready"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("another --file name"), "{said}");
    assert_eq!(set.card("good").profile, Profile::Piv);
}

#[test]
fn an_authority_has_an_empty_list_from_the_start_and_adds_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let person = ["--name", "王曉明", "--id", "A123456789", "--file"];
    issue(folder.path(), &[&person[..], &["first", "--profile", "piv"]].concat());
    let set = Set(folder.path().to_owned());
    for list in ["ca-g2.crl", "ca-g3.crl"] {
        assert!(set.list(list).get_revoked().is_none(), "{list}");
    }
    for name in ["second", "third"] {
        let condition = ["--profile", "piv", "--ca", "g3", "--condition", "revoked"];
        issue(folder.path(), &[&person[..], &[name], &condition].concat());
    }
    assert_eq!(set.list("ca-g3.crl").get_revoked().unwrap().len(), 4);
    assert!(set.list("ca-g2.crl").get_revoked().is_none());
}

#[test]
fn a_hosted_authoritys_cards_lead_whoever_judges_them_to_its_lists() {
    let folder = tempfile::tempdir().unwrap();
    let served = folder.path().to_owned();
    let host = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/pki/", host.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in host.incoming().flatten() {
            serve(stream, &served);
        }
    });
    issue(folder.path(), &["--ready", "--profile", "piv", "--hosted-at", &address]);
    let set = Set(folder.path().to_owned());
    for (name, verdict) in [
        ("good", OK),
        ("revoked", "certificate revoked"),
        ("suspended", "certificate revoked"),
        ("expired", "certificate has expired"),
    ] {
        let leaf = folder.path().join("leaf.pem");
        std::fs::write(&leaf, set.card(name).certificates.signature).unwrap();
        let mut command = Command::new("openssl");
        command.args(["verify", "-crl_check", "-crl_download", "-CAfile"]);
        command.arg(folder.path().join("root.pem")).arg("-untrusted");
        let said = said(command.arg(folder.path().join("ca-g2.pem")).arg(&leaf));
        assert!(said.ends_with(verdict), "{name}: {said}");
    }
}

/// Answers one request below `/pki/` with a file of the folder.
fn serve(mut stream: TcpStream, folder: &Path) {
    let mut request = [0; 4096];
    let length = stream.read(&mut request).unwrap();
    let request = String::from_utf8_lossy(&request[..length]).into_owned();
    let path = request.split(' ').nth(1).unwrap().strip_prefix("/pki/").unwrap();
    let body = std::fs::read(folder.join(path)).unwrap();
    let head = "HTTP/1.0 200 OK\r\nContent-Type: application/pkix-crl\r\nContent-Length:";
    stream.write_all(format!("{head} {}\r\n\r\n", body.len()).as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
}

/// The directory of an authority.
struct Set(PathBuf);

impl Set {
    fn issue(folder: &Path, profile: &str) -> Self {
        issue(folder, &["--ready", "--profile", profile]);
        Self(folder.to_owned())
    }

    fn card(&self, name: &str) -> CardImage {
        CardImage::load(&self.0.join("cards").join(name).with_extension("toml")).unwrap()
    }

    fn list(&self, name: &str) -> X509Crl {
        X509Crl::from_der(&std::fs::read(self.0.join(name)).unwrap()).unwrap()
    }

    /// What OpenSSL's program says of a certificate when it looks at the list of its issuer.
    fn verdict(&self, certificate: &X509) -> String {
        let file = |name: &str, content: Vec<u8>| {
            let path = self.0.join(name);
            std::fs::write(&path, content).unwrap();
            path
        };
        let mut command = Command::new("openssl");
        command.args(["verify", "-crl_check", "-CAfile"]).arg(self.0.join("root.pem"));
        command.arg("-untrusted").arg(self.0.join("ca-g2.pem"));
        command.arg("-CRLfile").arg(file("list.pem", self.list("ca-g2.crl").to_pem().unwrap()));
        said(command.arg(file("leaf.pem", certificate.to_pem().unwrap())))
    }
}

/// The verdict in what `openssl verify` says.
fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    let error = said.lines().find_map(|line| line.split_once("depth lookup: "));
    error.map_or(said.trim(), |(_, error)| error).to_owned()
}

fn reason_of(list: &X509Crl, certificate: &X509) -> Option<i64> {
    match list.get_by_cert(certificate) {
        CrlStatus::NotRevoked => None,
        CrlStatus::Revoked(entry) | CrlStatus::RemoveFromCrl(entry) => {
            Some(entry.extension::<ReasonCode>().unwrap().unwrap().1.get_i64().unwrap())
        }
    }
}

fn issue(folder: &Path, arguments: &[&str]) {
    let output = program(folder, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn program(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_virtual-card"));
    command.arg("issue").arg("--out").arg(folder).args(arguments).output().unwrap()
}

/// The last word of `openssl verify` on a good certificate.
const OK: &str = ": OK";
