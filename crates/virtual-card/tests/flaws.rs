//! Cards of every family that are wrong from the start, seen by the drivers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use std::sync::LazyLock;

use ankong_card::moica::{Gen1Key, Gen2Key, IssuerKeys};
use ankong_card::{CardError, Channel, LastTry, Pin, card};
use time::{Duration, OffsetDateTime};
use virtual_card::fault::Flaw;
use virtual_card::issue::{Authority, Ca, CardholderRequest, KeyKind};
use virtual_card::{Card as _, CardImage, InProcess, Profile};

static AUTHORITY: LazyLock<Authority> =
    LazyLock::new(|| Authority::in_memory(OffsetDateTime::now_utc()).unwrap());

#[test]
fn a_truncated_certificate_makes_no_usable_card() {
    for profile in PROFILES {
        let (_, opened) = open(&spoilt(profile, "truncated-certificate"));
        assert!(opened.is_err(), "{profile:?}");
        let (_, opened) = open(&image(profile));
        assert!(opened.is_ok(), "{profile:?}");
    }
}

#[test]
fn a_blocked_pin_is_told_and_stays_blocked() {
    for profile in PROFILES {
        let (mut reader, opened) = open(&spoilt(profile, "blocked-pin"));
        let error = opened
            .unwrap()
            .verify(
                &mut Channel::new(&mut reader),
                &Pin::from_bytes(b"123456").unwrap(),
                LastTry::Risk,
                &mut |bytes| openssl::rand::rand_bytes(bytes).unwrap(),
            )
            .unwrap_err();
        assert!(matches!(error, CardError::PinBlocked), "{profile:?}: {error}");
        assert_eq!(reader.card_mut().tries_left(), Some(0), "{profile:?}");
    }
}

#[test]
fn a_flaw_has_one_written_form() {
    for flaw in [Flaw::TruncatedCertificate, Flaw::BlockedPin] {
        assert_eq!(flaw.to_string().parse(), Ok(flaw));
    }
    assert!("blocked".parse::<Flaw>().is_err());
}

type Reader = InProcess<Box<dyn virtual_card::Card + Send>>;

fn open(image: &CardImage) -> (Reader, Result<Box<dyn card::Card>, CardError>) {
    let card = image.insertable().unwrap();
    let atr = card.atr().to_vec();
    let mut reader = InProcess::new(card);
    let opened = card::open(&mut Channel::new(&mut reader), &atr, &keys());
    (reader, opened.map(|opened| opened.card).map_err(|not| not.error))
}

fn spoilt(profile: Profile, flaw: &str) -> CardImage {
    let mut image = image(profile);
    flaw.parse::<Flaw>().unwrap().spoil(&mut image);
    // The flaw is kept in the file.
    toml::from_str(&toml::to_string(&image).unwrap()).unwrap()
}

fn image(profile: Profile) -> CardImage {
    let now = OffsetDateTime::now_utc();
    let request = CardholderRequest {
        name: "王曉明".to_owned(),
        national_id: "A123456789".parse().unwrap(),
        pin: "123456".try_into().ok().unwrap(),
        profile,
        key: KeyKind::Rsa2048,
        ca: Ca::G2,
        not_before: now - Duration::DAY,
        not_after: now + Duration::DAY,
    };
    AUTHORITY.issue(&request).unwrap()
}

fn keys() -> IssuerKeys {
    let bytes = |text: String| hex::decode(text).unwrap().try_into().unwrap();
    IssuerKeys {
        gen1: Some(Gen1Key::new(bytes(AUTHORITY.secure_messaging().to_hex()))),
        gen2: Some(Gen2Key::new(bytes(AUTHORITY.master().to_hex()))),
    }
}

const PROFILES: [Profile; 4] =
    [Profile::MoicaGen1, Profile::MoicaGen2, Profile::Iso7816Part15, Profile::Piv];
