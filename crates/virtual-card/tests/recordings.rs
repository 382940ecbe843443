//! A card of every kind is read and written down: what is written reads as the same kind of card,
//! and tells nothing of whose it is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use std::sync::LazyLock;

use ankong_card::recording::{Recording, record};
use openssl::x509::X509;
use time::{Duration, OffsetDateTime};
use virtual_card::issue::{Authority, Ca, CardholderRequest, KeyKind};
use virtual_card::{Card, CardImage, InProcess, PivLayout, PivSlot, Profile};
use x509_parser::prelude::{FromDer, X509Certificate};

/// 2026-01-01.
const NOW: i64 = 1_767_225_600;

static AUTHORITIES: LazyLock<[Authority; 2]> = LazyLock::new(|| {
    [0, 100].map(|days| Authority::in_memory(now() + Duration::days(days)).unwrap())
});

const KINDS: [(Profile, KeyKind); 6] = [
    (Profile::MoicaGen1, KeyKind::Rsa2048),
    (Profile::MoicaGen2, KeyKind::Rsa2048),
    (Profile::Iso7816Part15, KeyKind::Rsa2048),
    (Profile::Iso7816Part15, KeyKind::P384),
    (Profile::Piv, KeyKind::Rsa2048),
    (Profile::Piv, KeyKind::P256),
];

#[test]
fn a_recording_reads_as_the_card_it_is_of() {
    for (profile, key) in KINDS {
        let image = wang(profile, key);
        let (card, recording) = recorded(&image);
        let again = Recording::parse(&recording.to_string()).unwrap();
        let replayed =
            again.replay().unwrap().unwrap_or_else(|not| panic!("{profile:?}: {not}")).card;
        assert_eq!(replayed.family(), card.family());
        assert_eq!(replayed.algorithm(), card.algorithm());
        assert_eq!(replayed.can_sign(), card.can_sign());
        assert_eq!(replayed.pin_rule(), card.pin_rule());
        let lengths = |card: &dyn ankong_card::card::Card| {
            let certificates = card.certificates();
            let issuers = certificates.issuers.iter().map(Vec::len).collect::<Vec<_>>();
            (certificates.signing.len(), issuers)
        };
        assert_eq!(lengths(replayed.as_ref()), lengths(card.as_ref()));
    }
}

#[test]
fn two_people_with_cards_of_one_kind_leave_the_same_recording() {
    for (profile, key) in KINDS {
        let wangs = recorded(&wang(profile, key)).1.to_string();
        let chens = recorded(&chen(profile, key)).1.to_string();
        assert_eq!(wangs, chens, "{profile:?} {key:?}");
    }
}

#[test]
fn neither_name_nor_number_nor_any_part_of_the_certificates_is_in_it() {
    for (profile, key) in KINDS {
        let image = wang(profile, key);
        if key == KeyKind::P256 || key == KeyKind::P384 {
            continue; // compared below with cards of RSA keys only
        }
        holds_nobody(&image, &recorded(&image).1);
    }
}

#[test]
fn a_packed_certificate_is_packed_again_without_its_person() {
    let piv = Some(PivLayout {
        slot: PivSlot::DigitalSignature,
        compressed: true,
        ..PivLayout::default()
    });
    let image = CardImage { piv, ..wang(Profile::Piv, KeyKind::Rsa2048) };
    let (card, recording) = recorded(&image);
    let replayed = recording.replay().unwrap().ok().unwrap().card;
    let substitute = &replayed.certificates().signing;
    assert_eq!(substitute.len(), card.certificates().signing.len());
    let name = X509Certificate::from_der(substitute).unwrap().1.subject().to_string();
    assert!(name.starts_with("C=x"), "{name}");
    holds_nobody(&image, &recording);
}

#[test]
fn a_recording_of_extended_length_replays_at_extended_length() {
    let piv = Some(PivLayout { extended_length: true, ..PivLayout::default() });
    let image = CardImage { piv, ..wang(Profile::Piv, KeyKind::Rsa2048) };
    let (_, recording) = recorded(&image);
    let text = recording.to_string();
    assert!(text.contains("\n! extended\n"), "{text}");
    assert!(text.lines().any(|line| line.len() > 3 * 300), "no long answer in {text}");
    assert!(Recording::parse(&text).unwrap().replay().unwrap().is_ok());
    holds_nobody(&image, &recording);
}

#[test]
fn a_card_that_no_driver_takes_is_recorded_too() {
    struct Stranger;
    impl Card for Stranger {
        fn atr(&self) -> &[u8] {
            &[0x3B, 0x00]
        }
        fn reset(&mut self) {}
        fn answer(&mut self, _: &[u8]) -> Option<Vec<u8>> {
            // Something of somebody's, in no encoding.
            Some([b"A123456789".as_slice(), &[0x90, 0x00]].concat())
        }
    }
    let (opened, recording) = record(&mut InProcess::new(Stranger), &[0x3B, 0x00]);
    assert!(opened.is_err());
    assert!(recording.replay().unwrap().is_err());
    assert!(!recording.mentions(b"A123456") && !recording.mentions(b"456789"));
}

#[test]
fn a_card_that_answers_anything_at_all_is_written_down_all_the_same() {
    struct Noise(u32);
    impl Card for Noise {
        fn atr(&self) -> &[u8] {
            &[0x3B, 0x00]
        }
        fn reset(&mut self) {}
        fn answer(&mut self, _: &[u8]) -> Option<Vec<u8>> {
            let mut next = || {
                self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (self.0 >> 24) as u8
            };
            // Mostly things that begin like objects, so that the drivers go on for a while.
            let mut answer = vec![0x30, 0x82, 0x01];
            answer.extend((0..next()).map(|_| next()));
            answer.extend([0x90, 0x00]);
            Some(answer)
        }
    }
    for seed in 0..200 {
        let mut card = InProcess::new(Noise(seed));
        let (_, recording) = record(&mut card, &[0x3B, 0x00]);
        assert_eq!(
            Recording::parse(&recording.to_string()).unwrap().to_string(),
            recording.to_string()
        );
    }
}

fn holds_nobody(image: &CardImage, recording: &Recording) {
    let text = recording.to_string();
    let personal = [image.card_number.as_str(), "王小明", "A123456789", "6789"];
    for secret in personal {
        assert!(!recording.mentions(secret.as_bytes()), "{secret} in {text}");
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(!recording.mentions(&image.card_number.as_bytes()[6..]), "the end of the card number");
    // Somebody else's certificates, by another authority, have the same structure: what differs
    // between the two is what belongs to one of them.
    let other = CHENS.iter().find(|other| other.profile == image.profile).unwrap();
    for (own, others) in certificates(image).iter().zip(certificates(other)) {
        let (_, certificate) = X509Certificate::from_der(own).unwrap();
        assert!(!recording.mentions(certificate.raw_serial()));
        assert_eq!(own.len(), others.len());
        for (window, others) in own.windows(16).zip(others.windows(16)) {
            let differing = window.iter().zip(others).filter(|(a, b)| a != b).count();
            assert!(differing < 8 || !recording.mentions(window), "{window:02X?}");
        }
    }
}

fn certificates(image: &CardImage) -> [Vec<u8>; 3] {
    let slots = &image.certificates;
    [&slots.signature, &slots.issuer, &slots.root]
        .map(|pem| X509::from_pem(pem.as_bytes()).unwrap().to_der().unwrap())
}

fn recorded(image: &CardImage) -> (Box<dyn ankong_card::card::Card>, Recording) {
    let card = image.insertable().unwrap();
    let atr = card.atr().to_vec();
    let (opened, recording) = record(&mut InProcess::new(card), &atr);
    (opened.ok().unwrap().card, recording)
}

/// Issued once: a card takes two keys, which take time.
static WANGS: LazyLock<Vec<CardImage>> = LazyLock::new(|| {
    let issue =
        |(profile, key)| issue(&AUTHORITIES[0], "王小明", "A123456789", now(), profile, key);
    KINDS.map(issue).to_vec()
});
static CHENS: LazyLock<Vec<CardImage>> = LazyLock::new(|| {
    let later = now() + Duration::days(77);
    let issue =
        |(profile, key)| issue(&AUTHORITIES[1], "陳美麗", "B223456782", later, profile, key);
    KINDS.map(issue).to_vec()
});

fn wang(profile: Profile, key: KeyKind) -> CardImage {
    WANGS[KINDS.iter().position(|kind| *kind == (profile, key)).unwrap()].clone()
}

fn chen(profile: Profile, key: KeyKind) -> CardImage {
    CHENS[KINDS.iter().position(|kind| *kind == (profile, key)).unwrap()].clone()
}

fn issue(
    authority: &Authority,
    name: &str,
    national_id: &str,
    not_before: OffsetDateTime,
    profile: Profile,
    key: KeyKind,
) -> CardImage {
    authority
        .issue(&CardholderRequest {
            name: name.to_owned(),
            national_id: national_id.parse().unwrap(),
            pin: "123456".try_into().ok().unwrap(),
            profile,
            key,
            ca: Ca::G2,
            not_before,
            not_after: not_before + Duration::days(1000),
        })
        .unwrap()
}

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOW).unwrap()
}
