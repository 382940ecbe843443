//! OpenSC, which nobody here wrote, reads the ISO 7816-15 card over a real PC/SC service; and how
//! many commands it takes for that, beside our driver's.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration as Patience;

use ankong_card::Channel;
use ankong_card::moica::IssuerKeys;
use ankong_stage::{PrivatePcscd, eventually};
use openssl::x509::X509;
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};
use virtual_card::issue::{Authority, Ca, CardholderRequest, KeyKind};
use virtual_card::vpcd::{self, Insertion};
use virtual_card::{Card, CardImage, CommandCount, InProcess, Profile, Traced};

static AUTHORITY: LazyLock<Authority> =
    LazyLock::new(|| Authority::in_memory(OffsetDateTime::now_utc()).unwrap());

#[test]
fn opensc_reads_what_the_card_says() {
    let kinds = [
        (KeyKind::Rsa2048, "Private RSA Key", "ModLength      : 2048"),
        (KeyKind::Rsa4096, "Private RSA Key", "ModLength      : 4096"),
        (KeyKind::P384, "Private EC Key", "Usage          : [0x04], sign"),
    ];
    for (kind, key, size) in kinds {
        let image = issue(kind);
        let stage = Stage::with(&image);
        let dump = stage.tool(&["--dump"]);
        let number =
            image.card_number.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
        for line in [
            &number,
            "Flags          : Read-only, Login required",
            "PIN [PIN]",
            "Flags          : [0x3F], case-sensitive, local, change-disabled, unblock-disabled, initialized, needs-padding",
            "Length         : min_len:6, max_len:8, stored_len:8",
            "Pad char       : 0xFF",
            "Reference      : 129 (0x81)",
            "Type           : UTF-8",
            key,
            size,
            "Key ref        : 1 (0x01)",
            "X.509 Certificate [signature]",
            "X.509 Certificate [issuing authority]",
        ] {
            assert!(
                dump.to_lowercase().contains(&line.to_lowercase()),
                "{line}\nis not in\n{dump}"
            );
        }
        let read = stage.tool(&["--read-certificate", "01"]);
        assert_eq!(der(&read), der(&image.certificates.signature));
        let read = stage.tool(&["--read-certificate", "04"]);
        assert_eq!(der(&read), der(&image.certificates.issuer));
    }
}

/// OpenSC's side: what the card is and holds, and the holder's certificate. Ours: the same and the
/// issuer's certificate, drivers that were asked before included.
#[test]
fn our_driver_reads_with_at_most_half_of_openscs_commands() {
    for kind in [KeyKind::Rsa2048, KeyKind::Rsa4096, KeyKind::P256] {
        let image = issue(kind);
        let stage = Stage::with(&image);
        let theirs = |arguments: &[&str]| {
            let before = stage.count.get();
            stage.tool(arguments);
            stage.count.get() - before
        };
        let (dump, certificate) = (theirs(&["--dump"]), theirs(&["--read-certificate", "01"]));

        let mut card = InProcess::new(image.insertable().unwrap());
        let atr = Card::atr(card.card_mut()).to_vec();
        let mut channel = Channel::new(&mut card);
        ankong_card::card::open(&mut channel, &atr, &IssuerKeys::default()).ok().unwrap();
        let ours = u64::from(channel.commands());
        println!("{kind:?}: OpenSC {dump} + {certificate}, ours {ours}");
        assert!(2 * ours <= dump + certificate, "{kind:?}: {ours} against {dump} + {certificate}");
    }
}

/// A card in a reader of a PC/SC service of its own.
struct Stage {
    pcscd: PrivatePcscd,
    folder: TempDir,
    count: CommandCount,
    _card: Insertion<Traced<Box<dyn Card + Send>>>,
}

impl Stage {
    fn with(image: &CardImage) -> Self {
        let pcscd = PrivatePcscd::start().unwrap();
        let folder = tempfile::tempdir().unwrap();
        // Without this OpenSC takes no card that it does not know by its ATR.
        let settings = "app default { enable_default_driver = true; card_drivers = default; }";
        std::fs::write(folder.path().join("opensc.conf"), settings).unwrap();
        let card = Traced::new(image.insertable().unwrap(), std::io::sink());
        let count = card.count();
        let card = vpcd::serve(card, pcscd.vpcd_port(), |_| ()).unwrap();
        let stage = Self { pcscd, folder, count, _card: card };
        eventually("OpenSC sees the card", Patience::from_secs(10), || {
            let output = stage.command("opensc-tool", &["--atr"]).output()?;
            Ok(output.status.success().then_some(()))
        })
        .unwrap();
        stage
    }

    fn tool(&self, arguments: &[&str]) -> String {
        let output = self.command("pkcs15-tool", arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {said}{complaints}");
        said + &complaints
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).envs(self.pcscd.environment());
        command.env("OPENSC_CONF", self.folder.path().join("opensc.conf"));
        command.env("HOME", self.folder.path()); // its cache
        command
    }
}

fn issue(key: KeyKind) -> CardImage {
    let now = OffsetDateTime::now_utc();
    let request = CardholderRequest {
        name: "王小明".to_owned(),
        national_id: "A123456789".parse().unwrap(),
        pin: "123456".try_into().unwrap(),
        profile: Profile::Iso7816Part15,
        key,
        ca: Ca::G2,
        not_before: now - Duration::DAY,
        not_after: now + Duration::DAY,
    };
    AUTHORITY.issue(&request).unwrap()
}

/// The certificate in PEM with other text around it.
fn der(text: &str) -> Vec<u8> {
    let begin = text.find("-----BEGIN").unwrap_or_else(|| panic!("no PEM in {text}"));
    X509::from_pem(&text.as_bytes()[begin..]).unwrap().to_der().unwrap()
}
